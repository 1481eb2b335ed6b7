// SPDX-License-Identifier: GPL-3.0-or-later
//
// What it would cost the loss to lose a row or a column of a linear, by a Taylor expansion of the loss
// (LLM-Pruner, arXiv 2305.11627, section 3.2; algorithms.md 3.2).
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "core/data/linear_name.h"

namespace secateur {

// With g the gradient of the mean loss and A the mean over windows of its square, for one window at a time:
enum class Saliency {
    Vectorize,  // |sum of W g|
    First,      // sum of |W g|
    Second,     // sum of |W A W|
    Mix,        // sum of |W g - W A W / 2|
};
inline constexpr int kSaliencies = 4;
inline constexpr std::array<Saliency, kSaliencies> kAllSaliencies{Saliency::Vectorize, Saliency::First,
                                                                  Saliency::Second, Saliency::Mix};
// As the published code calls them.
[[nodiscard]] constexpr const char* name(Saliency saliency) noexcept {
    constexpr std::array<const char*, kSaliencies> kNames{"vectorize", "param_first", "param_second",
                                                          "param_mix"};
    return kNames[static_cast<std::size_t>(saliency)];
}
[[nodiscard]] constexpr std::optional<Saliency> saliencyNamed(std::string_view text) noexcept {
    const auto* found =
        std::ranges::find_if(kAllSaliencies, [&](Saliency saliency) { return text == name(saliency); });
    return found != kAllSaliencies.end() ? std::optional(*found) : std::nullopt;
}

// Of one layer, f32: of q, k, v, gate and up one value an output row, of o and down one an input column. All
// are empty where no gradients were measured, those of a sublayer where the layer lacks it.
class LayerSaliency {
public:
    [[nodiscard]] std::vector<float>& of(Saliency saliency, LinearName linear) {
        return sums_[static_cast<std::size_t>(saliency)][static_cast<std::size_t>(linear)];
    }
    [[nodiscard]] const std::vector<float>& of(Saliency saliency, LinearName linear) const {
        return sums_[static_cast<std::size_t>(saliency)][static_cast<std::size_t>(linear)];
    }
    bool operator==(const LayerSaliency&) const = default;

private:
    std::array<std::array<std::vector<float>, kLinears>, kSaliencies> sums_;
};

}  // namespace secateur
