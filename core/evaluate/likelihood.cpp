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

// In the order of their ids, so that those which begin alike are neighbours.
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
    return inputs;
}

// Inputs of one window: the ids that all begin with, and then the rest of one after the other.
struct Window {
    std::vector<Input> inputs;
    std::size_t shared = 0;

    [[nodiscard]] std::size_t length() const {
        std::size_t length = shared;
        for (const Input& input : inputs) length += input.ids.size() - shared;
        return length;
    }
    [[nodiscard]] std::size_t longest() const {
        std::size_t longest = 0;
        for (const Input& input : inputs) longest = std::max(longest, input.ids.size());
        return longest;
    }
    [[nodiscard]] bool branches() const { return inputs.size() > 1; }
};

// Puts inputs together that save at least kLeastSaved of the tokens which they have alone; attention takes
// longer in a long window.
std::vector<Window> windowsOf(std::vector<Input> inputs, bool mayShare) {
    constexpr std::size_t kLongest = 1024;
    constexpr double kLeastSaved = 0.15;
    std::vector<Window> windows;
    for (Input& input : inputs) {
        const std::size_t own = input.ids.size();
        if (mayShare && !windows.empty()) {
            Window& last = windows.back();
            const std::vector<std::int32_t>& begin = last.inputs.front().ids;
            const auto differs = std::ranges::mismatch(begin, input.ids).in1 - begin.begin();
            // A window of one input shares all of it.
            const std::size_t shared = std::min(static_cast<std::size_t>(differs), last.shared);
            std::size_t together = own;
            for (const Input& other : last.inputs) together += other.ids.size() - shared;
            const auto apart = static_cast<double>(last.length() + own);
            if (together <= kLongest && static_cast<double>(together) <= (1.0 - kLeastSaved) * apart) {
                last.shared = shared;
                last.inputs.push_back(std::move(input));
                continue;
            }
        }
        windows.push_back({{std::move(input)}, own});
    }
    std::ranges::stable_sort(
        windows, {}, [](const Window& window) { return std::pair(window.branches(), window.length()); });
    return windows;
}

// How many of the windows from `first` run together: as long as padding adds little to what there is, and
// streams, and what the tokens of branches see, fit.
std::size_t together(std::span<const Window> windows, std::size_t first, std::int64_t streamTokens) {
    constexpr std::int64_t kMasks = std::int64_t{128} << 20;  // bytes
    std::size_t count = 0;
    std::int64_t tokens = 0;
    for (std::size_t i = first; i < windows.size(); ++i) {
        if (windows[i].branches() != windows[first].branches()) break;
        const auto longest = static_cast<std::int64_t>(windows[i].length());
        tokens += longest;
        const std::int64_t padded = longest * static_cast<std::int64_t>(count + 1);
        if (count > 0 && windows[i].branches() && padded * longest > kMasks) break;
        if (count > 0 && (padded > streamTokens || 8 * (padded - tokens) > padded)) break;
        ++count;
    }
    return count;
}

// Windows as they run, filled up to the length of the last one.
TokenWindows padded(std::span<const Window> batch) {
    TokenWindows windows;
    windows.seqLen = static_cast<int>(batch.back().length());
    for (const Window& window : batch) {
        const std::size_t end = windows.ids.size() + static_cast<std::size_t>(windows.seqLen);
        const std::vector<std::int32_t>& first = window.inputs.front().ids;
        windows.ids.insert(windows.ids.end(), first.begin(),
                           first.begin() + static_cast<std::ptrdiff_t>(window.shared));
        for (const Input& input : window.inputs)
            windows.ids.insert(windows.ids.end(),
                               input.ids.begin() + static_cast<std::ptrdiff_t>(window.shared),
                               input.ids.end());
        windows.ids.resize(end, first.back());
    }
    return windows;
}

// What each token of the batch sees.
Branches branchesOf(std::span<const Window> batch, std::int64_t length, const at::Device& device) {
    const auto count = static_cast<std::int64_t>(batch.size());
    at::Tensor visible = at::zeros({count, length, length}, at::kBool);
    at::Tensor positions = at::zeros({count, length}, at::kLong);
    for (std::int64_t i = 0; i < count; ++i) {
        const Window& window = batch[static_cast<std::size_t>(i)];
        const auto shared = static_cast<std::int64_t>(window.shared);
        const at::Tensor sees = visible[i], stands = positions[i];
        sees.diagonal().fill_(true);
        sees.narrow(1, 0, shared).fill_(true);
        sees.narrow(0, 0, shared).copy_(at::ones({shared, length}, at::kBool).tril());
        stands.narrow(0, 0, shared).copy_(at::arange(shared));
        std::int64_t from = shared;
        for (const Input& input : window.inputs) {
            const std::int64_t own = static_cast<std::int64_t>(input.ids.size()) - shared;
            sees.narrow(0, from, own).narrow(1, from, own).copy_(at::ones({own, own}, at::kBool).tril());
            stands.narrow(0, from, own).copy_(at::arange(shared, shared + own));
            from += own;
        }
    }
    return {visible.to(device), positions.to(device)};
}

at::Tensor streamOf(WeightSource& weights, std::span<const Window> batch, JobContext& context) {
    const TokenWindows windows = padded(batch);
    if (!batch.front().branches()) return finalStream(weights, windows, 0, windows.count(), context);
    std::size_t longest = 0;
    for (const Window& window : batch) longest = std::max(longest, window.longest());
    PassContext pass = makePassContext(weights.config(), weights.place(), static_cast<int>(longest));
    const Branches branches = branchesOf(batch, windows.seqLen, weights.place().device);
    pass.branches = &branches;
    return finalStream(weights, pass, windows, 0, windows.count(), context);
}

// Rows of the streams that predict something that is asked for.
struct Rows {
    std::vector<std::int64_t> places;  // in [windows * seq]
    std::vector<std::int64_t> targets;
    std::vector<std::size_t> askers;
};

Rows rowsOf(std::span<const Window> batch, std::span<const JudgedSequence> sequences, std::int64_t length) {
    Rows rows;
    std::int64_t begin = 0;  // of the window
    for (const Window& window : batch) {
        const auto shared = static_cast<std::int64_t>(window.shared);
        std::int64_t before = 0;  // tokens of the window that are other inputs' own
        for (const Input& input : window.inputs) {
            const auto own = static_cast<std::int64_t>(input.ids.size());
            for (const std::size_t asker : input.askers) {
                const JudgedSequence& sequence = sequences[asker];
                const auto judged = std::min<std::int64_t>(sequence.judged, own);
                for (std::int64_t k = 0; k < judged; ++k) {
                    const std::int64_t place = own - judged + k;
                    rows.places.push_back(begin + place + (place < shared ? 0 : before));
                    rows.targets.push_back(
                        sequence.ids[sequence.ids.size() - static_cast<std::size_t>(judged - k)]);
                    rows.askers.push_back(asker);
                }
            }
            before += own - shared;
        }
        begin += length;
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
        const auto part = [&](const std::vector<std::int64_t>& all) {
            return at::tensor(at::ArrayRef<std::int64_t>(all.data() + first, static_cast<std::size_t>(some)))
                .to(flat.device());
        };
        const at::Tensor logits = logitsOf(weights, flat.index_select(0, part(rows.places)));
        const at::Tensor targets = part(rows.targets);
        const at::Tensor chances =
            at::log_softmax(logits, 1).gather(1, targets.unsqueeze(1)).squeeze(1).to(at::kCPU, at::kDouble);
        const at::Tensor likeliest = logits.argmax(1).eq(targets).to(at::kCPU);
        for (std::int64_t i = 0; i < some; ++i) {
            AnswerScore& score = scores[rows.askers[static_cast<std::size_t>(first + i)]];
            score.logLikelihood += chances.const_data_ptr<double>()[i];
            score.likeliest = score.likeliest && likeliest.const_data_ptr<bool>()[i];
        }
    }
}

}  // namespace

std::vector<AnswerScore> likelihoods(WeightSource& weights, std::span<const JudgedSequence> sequences,
                                     int most, std::int64_t streamBytes, JobContext& context) {
    std::vector<AnswerScore> scores(sequences.size(), AnswerScore{0.0, true});
    const NetworkConfig& config = weights.config();
    // The angles of rope_type dynamic depend on the length of the window.
    const bool mayShare = config.rope.kind != RopeConfig::Kind::Dynamic;
    const std::vector<Window> windows = windowsOf(inputsOf(sequences, most), mayShare);
    const std::int64_t streamTokens =
        std::max<std::int64_t>(streamBytes / (4 * std::int64_t{config.hiddenSize}), 1);
    std::vector<std::size_t> batches;
    double tokens = 0.0;
    for (std::size_t first = 0; first < windows.size(); first += batches.back()) {
        batches.push_back(together(windows, first, streamTokens));
        tokens += static_cast<double>(batches.back() * windows[first + batches.back() - 1].length());
    }
    context.beginStage("likelihoods", tokens * std::max(config.layerCount(), 1), "layer tokens");
    std::size_t first = 0;
    for (const std::size_t count : batches) {
        const std::span<const Window> batch = std::span(windows).subspan(first, count);
        const at::Tensor hidden = streamOf(weights, batch, context);
        judge(weights, hidden, rowsOf(batch, sequences, hidden.size(1)), scores);
        first += count;
    }
    return scores;
}

}  // namespace secateur
