// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rope.h"

#include <cmath>
#include <numbers>

#include "core/model/kernels.h"
#include "core/model/tensors.h"

namespace secateur {

namespace {

// rope_type "llama3": long wavelengths are stretched by `factor`, short ones kept, with a linear ramp
// between.
double llama3Frequency(const RopeConfig& rope, double frequency) {
    const double wavelength = 2.0 * std::numbers::pi / frequency;
    const double original = rope.originalMaxPositions;
    if (wavelength < original / rope.highFreqFactor) return frequency;
    if (wavelength > original / rope.lowFreqFactor) return frequency / rope.factor;
    const double ramp =
        (original / wavelength - rope.lowFreqFactor) / (rope.highFreqFactor - rope.lowFreqFactor);
    return (1.0 - ramp) * frequency / rope.factor + ramp * frequency;
}

}  // namespace

std::vector<float> ropeFrequencies(const RopeConfig& rope, int headDim) {
    std::vector<float> frequencies;
    for (int i = 0; i < headDim; i += 2) {
        double frequency = std::pow(rope.theta, -static_cast<double>(i) / headDim);
        if (rope.kind == RopeConfig::Kind::Linear) frequency /= rope.factor;
        if (rope.kind == RopeConfig::Kind::Llama3) frequency = llama3Frequency(rope, frequency);
        frequencies.push_back(static_cast<float>(frequency));
    }
    return frequencies;
}

RopeTable ropeTable(const NetworkConfig& config, int seqLen, at::ScalarType dtype, const at::Device& device) {
    const auto frequencies = ropeFrequencies(config.rope, config.headDim);
    const at::Tensor turns =
        at::tensor(frequencies, at::kFloat).unsqueeze(0) * at::arange(seqLen, at::kFloat).unsqueeze(1);
    RopeTable table{turns.cos().to(device, dtype), turns.sin().to(device, dtype), {}, {}};
    if (isHostFloat(table.cos)) return table;
    table.wideCos = at::cat({table.cos, table.cos}, 1).unsqueeze(1);
    table.wideSin = at::cat({table.sin.neg(), table.sin}, 1).unsqueeze(1);
    return table;
}

RopeTable RopeTable::positions(std::int64_t first, std::int64_t count) const {
    const auto rows = [&](const at::Tensor& all) {
        return all.defined() ? all.narrow(0, first, count) : all;
    };
    return {rows(cos), rows(sin), rows(wideCos), rows(wideSin)};
}

void rotate(at::Tensor& x, const RopeTable& table) {
    if (!isHostFloat(x)) {
        x = rotated(x, table);
        return;
    }
    kernels::rotate(x.mutable_data_ptr<float>(), table.cos.const_data_ptr<float>(),
                    table.sin.const_data_ptr<float>(), x.size(0), x.size(1), x.size(2), x.size(3));
}

at::Tensor rotated(const at::Tensor& x, const RopeTable& table, bool back) {
    if (!isHostFloat(x))
        return at::addcmul(x * table.wideCos, at::roll(x, x.size(-1) / 2, -1), table.wideSin, back ? -1 : 1);
    at::Tensor turned = x.clone(at::MemoryFormat::Contiguous);
    rotate(turned, back ? RopeTable{table.cos, table.sin.neg(), {}, {}} : table);
    return turned;
}

}  // namespace secateur
