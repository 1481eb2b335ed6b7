// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/linear_name.h"

#include <algorithm>

namespace secateur {

namespace {

struct Names {
    const char* linear;
    const char* module;
};
constexpr std::array<Names, kLinears> kNames{{{"q_proj", "self_attn.q_proj"},
                                              {"k_proj", "self_attn.k_proj"},
                                              {"v_proj", "self_attn.v_proj"},
                                              {"o_proj", "self_attn.o_proj"},
                                              {"gate_proj", "mlp.gate_proj"},
                                              {"up_proj", "mlp.up_proj"},
                                              {"down_proj", "mlp.down_proj"}}};

}  // namespace

const char* name(LinearName linear) noexcept {
    return kNames[static_cast<std::size_t>(linear)].linear;
}

const char* moduleName(LinearName linear) noexcept {
    return kNames[static_cast<std::size_t>(linear)].module;
}

std::optional<LinearName> linearNamed(std::string_view name) noexcept {
    const auto found = std::ranges::find_if(kNames, [&](const Names& names) { return name == names.linear; });
    if (found == kNames.end()) return std::nullopt;
    return static_cast<LinearName>(found - kNames.begin());
}

}  // namespace secateur
