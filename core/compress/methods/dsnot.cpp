// SPDX-License-Identifier: GPL-3.0-or-later
//
// Changes which weights are zero, row by row, until the expected output of the row is as it was.
#include <algorithm>
#include <cmath>

#include "core/compress/methods/methods.h"
#include "core/compress/numeric/sparsity.h"
#include "core/model/parallel.h"

namespace secateur {

namespace {

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> specs = sparsityOptions();
    specs.push_back({.key = "start",
                     .label = "Start",
                     .help = "The method whose zeros are improved.",
                     .usual = std::string("wanda"),
                     .choices = {"wanda", "magnitude"}});
    specs.push_back({.key = "exchanges",
                     .label = "Exchanges",
                     .help = "At most, in each row.",
                     .usual = std::int64_t{50},
                     .least = 0.0,
                     .most = 10000.0,
                     .place = OptionSpec::Place::More});
    specs.push_back({.key = "threshold",
                     .label = "Threshold",
                     .help = "Rows whose expected output is off by less stay as they are.",
                     .usual = 0.1,
                     .least = 0.0,
                     .most = kNoLimit,
                     .place = OptionSpec::Place::More});
    specs.push_back({.key = "same-sign",
                     .label = "Keep the sign",
                     .help = "End before the error of a row would change its sign.",
                     .usual = true,
                     .place = OptionSpec::Place::More});
    specs.push_back({.key = "power",
                     .label = "Power of the variance",
                     .help = "How much weights whose input varies are passed over when one is put back.",
                     .usual = 1.0,
                     .least = 0.0,
                     .most = 4.0,
                     .place = OptionSpec::Place::More});
    return specs;
}

struct Rules {
    std::int64_t exchanges = 50;
    double threshold = 0.1;
    bool sameSign = true;
    std::int64_t block = 0;  // of a pattern: what goes must be of the block of what comes back; 0: any
};

// One row: what each weight adds to the expected output, what it is worth to keep, and whether it is zero.
struct Row {
    std::vector<float> output;  // w_j times the mean over windows of the sum of x_j over tokens
    const float* score;         // the smallest goes: Wanda's, in patterns that of the method that is improved
    std::vector<float> reach;   // output / variance^power: what is put back first
    bool* zero;
};

// A queue of the row's entries for either sign of the error.
struct Queue {
    std::vector<std::int32_t> entries;
    std::size_t next = 0;
    // -1: there is none left
    std::int32_t take() { return next < entries.size() ? entries[next++] : -1; }
};

// The kept entry of the block of `regrown` that is worth least and was neither zero at first nor taken
// before.
std::int32_t leastOfBlock(const Row& row, const std::vector<char>& barred, std::int32_t regrown,
                          std::int64_t block) {
    const auto first = static_cast<std::int32_t>(regrown / block * block);
    std::int32_t least = -1;
    for (std::int32_t j = first; j < first + static_cast<std::int32_t>(block); ++j)
        if (!barred[static_cast<std::size_t>(j)] && (least < 0 || row.score[j] < row.score[least])) least = j;
    return least;
}

void exchange(const Row& row, const Rules& rules) {
    const auto width = static_cast<std::int32_t>(row.output.size());
    double error = 0.0;         // of the expected output: what the zeros take from it
    Queue regrow[2], prune[2];  // for an error below and above 0
    std::vector<char> barred(row.output.size());
    for (std::int32_t j = 0; j < width; ++j) {
        const auto index = static_cast<std::size_t>(j);
        barred[index] = row.zero[j] ? 1 : 0;
        if (row.zero[j]) error += row.output[index];
        if (row.zero[j] && row.output[index] != 0.0F)
            regrow[row.output[index] > 0 ? 1 : 0].entries.push_back(j);
        // What goes makes up for the error: it adds to it with the other sign.
        if (!row.zero[j] && row.output[index] != 0.0F)
            prune[row.output[index] > 0 ? 0 : 1].entries.push_back(j);
    }
    for (Queue& queue : regrow)
        std::ranges::stable_sort(queue.entries, [&](std::int32_t a, std::int32_t b) {
            return std::abs(row.reach[static_cast<std::size_t>(a)]) >
                   std::abs(row.reach[static_cast<std::size_t>(b)]);
        });
    for (Queue& queue : prune)
        std::ranges::stable_sort(queue.entries,
                                 [&](std::int32_t a, std::int32_t b) { return row.score[a] < row.score[b]; });
    const bool positive = error > 0.0;
    for (std::int64_t turn = 0; turn < rules.exchanges && std::abs(error) > rules.threshold; ++turn) {
        const std::size_t side = error > 0.0 ? 1 : 0;
        const std::int32_t back = regrow[side].take();
        if (back < 0) return;
        const std::int32_t gone =
            rules.block > 0 ? leastOfBlock(row, barred, back, rules.block) : prune[side].take();
        if (gone < 0) return;
        const double after =
            error + row.output[static_cast<std::size_t>(gone)] - row.output[static_cast<std::size_t>(back)];
        if (rules.sameSign && (after > 0.0) != positive) return;
        row.zero[back] = false;
        row.zero[gone] = true;
        barred[static_cast<std::size_t>(gone)] = 1;
        error = after;
    }
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::vector<OptionSpec> specs = options();
    const SparsityWish wish = sparsityWish(values);
    const InputStatistics& inputs = *task.inputs;
    const at::Tensor wanda = sizeTimesInput(task);
    const at::Tensor scores = textOf(values, specs, "start") == "wanda" ? wanda : task.weight.abs();
    const at::Tensor mask = smallest(scores, wish).cpu().contiguous();
    const auto tokens = static_cast<double>(inputs.tokens), windows = static_cast<double>(inputs.windows);
    const at::Tensor mean = inputs.mean.to(at::kDouble).cpu();
    const at::Tensor variance =
        (inputs.norm2.to(at::kDouble).cpu() * (windows / tokens) - mean.square()).clamp_min_(1e-12);
    const at::Tensor sums = (mean * (tokens / windows)).to(at::kFloat).contiguous();
    const at::Tensor passed = variance.pow(-numberOf(values, specs, "power")).to(at::kFloat).contiguous();
    const at::Tensor weight = task.weight.cpu().contiguous(),
                     worth = (wish.pattern ? scores : wanda).cpu().contiguous();
    Rules rules;
    rules.exchanges = integerOf(values, specs, "exchanges");
    rules.threshold = numberOf(values, specs, "threshold");
    rules.sameSign = flagOf(values, specs, "same-sign");
    rules.block = wish.pattern ? wish.pattern->of : 0;
    const std::int64_t out = weight.size(0), in = weight.size(1);
    const float *w = weight.const_data_ptr<float>(), *x = sums.const_data_ptr<float>(),
                *v = passed.const_data_ptr<float>(), *s = worth.const_data_ptr<float>();
    bool* zero = mask.mutable_data_ptr<bool>();
    inParallel(out, rowsTogether(in), [&](std::int64_t first, std::int64_t last) {
        Row row;
        row.output.resize(static_cast<std::size_t>(in));
        row.reach.resize(static_cast<std::size_t>(in));
        for (std::int64_t i = first; i < last; ++i) {
            for (std::int64_t j = 0; j < in; ++j) {
                const auto index = static_cast<std::size_t>(j);
                row.output[index] = w[i * in + j] * x[j];
                row.reach[index] = row.output[index] * v[j];
            }
            row.score = s + i * in;
            row.zero = zero + i * in;
            exchange(row, rules);
        }
    });
    return {task.weight.masked_fill_(mask.to(task.weight.device()), 0.0), nullptr};
}

}  // namespace

RecipeMethod dsnotMethod() {
    RecipeMethod method;
    method.info.name = "dsnot";
    method.info.label = "DSnoT";
    method.info.summary =
        "Exchanges zeros of Wanda or magnitude until the expected output of each row is as it was; no weight "
        "changes.";
    method.info.citation =
        "Zhang, Zhao, Lin, Sun, Yao, Han, Tanner, Liu, Ji: Dynamic Sparse No Training: Training-Free "
        "Fine-tuning "
        "for Sparse LLMs, ICLR 2024, arXiv 2310.08915";
    method.info.formula =
        "e = sum over zeros of W_ij E[x_j]; while |e| > threshold the zero of the sign of e with the largest "
        "|W_ij E[x_j]| / Var(x_j)^power comes back, and the weight of the other sign with the smallest score "
        "goes; "
        "N:M: the smallest of the same group.";
    method.info.kind = "sparsify";
    method.info.options = options();
    method.watches = Watch::Norms;
    method.compress = compress;
    method.checkShape = checkSparsity;
    return method;
}

}  // namespace secateur
