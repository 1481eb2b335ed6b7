// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

constexpr const char* kByEvolution = "by=evopress|evopress-blocks";

std::vector<std::string> strategiesAndPurpose() {
    std::vector<std::string> names = chopStrategies();
    names.insert(names.begin(), kChopByPurpose);
    return names;
}

}  // namespace

Method chopMethod() {
    MethodInfo info;
    info.name = "chop";
    info.label = "LayerChop";
    info.summary =
        "Removes whole layers, or the attention or MLP of single layers; heals by continued pretraining.";
    info.citation =
        "Jha, Sherborne, Walsh, Groeneveld, Strubell, Beltagy: Just CHOP: Embarrassingly Simple LLM "
        "Compression, arXiv "
        "2305.14864; block influence: Men et al., ShortGPT, arXiv 2403.03853; angular blocks: Gromov et al., "
        "arXiv "
        "2403.17887; magnitude and Taylor: Kim et al., Shortened LLaMA, arXiv 2402.02834; greedy: Song et "
        "al., SLEB, arXiv 2402.09025; sublayers: Zhang et al., FinerCut, arXiv 2405.18218, and Zhong et al., "
        "BlockPruner, arXiv 2406.10594; attention: Sandri et al., 2SSP, arXiv 2501.17771; evolution: "
        "Sieberling et al., EvoPress, arXiv "
        "2410.14649; blocks stood for: Shopkhoev et al., ReplaceMe, arXiv 2505.02819";
    info.formula =
        "By position, the first and the last layer kept: max-gap (kept k_i = floor(i (L-1)/(K-1) + 0.5)), "
        "input (1..n), middle, both (input and output, half each), output (L-1-n..L-2); baselines: top, "
        "top-keep-last, bottom, both-ends. "
        "block-influence: lowest 1 - mean cos(x_l, x_{l+1}). angular: block of n layers with the smallest "
        "mean "
        "arccos(cos(x_l, x_{l+n})) / pi. leave-one-out: lowest perplexity without the layer. magnitude: "
        "lowest sum |w|. taylor: lowest sum |sum over batches of w dL/dw|. greedy: again and again the layer "
        "without which perplexity is lowest, first and last kept. replace: with M the output of the MLP "
        "before a block, H_s and H_e the stream before and after the "
        "block, T = (M'M)^-1 M'(H_e - H_s + M); down_proj <- T'W. finercut: again and again the sublayer "
        "without which the final stream turns least. blockpruner: again and again the sublayer without which "
        "perplexity is lowest; greedy-attention: the same of attention sublayers alone, each of which "
        "counts. evopress: "
        "from the fittest of 64 random sets of n attention and n MLP sublayers (evopress-blocks: n layers), "
        "generations of 32 children with 1 to 3 units exchanged; the best 2 on 2048 tokens meet their parent "
        "on "
        "32768; fitness: KL of the predictions from the dense network's, or perplexity.";
    info.needs = Needs::Weights;
    info.kind = "chop";
    info.options = {
        {.key = "layers",
         .alias = "chop",
         .label = "Layers",
         .help = "Layers to remove, by their original numbers.",
         .unit = "layers",
         .usual = std::vector<int>(),
         .usually = "none",
         .least = 0.0,
         .most = kNoLimit},
        {.key = "count",
         .alias = "chop-count",
         .label = "Number of layers",
         .help = "How many layers the strategy removes.",
         .unit = "layers",
         .usual = std::int64_t{0},
         .least = 0.0,
         .most = 65536.0,
         .excludes = {"layers"}},
        {.key = "by",
         .alias = "chop-by",
         .label = "Strategy",
         .help = "How layers are chosen; by position up to both-ends, by an analysis up to leave-one-out, by "
                 "the weights "
                 "(magnitude), or by running the network over a text.",
         .usual = std::string(kChopByPurpose),
         .usually = "max-gap or input where a heal step follows, else block-influence",
         .choices = strategiesAndPurpose()},
        {.key = "seed",
         .alias = "chop-seed",
         .label = "Seed",
         .help = "Of the draws of the evolution: the same seed gives the same chop.",
         .usual = std::int64_t{0},
         .least = 0.0,
         .most = 9007199254740992.0,
         .place = OptionSpec::Place::More,
         .onlyIf = kByEvolution},
        {.key = "generations",
         .alias = "chop-generations",
         .label = "Generations",
         .help = "Of the evolution; stopping it earlier keeps the best so far.",
         .usual = std::int64_t{0},
         .usually = "n (L - n) / 1.5",
         .least = 0.0,
         .most = 1048576.0,
         .place = OptionSpec::Place::More,
         .onlyIf = kByEvolution},
        {.key = "fitness",
         .alias = "chop-fitness",
         .label = "Fitness",
         .help = "What the evolution judges a set by: the divergence of its predictions from the dense "
                 "network's, or "
                 "its perplexity.",
         .usual = std::string("divergence"),
         .choices = {"divergence", "perplexity"},
         .place = OptionSpec::Place::More,
         .onlyIf = kByEvolution},
        {.key = "replace",
         .alias = "chop-replace",
         .label = "Fit the MLP before",
         .help = "The MLP before each block of layers that goes is fitted, without training, to do what they "
                 "did; whole layers alone (ReplaceMe).",
         .usual = false,
         .place = OptionSpec::Place::More,
         .excludes = {"attention", "mlp", "keep"}},
        {.key = "attention",
         .alias = "drop-attention",
         .label = "Attention only",
         .help = "Layers that lose their attention.",
         .unit = "layers",
         .usual = std::vector<int>(),
         .usually = "none",
         .least = 0.0,
         .most = kNoLimit},
        {.key = "mlp",
         .alias = "drop-mlp",
         .label = "MLP only",
         .help = "Layers that lose their MLP.",
         .unit = "layers",
         .usual = std::vector<int>(),
         .usually = "none",
         .least = 0.0,
         .most = kNoLimit},
        {.key = "keep",
         .alias = "keep-layers",
         .label = "Layers that stay",
         .help = "In the order in which they run; a layer may be repeated. Instead of a list of layers to "
                 "remove.",
         .unit = "layers",
         .usual = std::vector<int>(),
         .usually = "by the other options",
         .least = 0.0,
         .most = kNoLimit,
         .place = OptionSpec::Place::More,
         .excludes = {"layers", "count", "attention", "mlp"}},
    };
    return {info, nullptr};
}

}  // namespace secateur
