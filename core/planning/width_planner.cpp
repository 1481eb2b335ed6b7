// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/width_planner.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "core/planning/width_limits.h"

namespace secateur {

namespace {

int groupSizeOf(const NetworkConfig& network) {
    for (const LayerConfig& layer : network.layers)
        if (layer.kvHeads > 0) return layer.heads / layer.kvHeads;
    return 1;
}

[[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) {
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

UnitMask maskOf(const std::vector<float>& scores, float threshold, const Thresholds& thresholds) {
    UnitMask mask(scores.size());
    std::transform(scores.begin(), scores.end(), mask.begin(), [&](float score) {
        return static_cast<std::uint8_t>(thresholds.keeps(score, threshold));
    });
    return mask;
}

int countOf(const std::vector<float>& scores, float threshold, const Thresholds& thresholds) {
    return static_cast<int>(std::count_if(scores.begin(), scores.end(),
                                          [&](float score) { return thresholds.keeps(score, threshold); }));
}

bool keepsNothing(const NetworkConfig& network) {
    return std::all_of(network.layers.begin(), network.layers.end(), [](const LayerConfig& layer) {
        return layer.kvHeads == 0 && layer.intermediateSize == 0;
    });
}

}  // namespace

WidthPlanner::WidthPlanner(const ModelSummary& model, const NetworkConfig& network, const ScoreTable& scores,
                           const WidthRule& rule, const WidthRequest& request, Cost cost)
    : model_(model), network_(network), scores_(scores), rule_(rule), request_(request) {
    checkRequest();
    contest_.groupWeights = kvGroupParameters(network, groupSizeOf(network));
    contest_.channelWeights = channelParameters(network);
    contest_.cost = cost;
    // A unit costs what it does in whole matrices: what it takes of two factors is less, and not in
    // proportion.
    allWeights_ = decoderLinearParameters(withDenseLinears(network));
    for (std::size_t layer = 0; layer < network.layers.size(); ++layer) enter(layer);
}

void WidthPlanner::checkRequest() const {
    if (!(request_.ratio >= 0.0 && request_.ratio < 1.0))
        refuse("the ratio must be at least 0 and below 1", "it is the fraction to remove, e.g. 0.2");
    const int wishes =
        (request_.ratio > 0.0 ? 1 : 0) + (request_.targetParameters ? 1 : 0) + (request_.targetBytes ? 1 : 0);
    if (wishes > 1)
        refuse("a ratio, target parameters and target bytes exclude each other", "give one of them");
    if ((request_.targetParameters && *request_.targetParameters <= 0) ||
        (request_.targetBytes && *request_.targetBytes <= 0))
        refuse("a target size must be positive");
    if (request_.minKeepGroups < 0 || request_.minKeepChannels < 0)
        refuse("minimum widths must not be negative");
    if (request_.roundTo < 1)
        refuse("channels cannot be rounded to a multiple of " + std::to_string(request_.roundTo));
    for (const LayerConfig& layer : network_.layers)
        if (layer.intermediateSize > 0 && request_.roundTo > layer.intermediateSize)
            refuse("channels cannot be rounded to a multiple of " + std::to_string(request_.roundTo) +
                   ": layer " + std::to_string(layer.originalLayer) + " has " +
                   std::to_string(layer.intermediateSize));
}

void WidthPlanner::enter(std::size_t layer) {
    const LayerConfig& config = network_.layers[layer];
    if (std::count(request_.protect.begin(), request_.protect.end(), config.originalLayer)) return;
    const LayerScores& scores = scores_.layers[layer];
    ContestLayer entry;
    if (config.kvHeads > 0) entry.groups = scores.groupScore;
    if (config.intermediateSize > 0) entry.channels = scores.channelScore;
    const bool adaptive = rule_.structure.rfind("AL-", 0) == 0;
    // The standardised score of an only group is 0 by construction, so it says nothing.
    if (adaptive && entry.groups.size() == 1) entry.groups.front() = kAlwaysKept;
    keepBest(entry.groups, request_.minKeepGroups);
    keepBest(entry.channels, request_.minKeepChannels);
    contestWeights_ += static_cast<std::int64_t>(entry.groups.size()) * contest_.groupWeights +
                       static_cast<std::int64_t>(entry.channels.size()) * contest_.channelWeights;
    contest_.layers.push_back(std::move(entry));
    entered_.push_back(layer);
}

double WidthPlanner::ratio() const {
    return request_.targetParameters || request_.targetBytes ? ratioForTarget() : request_.ratio;
}

double WidthPlanner::largestRatio() const {
    return static_cast<double>(contestWeights_) / static_cast<double>(allWeights_);
}

double WidthPlanner::ratioOfContest(double ratio) const {
    if (ratio <= 0.0) return 0.0;
    const double all = static_cast<double>(allWeights_);
    const double part =
        contestWeights_ == allWeights_ ? ratio : ratio * all / static_cast<double>(contestWeights_);
    if (!(part < 1.0))
        refuse("what may be narrowed holds " + std::to_string(contestWeights_) + " of " +
                   std::to_string(allWeights_) + " weights, so a ratio of " + std::to_string(ratio) +
                   " cannot be reached",
               "lower the ratio, protect fewer layers, or choose a method that narrows attention too");
    return part;
}

std::optional<Thresholds> WidthPlanner::thresholds(double ratio) const {
    if (ratio <= 0.0) return std::nullopt;
    return decideThresholds(rule_.structure, contest_, ratioOfContest(ratio), request_.removeHeads);
}

WidthPlanner::Counts WidthPlanner::counts(std::size_t entry, const Thresholds& thresholds) const {
    const ContestLayer& layer = contest_.layers[entry];
    const int units = static_cast<int>(layer.channels.size());
    const int channels = countOf(layer.channels, thresholds.channel[entry], thresholds);
    return {countOf(layer.groups, thresholds.group[entry], thresholds),
            roundedCount(channels, units, request_.roundTo, request_.minKeepChannels)};
}

std::vector<LayerKeep> WidthPlanner::keep(const std::optional<Thresholds>& thresholds) const {
    std::vector<LayerKeep> result;
    for (std::size_t entry = 0; thresholds && entry < entered_.size(); ++entry) {
        const ContestLayer& layer = contest_.layers[entry];
        LayerKeep keep;
        keep.layer = network_.layers[entered_[entry]].originalLayer;
        const Counts wanted = counts(entry, *thresholds);
        if (wanted.groups < static_cast<int>(layer.groups.size()))
            keep.kvGroups = maskOf(layer.groups, thresholds->group[entry], *thresholds);
        if (wanted.channels < static_cast<int>(layer.channels.size())) {
            keep.channels = maskOf(layer.channels, thresholds->channel[entry], *thresholds);
            adjustCount(*keep.channels, layer.channels, wanted.channels);
        }
        if (keep.kvGroups || keep.channels) result.push_back(std::move(keep));
    }
    return result;
}

std::vector<float> WidthPlanner::spread(const std::vector<float>& values, bool attention) const {
    std::vector<float> result(network_.layers.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t entry = 0; entry < entered_.size(); ++entry) {
        const ContestLayer& layer = contest_.layers[entry];
        const bool aside = attention && layer.groups.size() == 1 && layer.groups.front() == kAlwaysKept;
        if (!aside) result[entered_[entry]] = values[entry];
    }
    return result;
}

std::vector<float> WidthPlanner::nothingRemoved() const {
    return std::vector<float>(entered_.size(), -std::numeric_limits<float>::infinity());
}

std::vector<float> WidthPlanner::groupThresholds(const std::optional<Thresholds>& thresholds) const {
    return spread(thresholds ? thresholds->group : nothingRemoved(), true);
}

std::vector<float> WidthPlanner::channelThresholds(const std::optional<Thresholds>& thresholds) const {
    return spread(thresholds ? thresholds->channel : nothingRemoved(), false);
}

NetworkConfig WidthPlanner::narrowed(double ratio) const {
    NetworkConfig after = network_;
    const std::optional<Thresholds> cut = thresholds(ratio);
    for (std::size_t entry = 0; cut && entry < entered_.size(); ++entry) {
        LayerConfig& layer = after.layers[entered_[entry]];
        const Counts kept = counts(entry, *cut);
        const ContestLayer& units = contest_.layers[entry];
        if (kept.groups < static_cast<int>(units.groups.size())) {
            layer.heads = layer.heads / layer.kvHeads * kept.groups;
            layer.kvHeads = kept.groups;
            layer.oBias = layer.oBias || rule_.bias;
        }
        if (kept.channels < static_cast<int>(units.channels.size())) {
            layer.intermediateSize = kept.channels;
            layer.downBias = layer.downBias || rule_.bias;
        }
    }
    return after;
}

std::int64_t WidthPlanner::achieved(const NetworkConfig& after) const {
    const Accounting accounting = account(model_, after);
    return request_.targetParameters ? accounting.parametersAfter : accounting.bytesAfter;
}

std::int64_t WidthPlanner::target() const {
    return request_.targetParameters ? *request_.targetParameters : *request_.targetBytes;
}

// One channel: nothing nearer to the target can be asked for.
std::int64_t WidthPlanner::slack() const {
    if (request_.targetParameters) return contest_.channelWeights;
    const double bytesPerWeight = static_cast<double>(std::max<std::int64_t>(model_.bytes, 1)) /
                                  static_cast<double>(std::max<std::int64_t>(model_.parameters, 1));
    return static_cast<std::int64_t>(bytesPerWeight * static_cast<double>(contest_.channelWeights));
}

double WidthPlanner::ratioForTarget() const {
    if (achieved(network_) <= target()) return 0.0;
    double low = 0.0;
    double high = largestRatio() * (1.0 - 1e-9);
    std::int64_t sizeLow = achieved(network_);
    std::int64_t sizeHigh = contestWeights_ > 0 ? achieved(narrowed(high)) : sizeLow;
    if (sizeHigh > target()) unreachable();
    // What is achieved falls with the ratio, almost in proportion: `low` stays above the target, `high` at or
    // below it.
    for (int step = 0; high - low > 1e-9; ++step) {
        const double aim =
            static_cast<double>(sizeLow - target() + slack() / 2) / static_cast<double>(sizeLow - sizeHigh);
        const double part = step % 3 == 2 ? 0.5 : std::clamp(aim, 0.02, 0.98);
        const double middle = low + (high - low) * part;
        const std::int64_t size = achieved(narrowed(middle));
        (size <= target() ? high : low) = middle;
        (size <= target() ? sizeHigh : sizeLow) = size;
        if (size <= target() && target() - size < slack()) break;
    }
    if (keepsNothing(narrowed(high))) unreachable();
    return high;
}

void WidthPlanner::unreachable() const {
    double low = 0.0;
    double high = largestRatio() * (1.0 - 1e-9);
    if (contestWeights_ > 0 && !keepsNothing(narrowed(high))) low = high;
    while (high - low > 1e-9) {
        const double middle = low + (high - low) / 2;
        (keepsNothing(narrowed(middle)) ? high : low) = middle;
    }
    const bool bytes = request_.targetBytes.has_value();
    refuse("the target of " + std::to_string(target()) + (bytes ? " bytes" : " parameters") +
               " cannot be reached, the smallest reachable is " + std::to_string(achieved(narrowed(low))),
           "chop layers as well, protect fewer, or lower the minimum widths");
}

}  // namespace secateur
