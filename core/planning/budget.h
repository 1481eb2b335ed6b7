// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much may be left, in the words of who asks: "30 %" fewer parameters, "4 GB" of weights, "2.5 B"
// parameters, "40 tokens/s", "1.5x" as fast. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/data/plan.h"
#include "core/data/plan_request.h"

namespace secateur {

struct Budget {
    enum class Kind {
        Share,       // of the network's parameters that goes
        Parameters,  // that stay, of the whole network
        Bytes,       // of the weight files that stay
        Rate,        // tokens a second that one sequence is written with, at least
        Speedup,     // the same, in times of the network as it is
    };
    Kind kind = Kind::Share;
    double share = 0.0;       // [0, 1)
    std::int64_t amount = 0;  // > 0
    double rate = 0.0;        // > 0; of a speed-up > 1
    bool operator==(const Budget&) const = default;
    [[nodiscard]] bool ofSpeed() const noexcept { return kind == Kind::Rate || kind == Kind::Speedup; }
};

// "30 %", "0.3 %"; "4 GB", "512 MiB", "900 kB"; "2.5 B", "135 M", "4200000": decimal units, binary with an i.
// "40 tokens/s", "40 tok/s", "40 t/s"; "1.5x", "1.5 times", "1.5x decode". "under", "below", "at most" and
// "within" may stand before a size, "at least" before a speed. Nothing for other text.
[[nodiscard]] std::optional<Budget> parseBudget(std::string_view text);
[[nodiscard]] std::string budgetText(const Budget& budget);  // as parseBudget() reads it
// What parseBudget() reads, for messages: "30 %, 4 GB, 2.5 B, 40 tokens/s or 1.5x".
[[nodiscard]] const char* budgetExamples();

// The width with how much it removes replaced by a budget of parameters or bytes; 0 % removes nothing.
// `present`: the accounting of the present plan. Steps after the width are not counted: they make the
// network smaller still.
[[nodiscard]] WidthRequest withBudget(WidthRequest width, const Budget& budget, const Accounting& present);
// The same with a share of what earlier steps leave, which is how a budget of speed is met.
[[nodiscard]] WidthRequest withRatio(WidthRequest width, double ratio);
// Parameters that a budget of these, or of a share, leaves at most of a network of `before`.
[[nodiscard]] std::int64_t mostParameters(const Budget& budget, std::int64_t before);
// The weight files with quantized linears packed to their bits: of other plans, writtenAfter().
[[nodiscard]] std::int64_t packedAfter(const Accounting& sums);
// True where the network is within the budget of parameters or bytes as it is, before any plan. `sums`: the
// accounting of any plan for it.
[[nodiscard]] bool isMet(const Budget& budget, const Accounting& sums);
// Of a speed: tokens a second, where the network as it is has `denseRate`.
[[nodiscard]] double targetRate(const Budget& budget, double denseRate);

}  // namespace secateur
