// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans tried against a target on shapes alone, and the searches for the least of a knob that meets it.
// Private to the solver; one thread.
#pragma once

#include <functional>
#include <optional>

#include "core/planning/score_memory.h"
#include "core/planning/solver.h"

namespace secateur {

struct Trial {
    PlanRequest request;
    NetworkState state;
    Accounting accounting;
    Reached reached;
};

class Trials {
public:
    Trials(const SolverInputs& inputs, const Target& target);

    [[nodiscard]] const Trial& dense() const noexcept { return dense_; }
    // Nothing where there is no such plan, and where it has more parameters or bytes than the dense network.
    [[nodiscard]] std::optional<Trial> at(const PlanRequest& request);

    using RequestOf = std::function<PlanRequest(double)>;
    // The request of the smallest whole number from `least` to `most` that meets the target.
    [[nodiscard]] std::optional<Trial> leastCount(int least, int most, const RequestOf& requestAt);
    // The same of the smallest share that goes, in millionths.
    [[nodiscard]] std::optional<Trial> leastShare(const RequestOf& requestAt);

    // The nearest of what was tried since the last call and did not meet the target.
    [[nodiscard]] std::optional<Trial> takeNearest();

private:
    [[nodiscard]] PlanRequest shaped(const PlanRequest& request);
    [[nodiscard]] std::optional<double> rateOfPlan(const NetworkState& state) const;

    const SolverInputs& inputs_;
    const Target& target_;
    ScoreMemory scores_;
    Trial dense_;
    std::optional<Trial> nearest_;
};

}  // namespace secateur
