// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/plan_edits.h"

#include <algorithm>

#include "core/base/error.h"

namespace secateur {

namespace {

bool keepsAll(const UnitMask& mask) {
    return std::all_of(mask.begin(), mask.end(), [](std::uint8_t keep) { return keep != 0; });
}

at::Tensor maskTensor(const UnitMask& mask, at::ScalarType dtype, const at::Device& device) {
    auto* data = const_cast<std::uint8_t*>(mask.data());
    return at::from_blob(data, {static_cast<std::int64_t>(mask.size())}, at::kByte).to(device, dtype);
}

std::string textOf(const LayerShares& shares) {
    std::string text;
    for (const LayerShare& entry : shares) {
        text += std::to_string(entry.share);
        text += '*';
        text += std::to_string(entry.position);
        text += ' ';
    }
    return text;
}

}  // namespace

bool needsMeans(const Plan& plan) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [](const PlanStep& step) {
        const auto* width = std::get_if<WidthStep>(&step);
        return width && width->bias && !width->keep.empty();
    });
}

PlanEdits::PlanEdits(const NetworkConfig& network, const Plan& plan, const Analysis* analysis)
    : network_(network),
      kept_(keptUnits(network, plan)),
      bias_(needsMeans(plan)),
      shares_(layerShares(network, plan)) {
    const auto layers = network.layers.size();
    dropAttention_.assign(layers, false);
    dropMlp_.assign(layers, false);
    means_.assign(layers, nullptr);
    for (const PlanStep& step : plan.steps)
        if (const auto* chop = std::get_if<ChopStep>(&step)) {
            for (int layer : chop->attention) dropAttention_[static_cast<std::size_t>(layer)] = true;
            for (int layer : chop->mlp) dropMlp_[static_cast<std::size_t>(layer)] = true;
        }
    if (plan.calibration && !plan.calibration->statistics.empty())
        statistics_ = statisticsFromName(plan.calibration->statistics);
    else if (analysis)
        statistics_ = analysis->statistics;
    if (analysis) copies_ = analysis->layers;
    for (std::size_t i = 0; i < layers; ++i) {
        if (!kept_.layer[i]) {
            keys_.emplace_back("-");
            continue;
        }
        const bool narrowed = (!dropAttention_[i] && !keepsAll(kept_.kvGroups[i])) ||
                              (!dropMlp_[i] && !keepsAll(kept_.channels[i]));
        std::string key;
        if (narrowed || dropAttention_[i] || dropMlp_[i])
            key = (dropAttention_[i] ? "x" : formatUnits(kept_.kvGroups[i])) + "/" +
                  (dropMlp_[i] ? "x" : formatUnits(kept_.channels[i])) +
                  (bias_ ? std::string("b:") + name(statistics_) : "");
        keys_.push_back(textOf(shares_[i]) + key);
        if (!narrowed || !bias_) continue;
        const auto found = std::find_if(copies_.begin(), copies_.end(), [&](const LayerAnalysis& layer) {
            return layer.layer == network.layers[i].originalLayer;
        });
        if (found == copies_.end())
            throw Error(ErrorCode::InvalidArgument,
                        "bias compensation needs the channel means of layer " +
                            std::to_string(network.layers[i].originalLayer) +
                            (analysis ? ", which the analysis lacks" : ", and no analysis is given"),
                        "give --analysis, or a text to measure them from, or make the plan with --no-bias");
        means_[i] = &*found;
    }
}

bool PlanEdits::skipsLayer(int position) const {
    const auto i = static_cast<std::size_t>(position);
    return !kept_.layer[i] || (dropAttention_[i] && dropMlp_[i]);
}

bool PlanEdits::untouched(int position) const {
    return key(position).empty();
}

UnitMask PlanEdits::attentionChannels(int position) const {
    const auto i = static_cast<std::size_t>(position);
    const LayerConfig& shape = network_.layers[i];
    UnitMask mask;
    if (shape.kvHeads == 0) return mask;
    const auto width = static_cast<std::size_t>(shape.heads / shape.kvHeads * network_.headDim);
    for (const std::uint8_t keep : kept_.kvGroups[i]) mask.insert(mask.end(), width, keep);
    return mask;
}

at::Tensor PlanEdits::compensation(const UnitMask& mask, const std::vector<float>& mean,
                                   const at::Tensor& weight) const {
    if (mask.size() != mean.size())
        throw Error(ErrorCode::InvalidArgument,
                    "the analysis has " + std::to_string(mean.size()) +
                        " channel means where the network has " + std::to_string(mask.size()) + " channels",
                    "measure this network again");
    std::vector<float> removed(mean.size());
    for (std::size_t i = 0; i < mean.size(); ++i) removed[i] = mask[i] ? 0.0F : mean[i];
    return at::mv(weight.to(at::kFloat), at::tensor(removed, at::kFloat).to(weight.device()));
}

at::Tensor PlanEdits::oBias(int position, const at::Tensor& weight) const {
    const auto i = static_cast<std::size_t>(position);
    if (!means_[i] || dropAttention_[i] || keepsAll(kept_.kvGroups[i])) return {};
    return compensation(attentionChannels(position), means_[i]->oProj.means(statistics_), weight);
}

at::Tensor PlanEdits::downBias(int position, const at::Tensor& weight) const {
    const auto i = static_cast<std::size_t>(position);
    if (!means_[i] || dropMlp_[i] || keepsAll(kept_.channels[i])) return {};
    return compensation(kept_.channels[i], means_[i]->downProj.means(statistics_), weight);
}

LayerEdit PlanEdits::edit(int position, const LayerWeights& weights, const ComputePlace& place) const {
    const auto i = static_cast<std::size_t>(position);
    LayerEdit edit;
    edit.skipAttention = !kept_.layer[i] || dropAttention_[i];
    edit.skipMlp = !kept_.layer[i] || dropMlp_[i];
    edit.shares = shares_[i];
    if (untouched(position)) return edit;
    if (!edit.skipAttention && !keepsAll(kept_.kvGroups[i])) {
        edit.attentionMask = maskTensor(attentionChannels(position), place.products, place.device);
        edit.oBias = oBias(position, weights.o);
    }
    if (!edit.skipMlp && !keepsAll(kept_.channels[i])) {
        edit.mlpMask = maskTensor(kept_.channels[i], place.products, place.device);
        edit.downBias = downBias(position, weights.down);
    }
    return edit;
}

}  // namespace secateur
