// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rope.h"

#include <cmath>
#include <numbers>

#include "core/model/kernels.h"

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
    return {turns.cos().to(device, dtype), turns.sin().to(device, dtype)};
}

void rotate(at::Tensor& x, const RopeTable& table) {
    if (x.is_cpu() && x.scalar_type() == at::kFloat) {
        kernels::rotate(x.mutable_data_ptr<float>(), table.cos.const_data_ptr<float>(),
                        table.sin.const_data_ptr<float>(), x.size(0), x.size(1), x.size(2), x.size(3));
        return;
    }
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor cos = table.cos.unsqueeze(1);  // [seq, 1, half]
    const at::Tensor sin = table.sin.unsqueeze(1);
    at::Tensor first = x.narrow(-1, 0, half);
    at::Tensor second = x.narrow(-1, half, half);
    const at::Tensor turned = (first * cos).addcmul_(second, sin, -1);
    second.mul_(cos).addcmul_(first, sin);
    first.copy_(turned);
}

}  // namespace secateur
