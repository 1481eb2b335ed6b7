// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/likelihood.h"

#include <algorithm>
#include <map>

#include "core/evaluate/final_stream.h"
#include "core/model/forward.h"

namespace secateur {

namespace {

// What runs: the ids of a sequence but the last, and who asked.
struct Input {
    std::vector<std::int32_t> ids;
    std::vector<std::size_t> askers;  // indices of sequences
};

std::vector<Input> inputsOf(std::span<const JudgedSequence> sequences, int most) {
    std::map<std::vector<std::int32_t>, std::vector<std::size_t>> askers;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const std::vector<std::int32_t>& ids = sequences[i].ids;
        const std::size_t length = std::min(ids.size() - 1, static_cast<std::size_t>(most));
        const auto end = ids.end() - 1;
        askers[{end - static_cast<std::ptrdiff_t>(length), end}].push_back(i);
    }
    std::vector<Input> inputs;
    for (auto& [ids, who] : askers) inputs.push_back({ids, who});
    std::ranges::stable_sort(inputs, {}, [](const Input& input) { return input.ids.size(); });
    return inputs;
}

// How many of the inputs from `first` run together: as long as padding adds little to what there is, and
// streams fit.
std::size_t together(std::span<const Input> inputs, std::size_t first, std::int64_t streamTokens) {
    std::size_t count = 0;
    std::int64_t tokens = 0;
    for (std::size_t i = first; i < inputs.size(); ++i) {
        const auto longest = static_cast<std::int64_t>(inputs[i].ids.size());
        tokens += longest;
        const std::int64_t padded = longest * static_cast<std::int64_t>(count + 1);
        if (count > 0 && (padded > streamTokens || 8 * (padded - tokens) > padded)) break;
        ++count;
    }
    return count;
}

// Rows of the streams that predict something that is asked for.
struct Rows {
    std::vector<std::int64_t> places;  // in [windows * seq]
    std::vector<std::int64_t> targets;
    std::vector<std::size_t> askers;
};

Rows rowsOf(std::span<const Input> inputs, std::span<const JudgedSequence> sequences, std::int64_t length) {
    Rows rows;
    for (std::size_t window = 0; window < inputs.size(); ++window) {
        const auto own = static_cast<std::int64_t>(inputs[window].ids.size());
        for (const std::size_t asker : inputs[window].askers) {
            const JudgedSequence& sequence = sequences[asker];
            const auto judged = std::min<std::int64_t>(sequence.judged, own);
            for (std::int64_t k = 0; k < judged; ++k) {
                rows.places.push_back(static_cast<std::int64_t>(window) * length + own - judged + k);
                rows.targets.push_back(
                    sequence.ids[sequence.ids.size() - static_cast<std::size_t>(judged - k)]);
                rows.askers.push_back(asker);
            }
        }
    }
    return rows;
}

void judge(WeightSource& weights, const at::Tensor& hidden, const Rows& rows,
           std::vector<AnswerScore>& scores) {
    const at::Tensor flat = hidden.view({-1, hidden.size(-1)});
    const auto count = static_cast<std::int64_t>(rows.places.size());
    const std::int64_t atOnce = logitRows(weights.config().vocabSize);
    for (std::int64_t first = 0; first < count; first += atOnce) {
        const std::int64_t some = std::min(atOnce, count - first);
        const at::Tensor places =
            at::tensor(at::ArrayRef<std::int64_t>(rows.places.data() + first, static_cast<std::size_t>(some)))
                .to(flat.device());
        const at::Tensor logits = logitsOf(weights, flat.index_select(0, places));
        const at::Tensor best = logits.argmax(1), chances = at::log_softmax(logits, 1);
        for (std::int64_t i = 0; i < some; ++i) {
            const auto row = static_cast<std::size_t>(first + i);
            AnswerScore& score = scores[rows.askers[row]];
            score.logLikelihood += chances[i][rows.targets[row]].item<double>();
            score.likeliest = score.likeliest && best[i].item<std::int64_t>() == rows.targets[row];
        }
    }
}

}  // namespace

std::vector<AnswerScore> likelihoods(WeightSource& weights, std::span<const JudgedSequence> sequences,
                                     int most, std::int64_t streamBytes, JobContext& context) {
    std::vector<AnswerScore> scores(sequences.size(), AnswerScore{0.0, true});
    const std::vector<Input> inputs = inputsOf(sequences, most);
    const NetworkConfig& config = weights.config();
    const std::int64_t streamTokens =
        std::max<std::int64_t>(streamBytes / (4 * std::int64_t{config.hiddenSize}), 1);
    std::vector<std::size_t> batches;
    double tokens = 0.0;
    for (std::size_t first = 0; first < inputs.size(); first += batches.back()) {
        batches.push_back(together(inputs, first, streamTokens));
        tokens += static_cast<double>(batches.back() * inputs[first + batches.back() - 1].ids.size());
    }
    context.beginStage("likelihoods", tokens * std::max(config.layerCount(), 1), "layer tokens");
    std::size_t first = 0;
    for (const std::size_t count : batches) {
        const std::span<const Input> batch = std::span(inputs).subspan(first, count);
        TokenWindows windows;
        windows.seqLen = static_cast<int>(batch.back().ids.size());
        for (const Input& input : batch) {
            windows.ids.insert(windows.ids.end(), input.ids.begin(), input.ids.end());
            windows.ids.resize(
                windows.ids.size() + static_cast<std::size_t>(windows.seqLen) - input.ids.size(),
                input.ids.back());
        }
        const at::Tensor hidden = finalStream(weights, windows, 0, windows.count(), context);
        judge(weights, hidden, rowsOf(batch, sequences, windows.seqLen), scores);
        first += count;
    }
    return scores;
}

}  // namespace secateur
