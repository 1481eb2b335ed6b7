// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/weight_statistics.h"

#include <algorithm>
#include <vector>

#include "core/model/tensors.h"

namespace secateur {

namespace {

constexpr std::int64_t kRows = 256;  // at a time: what is computed of them is as large as they are

// Calls `visit` with some rows of the matrix after the other, f32.
template <class Visit>
void forRows(const at::Tensor& weight, const Visit& visit) {
    for (std::int64_t first = 0; first < weight.size(0); first += kRows)
        visit(weight.narrow(0, first, std::min(kRows, weight.size(0) - first)).to(at::kFloat));
}

void addColumns(const Linear& linear, ChannelStatistics& channels) {
    if (!linear.defined()) return;
    const at::Tensor weight = linear.dense();
    at::Tensor squares = at::zeros({weight.size(1)}, weight.options().dtype(at::kFloat));
    at::Tensor absolute = at::zeros_like(squares);
    forRows(weight, [&](const at::Tensor& rows) {
        squares += rows.square().sum(0);
        absolute += rows.abs().sum(0);
    });
    channels.weightNorm2 = floatsOf(squares);
    channels.weightAbsMean = floatsOf(absolute.div_(static_cast<double>(weight.size(0))));
}

// max(w) + |min(w)| of every row.
at::Tensor peaksOf(const Linear& linear) {
    std::vector<at::Tensor> parts;
    forRows(linear.dense(),
            [&](const at::Tensor& rows) { parts.push_back(rows.amax(1) + rows.amin(1).abs()); });
    return at::cat(parts);
}

}  // namespace

void addWeightStatistics(const LayerWeights& weights, LayerAnalysis& layer) {
    addColumns(weights.o, layer.oProj);
    addColumns(weights.down, layer.downProj);
    if (weights.gate.defined() && weights.up.defined())
        layer.downProj.rowPeaks = floatsOf(peaksOf(weights.gate) + peaksOf(weights.up));
}

}  // namespace secateur
