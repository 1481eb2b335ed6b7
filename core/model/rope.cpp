// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/model/host_values.h"
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

// rope_type "yarn" (Peng et al. 2023, section 3.2): channels that turn often in the original context keep
// their frequency, those that turn seldom are stretched, with a linear ramp over the channels between.
class YarnRamp {
public:
    YarnRamp(const RopeConfig& rope, int headDim) : factor_(rope.factor) {
        const auto channelTurning = [&](double turns) {
            return headDim * std::log(rope.originalMaxPositions / (turns * 2.0 * std::numbers::pi)) /
                   (2.0 * std::log(rope.theta));
        };
        double low = channelTurning(rope.betaFast);
        double high = channelTurning(rope.betaSlow);
        if (rope.truncate) {
            low = std::floor(low);
            high = std::ceil(high);
        }
        low_ = std::max(low, 0.0);
        high_ = std::min(high, headDim - 1.0);
        if (low_ == high_) high_ += 0.001;
    }

    [[nodiscard]] double frequency(int channel, double plain) const {
        const double stretched = std::clamp((channel - low_) / (high_ - low_), 0.0, 1.0);
        return plain / factor_ * stretched + plain * (1.0 - stretched);
    }

private:
    double factor_;
    double low_ = 0.0;
    double high_ = 0.0;
};

// rope_type "dynamic": theta of a sequence longer than the network was made for.
double dynamicTheta(const RopeConfig& rope, int headDim, int seqLen) {
    const double longest = rope.originalMaxPositions;
    const double length = std::max<double>(seqLen, longest);
    return rope.theta * std::pow(rope.factor * length / longest - (rope.factor - 1.0),
                                 static_cast<double>(headDim) / (headDim - 2));
}

}  // namespace

std::vector<float> ropeFrequencies(const RopeConfig& rope, int headDim, int seqLen) {
    const bool dynamic = rope.kind == RopeConfig::Kind::Dynamic && headDim > 2;
    const double theta = dynamic ? dynamicTheta(rope, headDim, seqLen) : rope.theta;
    const YarnRamp yarn(rope, headDim);
    std::vector<float> frequencies;
    for (int i = 0; i < headDim; i += 2) {
        double frequency = std::pow(theta, -static_cast<double>(i) / headDim);
        if (rope.kind == RopeConfig::Kind::Yarn) frequency = yarn.frequency(i / 2, frequency);
        if (rope.kind == RopeConfig::Kind::Linear) frequency /= rope.factor;
        if (rope.kind == RopeConfig::Kind::Llama3) frequency = llama3Frequency(rope, frequency);
        frequencies.push_back(static_cast<float>(frequency));
    }
    return frequencies;
}

RopeTable ropeTable(const NetworkConfig& config, int seqLen, at::ScalarType dtype, const at::Device& device) {
    const auto frequencies = ropeFrequencies(config.rope, config.headDim, seqLen);
    const at::Tensor turns =
        at::tensor(frequencies, at::kFloat).unsqueeze(0) * at::arange(seqLen, at::kFloat).unsqueeze(1);
    const double scale = config.rope.kind == RopeConfig::Kind::Yarn ? config.rope.attentionFactor : 1.0;
    const bool loops = hasHostLoops(device, dtype);
    const at::ScalarType stored = loops ? at::kFloat : dtype;
    RopeTable table{
        turns.cos().mul_(scale).to(device, stored), turns.sin().mul_(scale).to(device, stored), {}, {}};
    if (loops) return table;
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

RopeTable RopeTable::positions(const at::Tensor& which) const {
    const auto rows = [&](const at::Tensor& all) {
        return all.defined() ? all.index_select(0, which.to(all.device())) : all;
    };
    return {rows(cos), rows(sin), rows(wideCos), rows(wideSin)};
}

void rotate(at::Tensor& x, const RopeTable& table) {
    if (!hasHostLoops(x)) {
        x = rotated(x, table);
        return;
    }
    withHostValues(x, [&](auto* values) {
        kernels::rotate(values, table.cos.const_data_ptr<float>(), table.sin.const_data_ptr<float>(),
                        x.size(0), x.size(1), x.size(2), x.size(3));
    });
}

at::Tensor rotated(const at::Tensor& x, const RopeTable& table, bool back) {
    if (!hasHostLoops(x))
        return at::addcmul(x * table.wideCos, at::roll(x, x.size(-1) / 2, -1), table.wideSin, back ? -1 : 1);
    at::Tensor turned = x.clone(at::MemoryFormat::Contiguous);
    rotate(turned, back ? RopeTable{table.cos, table.sin.neg(), {}, {}} : table);
    return turned;
}

}  // namespace secateur
