// SPDX-License-Identifier: GPL-3.0-or-later
//
// The seven linears of a decoder layer, the four inputs that they read, and how each is held.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace secateur {

enum class LinearName { Q, K, V, O, Gate, Up, Down };
inline constexpr int kLinears = 7;
inline constexpr std::array<LinearName, kLinears> kAllLinears{
    LinearName::Q,    LinearName::K,  LinearName::V,   LinearName::O,
    LinearName::Gate, LinearName::Up, LinearName::Down};
inline constexpr std::array kAttentionLinears{LinearName::Q, LinearName::K, LinearName::V, LinearName::O};
inline constexpr std::array kMlpLinears{LinearName::Gate, LinearName::Up, LinearName::Down};
// "q_proj" ... "down_proj"; and as in checkpoints: "self_attn.q_proj" ... "mlp.down_proj"
[[nodiscard]] const char* name(LinearName linear) noexcept;
[[nodiscard]] const char* moduleName(LinearName linear) noexcept;
[[nodiscard]] std::optional<LinearName> linearNamed(std::string_view name) noexcept;
// The two linears of one that is their product, W = b a, as modules below it: "q_proj.a" [rank, in] and
// "q_proj.b" [out, rank].
inline constexpr std::array<const char*, 2> kFactors{"a", "b"};

// Where linears read: q, k and v share one input, gate and up another.
enum class Site { AttentionIn, AttentionOut, MlpIn, MlpMid };
inline constexpr int kSites = 4;
[[nodiscard]] constexpr Site siteOf(LinearName linear) noexcept {
    switch (linear) {
        case LinearName::Q:
        case LinearName::K:
        case LinearName::V:
            return Site::AttentionIn;
        case LinearName::O:
            return Site::AttentionOut;
        case LinearName::Gate:
        case LinearName::Up:
            return Site::MlpIn;
        case LinearName::Down:
            return Site::MlpMid;
    }
    return Site::AttentionIn;
}

// How a linear is held, for sizes and views. A linear may be sparse and quantized at once.
struct LinearForm {
    double density = 1.0;    // share of its weights that may be other than zero
    bool averaged = false;   // the density is the mean over the layers of a step that shares it out
    double bits = 0.0;       // per stored code; 0: of the checkpoint's dtype
    std::int64_t group = 0;  // consecutive inputs that share a scale; 0: a whole row
    double zeroBits = 0.0;   // of a zero point for each scale; 0: none
    std::int64_t rank = 0;   // > 0: the product of an [out, rank] and a [rank, in] matrix
    bool operator==(const LinearForm&) const = default;
};

}  // namespace secateur
