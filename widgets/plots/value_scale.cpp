// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/value_scale.h"

#include <algorithm>

#include "widgets/plots/score_pyramid.h"

namespace secateur {

namespace {

constexpr std::size_t kSampleSize = 1 << 16;
constexpr double kTail = 0.02;      // of the values beyond each end of a linear scale
constexpr double kLogTail = 0.002;  // a logarithmic one has room for more
constexpr double kLinearShare =
    0.01;  // of the greater end: what a scale that is logarithmic both ways shows as linear

std::vector<float> finiteSample(const ScorePyramid& values) {
    std::size_t total = 0;
    for (int row = 0; row < values.rows(); ++row) total += static_cast<std::size_t>(values.width(row));
    const std::size_t stride = std::max<std::size_t>(1, total / kSampleSize);
    std::vector<float> sample;
    sample.reserve(total / stride + 1);
    std::size_t next = 0;  // position of the next value to take, counted from the start of the row
    for (int row = 0; row < values.rows(); ++row) {
        const auto cells = values.cells(0, row);
        for (; next < cells.size(); next += stride) {
            if (std::isfinite(cells[next])) sample.push_back(cells[next]);
        }
        next -= cells.size();
    }
    return sample;
}

double percentile(std::vector<float>& sample, double share) {
    const auto at = static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(sample.size() - 1)));
    std::nth_element(sample.begin(), sample.begin() + at, sample.end());
    return sample[static_cast<std::size_t>(at)];
}

// 1, 2 or 5 times a power of ten, giving about five steps.
double roundStep(double range) {
    const double rough = range / 5.0;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    const double digit = rough / power;
    return power * (digit < 1.5 ? 1.0 : digit < 3.5 ? 2.0 : digit < 7.5 ? 5.0 : 10.0);
}

}  // namespace

ValueScale::ValueScale(Kind kind, double low, double high) : kind_(kind), low_(low), high_(high) {
    if (!(high_ > low_)) high_ = low_ + std::max(1e-12, std::abs(low_) * 1e-6);
    linear_ = kLinearShare * std::max(std::abs(low_), std::abs(high_));
    from_ = transformed(low_);
    to_ = transformed(high_);
}

ValueScale ValueScale::around(const ScorePyramid& values, bool log) {
    std::vector<float> sample = finiteSample(values);
    if (sample.empty()) return {};
    const double tail = log ? kLogTail : kTail;
    double low = percentile(sample, tail);
    const double high = percentile(sample, 1.0 - tail);
    if (!log) return {Kind::Linear, low, high};
    if (low < 0.0 || high <= 0.0) return {Kind::SignedLog, low, high};
    // Zeros have no logarithm: the scale begins six decades below its end at the latest.
    low = std::max(low, high * 1e-6);
    return {Kind::Log, low, high};
}

double ValueScale::transformed(double value) const {
    switch (kind_) {
        case Kind::Linear:
            return value;
        case Kind::Log:
            return std::log10(std::max(value, low_ * 1e-3));
        case Kind::SignedLog:
            return std::asinh(value / linear_);
    }
    return value;
}

// asinh by its definition: the library's takes several times as long as everything else a pixel needs.
float ValueScale::placeOf(float value) const {
    const auto from = static_cast<float>(from_);
    const auto size = static_cast<float>(to_ - from_);
    if (kind_ == Kind::Linear) return (value - from) / size;
    if (kind_ == Kind::Log)
        return (std::log10(std::max(value, static_cast<float>(low_ * 1e-3))) - from) / size;
    const float ratio =
        std::min(std::abs(value / static_cast<float>(linear_)), 1e15F);  // its square stays finite
    return (std::copysign(std::log(ratio + std::sqrt(ratio * ratio + 1.0F)), value) - from) / size;
}

std::vector<double> ValueScale::ticks() const {
    std::vector<double> result;
    const auto add = [&](double value) {
        if (value >= low_ - 1e-9 * std::abs(low_) && value <= high_ + 1e-9 * std::abs(high_))
            result.push_back(value);
    };
    if (kind_ == Kind::Linear || (kind_ == Kind::Log && high_ < 4.0 * low_)) {
        const double step = roundStep(high_ - low_);
        for (double i = std::ceil(low_ / step); i * step <= high_; ++i)
            result.push_back(i * step + 0.0);  // never -0
        return result;
    }
    if (kind_ == Kind::SignedLog) {
        const int top = static_cast<int>(std::floor(std::log10(std::max(std::abs(low_), std::abs(high_)))));
        for (double sign : {-1.0, 1.0}) {
            for (int power = top; power > top - 2; --power) {
                add(sign * std::pow(10.0, power));
                add(sign * 3.0 * std::pow(10.0, power));
            }
        }
        add(0.0);
        return result;
    }
    const int first = static_cast<int>(std::floor(std::log10(low_)));
    const int last = static_cast<int>(std::ceil(std::log10(high_)));
    const bool few = last - first <= 3;
    for (int power = first; power <= last; ++power) {
        add(std::pow(10.0, power));
        if (!few) continue;
        add(2.0 * std::pow(10.0, power));
        add(5.0 * std::pow(10.0, power));
    }
    return result;
}

bool oneFlattensOthers(std::vector<float> values) {
    constexpr float kFarApart = 20.0F;  // largest over median
    std::erase_if(values, [](float value) { return !std::isfinite(value); });
    if (values.size() < 3) return false;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    const float median = *middle;
    const auto [low, high] = std::ranges::minmax(values);
    return low > 0.0F && high > kFarApart * median;
}

}  // namespace secateur
