// SPDX-License-Identifier: GPL-3.0-or-later
//
// The methods, each defined in its own file. Listed in core/compress/methods.cpp.
#pragma once

#include "core/compress/method.h"

namespace secateur {

[[nodiscard]] RecipeMethod magnitudeMethod();
[[nodiscard]] RecipeMethod wandaMethod();
[[nodiscard]] RecipeMethod riaMethod();
[[nodiscard]] RecipeMethod dsnotMethod();
[[nodiscard]] RecipeMethod sparseGptMethod();
[[nodiscard]] RecipeMethod admmMethod();
[[nodiscard]] RecipeMethod rtnMethod();
[[nodiscard]] RecipeMethod floatQuantMethod();
[[nodiscard]] RecipeMethod hqqMethod();
[[nodiscard]] RecipeMethod gptqMethod();
[[nodiscard]] RecipeMethod svdMethod();
[[nodiscard]] RecipeMethod asvdMethod();
[[nodiscard]] RecipeMethod svdLlmMethod();

}  // namespace secateur
