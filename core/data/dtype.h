// SPDX-License-Identifier: GPL-3.0-or-later
//
// The kinds of numbers that checkpoints hold.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace secateur {

enum class Dtype { F32, F16, BF16, I32, I64, U8 };
[[nodiscard]] const char* name(Dtype dtype) noexcept;  // safetensors' word: "F32", ...
// As configurations spell it: "float32", ...; safetensors' word for those that no weights have.
[[nodiscard]] const char* torchName(Dtype dtype) noexcept;
[[nodiscard]] std::size_t byteSize(Dtype dtype) noexcept;
// The dtype of weights that configurations spell so; nullopt for "mixed" and anything else.
[[nodiscard]] std::optional<Dtype> weightDtype(std::string_view torchName) noexcept;

}  // namespace secateur
