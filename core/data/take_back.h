// SPDX-License-Identifier: GPL-3.0-or-later
//
// A plan with one of its cuts taken back, and what that is worth. Plain values; any thread.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/plan.h"
#include "core/data/reports.h"

namespace secateur {

// What is taken back: a whole step of the plan, or a layer or sublayer that a chop removes.
struct TakenBack {
    enum class Kind { Step, Layer, Attention, Mlp };
    Kind kind = Kind::Step;
    int step = 0;    // of the plan, from 0
    int layer = -1;  // by its original number; -1 for a step
    bool operator==(const TakenBack&) const = default;
};
[[nodiscard]] const char* name(TakenBack::Kind kind);  // "step", "layer", "attention", "mlp"

struct TakeBackRow {
    TakenBack what;
    Plan plan;  // what is left of the plan
    double perplexity = 0.0;
    std::optional<double> standardError;
    // By how much the present plan's perplexity is higher, with the standard error of the difference, whose
    // two networks read the same windows. Negative where the network is worse with what it gets back.
    double wonBack = 0.0;
    std::optional<double> wonBackError;
    std::int64_t parametersReturned = 0;
    std::int64_t bytesReturned = 0;
    std::string problem;  // why there is no such network; the numbers are 0 then

    // Nothing for what returns no parameters, such as a quantization.
    [[nodiscard]] std::optional<double> wonPerMillion() const {
        if (parametersReturned <= 0) return std::nullopt;
        return wonBack / (static_cast<double>(parametersReturned) * 1e-6);
    }
    [[nodiscard]] std::optional<double> wonPerMillionError() const {
        if (parametersReturned <= 0 || !wonBackError) return std::nullopt;
        return *wonBackError / (static_cast<double>(parametersReturned) * 1e-6);
    }
    // Not larger than its standard error.
    [[nodiscard]] bool withinError() const { return wonBackError && std::abs(wonBack) <= *wonBackError; }
};

struct TakeBackReport {
    PreviewReport present;          // of the plan as it is
    std::vector<TakeBackRow> rows;  // ranked
    double seconds = 0.0;
};

// Most perplexity won back per parameter returned first; then what returns no parameters, by what it wins
// back; last what has a problem.
void rank(std::vector<TakeBackRow>& rows);

// A difference of perplexities over the same windows: exp(mean a) - exp(mean b), with its standard error over
// windows (delta method on pairs of window means); no error for one window.
struct PerplexityDifference {
    double value = 0.0;
    std::optional<double> standardError;
};
// `a`, `b`: the mean loss of each window.
[[nodiscard]] PerplexityDifference perplexityDifference(const std::vector<double>& a,
                                                        const std::vector<double>& b);
// `a`, `b`: [windows * (seqLen - 1)] losses.
[[nodiscard]] PerplexityDifference perplexityDifference(const std::vector<float>& a,
                                                        const std::vector<float>& b, int windows);

}  // namespace secateur
