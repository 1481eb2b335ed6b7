// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/planner.h"

namespace secateur {

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
        "al., SLEB, arXiv 2402.09025; sublayers: Zhang et al., FinerCut, arXiv 2405.18218";
    info.formula =
        "By position: top, top-keep-last, bottom, both-ends, middle, max-gap (kept k_i = floor(i (L-1)/(K-1) "
        "+ 0.5)). "
        "block-influence: lowest 1 - mean cos(x_l, x_{l+1}). angular: block of n layers with the smallest "
        "mean "
        "arccos(cos(x_l, x_{l+n})) / pi. leave-one-out: lowest perplexity without the layer. magnitude: "
        "lowest sum |w|. taylor: lowest sum |sum over batches of w dL/dw|. greedy: again and again the layer "
        "without which perplexity is lowest, first and last kept. finercut: again and again the sublayer "
        "without which the final stream turns least.";
    info.needs = Needs::Weights;
    info.options = {
        {"chop", "Layers", "Layers to remove, by their original numbers.", "", {}, 0.0, 0.0},
        {"chop-count", "Number of layers", "How many layers the strategy removes.", "0", {}, 0.0, 1024.0},
        {"chop-by", "Strategy",
         "How layers are chosen; by position up to max-gap, by an analysis up to leave-one-out, by the "
         "weights "
         "(magnitude), or by running the network over a text.",
         "max-gap", chopStrategies(), 0.0, 0.0},
        {"drop-attention", "Attention only", "Layers that lose their attention.", "", {}, 0.0, 0.0},
        {"drop-mlp", "MLP only", "Layers that lose their MLP.", "", {}, 0.0, 0.0},
    };
    return {info, nullptr};
}

}  // namespace secateur
