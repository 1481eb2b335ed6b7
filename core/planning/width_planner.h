// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores + a width request -> what every layer keeps. Holds the scores in competing form, so that searching
// the ratio for a target size repeats the cut alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/data/plan_request.h"
#include "core/data/score_table.h"
#include "core/planning/methods.h"
#include "core/planning/structures.h"

namespace secateur {

class WidthPlanner {
public:
    // `network`: what earlier steps left of `model`. `scores`: one entry for each of its layers, in the same
    // order; must outlive this. Throws InvalidArgument for requests that contradict themselves or the
    // network.
    WidthPlanner(const ModelSummary& model, const NetworkConfig& network, const ScoreTable& scores,
                 const WidthRule& rule, const WidthRequest& request, Cost cost);

    // The fraction of all weights to remove: the request's ratio, or the one that meets its target.
    [[nodiscard]] double ratio() const;
    // The same as a fraction of the layers that take part. Throws InvalidArgument when it is 1 or more.
    [[nodiscard]] double ratioOfContest(double ratio) const;

    // The thresholds; none for ratio 0.
    [[nodiscard]] std::optional<Thresholds> thresholds(double ratio) const;
    // Entries of layers that lose something, ascending.
    [[nodiscard]] std::vector<LayerKeep> keep(const std::optional<Thresholds>& thresholds) const;
    // Indexed like the network's layers; NaN: nothing compared, -infinity: compared, nothing removed (ratio
    // 0).
    [[nodiscard]] std::vector<float> groupThresholds(const std::optional<Thresholds>& thresholds) const;
    [[nodiscard]] std::vector<float> channelThresholds(const std::optional<Thresholds>& thresholds) const;

private:
    struct Counts {
        int groups = 0;
        int channels = 0;
    };

    void checkRequest() const;
    void enter(std::size_t layer);
    [[nodiscard]] Counts counts(std::size_t entry, const Thresholds& thresholds) const;
    [[nodiscard]] NetworkConfig narrowed(double ratio) const;
    [[nodiscard]] std::int64_t achieved(const NetworkConfig& after) const;
    [[nodiscard]] double ratioForTarget() const;
    [[nodiscard]] std::int64_t target() const;
    [[nodiscard]] std::int64_t slack() const;
    [[nodiscard]] double largestRatio() const;
    [[noreturn]] void unreachable() const;
    [[nodiscard]] std::vector<float> nothingRemoved() const;
    [[nodiscard]] std::vector<float> spread(const std::vector<float>& values, bool attention) const;

    const ModelSummary& model_;
    const NetworkConfig& network_;
    const ScoreTable& scores_;
    WidthRule rule_;
    WidthRequest request_;
    Contest contest_;
    std::vector<std::size_t> entered_;  // position in network_.layers of each contest layer
    std::int64_t allWeights_ = 0;       // linear weights of the network
    std::int64_t contestWeights_ = 0;   // and of the layers that take part
};

}  // namespace secateur
