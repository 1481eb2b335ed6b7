// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much may be left, in the words of who asks: "30 %" fewer parameters, "4 GB" of weights, "2.5 B"
// parameters. Pure functions.
#pragma once

#include <QString>
#include <cstdint>
#include <optional>

#include "widgets/document/plan_wishes.h"

namespace secateur {

struct Budget {
    enum class Kind {
        Share,       // of the network's parameters that goes
        Parameters,  // that stay, of the whole network
        Bytes,       // of the weight files that stay
    };
    Kind kind = Kind::Share;
    double share = 0.0;       // [0, 1)
    std::int64_t amount = 0;  // > 0
    bool operator==(const Budget&) const = default;
};

// "30 %", "0.3 %"; "4 GB", "512 MiB", "900 kB"; "2.5 B", "135 M", "4200000": decimal units, binary with an i.
// Nothing for other text.
[[nodiscard]] std::optional<Budget> parseBudget(const QString& text);
[[nodiscard]] QString budgetText(const Budget& budget);  // as parseBudget() reads it

// The wishes with the width that meets the budget: the last width step, or a new one before the steps that
// change what linears are. A budget of 0 % removes nothing. `present`: the accounting of the present plan.
// Steps after the width are not counted: they make the network smaller still.
[[nodiscard]] PlanWishes withBudget(PlanWishes wishes, const Budget& budget, const Accounting& present);
// What the wishes ask for, as a budget; nothing when they do not name one.
[[nodiscard]] std::optional<Budget> budgetOf(const PlanWishes& wishes);
// True where the network is within the budget as it is, before any plan. `sums`: the accounting of any plan
// for it.
[[nodiscard]] bool isMet(const Budget& budget, const Accounting& sums);

}  // namespace secateur
