// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a plan does to the loss of single tokens: the summands of a preview's perplexities. Losses are
// negative log-likelihoods in nats; a change is planned minus dense, positive where the plan does harm. Plain
// values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/reports.h"
#include "core/data/token_text.h"

namespace secateur {

// A document of the text, as far as windows hold tokens of it.
struct JudgedDocument {
    int number = 0;  // in the text, from 0
    // The first and last token, counted over all windows one after the other.
    std::int64_t first = 0;
    std::int64_t last = 0;
    bool operator==(const JudgedDocument&) const = default;
};

struct TokenLossReport {
    int windows = 0;
    int seqLen = 0;
    int skip = 0;                   // windows of the text before the first
    std::vector<std::int32_t> ids;  // [windows * seqLen]
    std::vector<TokenText> texts;   // [windows * seqLen]
    // [windows * (seqLen - 1)]: of every token but the first of its window, which has nothing before it.
    std::vector<float> dense;
    std::vector<float> planned;
    std::vector<JudgedDocument> documents;  // empty where the text has one, or where they cannot be told
    PreviewReport preview;                  // the perplexities that these losses are the parts of

    [[nodiscard]] int scored() const noexcept { return seqLen > 0 ? seqLen - 1 : 0; }  // of a window
};

struct TokenLoss {
    int window = 0;    // from 0, of the report
    int position = 0;  // in the window, from 1: the first token has no loss
    float dense = 0.0F;
    float planned = 0.0F;
    [[nodiscard]] float change() const noexcept { return planned - dense; }
};

// The loss of a token; `position` from 1 to seqLen - 1.
[[nodiscard]] TokenLoss tokenLoss(const TokenLossReport& report, int window, int position);
[[nodiscard]] const TokenText& tokenText(const TokenLossReport& report, int window, int position);

// The `most` tokens whose loss grows most, or is largest without a plan, worst first; of equal ones the
// earlier.
enum class Worst { Change, Loss };
[[nodiscard]] std::vector<TokenLoss> worstTokens(const TokenLossReport& report, int most,
                                                 Worst by = Worst::Change);

// Losses of many tokens together.
struct LossSum {
    std::int64_t tokens = 0;
    double dense = 0.0;  // sums, nats
    double planned = 0.0;
    [[nodiscard]] double change() const noexcept { return planned - dense; }
    [[nodiscard]] double meanDense() const noexcept { return mean(dense); }
    [[nodiscard]] double meanPlanned() const noexcept { return mean(planned); }
    [[nodiscard]] double meanChange() const noexcept { return mean(change()); }

private:
    [[nodiscard]] double mean(double sum) const noexcept {
        return tokens > 0 ? sum / static_cast<double>(tokens) : 0.0;
    }
};
[[nodiscard]] LossSum windowSum(const TokenLossReport& report, int window);
[[nodiscard]] LossSum documentSum(const TokenLossReport& report, const JudgedDocument& document);
// exp(mean) of either side is the preview's perplexity, but for rounding.
[[nodiscard]] LossSum wholeSum(const TokenLossReport& report);

// The size of a change that `share` of all changes stay below in size; at least 0.01 nats, so that a plan
// that does nothing does not look as if it did. Ends of colour scales.
[[nodiscard]] float usualChange(const TokenLossReport& report, double share = 0.98);

}  // namespace secateur
