// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/channel_accumulator.h"

#include <cmath>

#include "core/metrics/window_moments.h"

namespace secateur {

namespace {

std::vector<float> toFloats(const std::vector<double>& values, double factor = 1.0) {
    std::vector<float> floats(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) floats[i] = static_cast<float>(values[i] * factor);
    return floats;
}

}  // namespace

void ChannelAccumulator::add(const at::Tensor& x) {
    const WindowMoments moments = windowMoments(x);
    const std::int64_t channels = x.size(2);
    for (auto* state :
         {&mean_, &centred2_, &referenceMean_, &referenceFluctuation_, &norm2_, &absMean2_, &norm_})
        state->resize(static_cast<std::size_t>(channels), 0.0);
    for (std::int64_t window = 0; window < x.size(0); ++window)
        addWindow(moments.mean.const_data_ptr<float>() + window * channels,
                  moments.centred2.const_data_ptr<float>() + window * channels,
                  moments.absMean.const_data_ptr<float>() + window * channels, x.size(1));
}

void ChannelAccumulator::addWindow(const float* mean, const float* centred2, const float* absMean,
                                   std::int64_t seq) {
    const double k = static_cast<double>(++windows_);
    const double count = static_cast<double>(seq);
    const double total = tokens_ + count;
    const double keepFluctuation = windows_ > 1 ? (k - 2.0) / (k - 1.0) : 0.0;
    for (std::size_t c = 0; c < mean_.size(); ++c) {
        const double windowMean = mean[c];
        const double delta = windowMean - mean_[c];
        mean_[c] += delta * count / total;
        centred2_[c] += centred2[c] + delta * delta * tokens_ * count / total;

        referenceMean_[c] = referenceMean_[c] * (k - 1.0) / k + windowMean / k;
        const double offset = windowMean - referenceMean_[c];
        const double aroundMean = centred2[c] + count * offset * offset;
        if (windows_ > 1)
            referenceFluctuation_[c] = referenceFluctuation_[c] * keepFluctuation + aroundMean / k;

        const double squares = centred2[c] + count * windowMean * windowMean;
        norm2_[c] = norm2_[c] * (k - 1.0) / k + squares / k;
        norm_[c] += (std::sqrt(squares) - norm_[c]) / k;
        absMean2_[c] += static_cast<double>(absMean[c]) * absMean[c];
    }
    tokens_ = total;
}

ChannelStatistics ChannelAccumulator::finish() const {
    ChannelStatistics statistics;
    statistics.mean = toFloats(mean_);
    statistics.meanReference = toFloats(referenceMean_);
    statistics.fluctuation = toFloats(centred2_, tokens_ > 1.0 ? 1.0 / (tokens_ - 1.0) : 0.0);
    statistics.fluctuationReference = toFloats(referenceFluctuation_);
    statistics.norm2 = toFloats(norm2_);
    statistics.windowNorm = toFloats(norm_);
    std::vector<double> roots = absMean2_;
    for (double& value : roots) value = std::sqrt(value);
    statistics.absMeanNorm = toFloats(roots);
    return statistics;
}

}  // namespace secateur
