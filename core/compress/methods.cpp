// SPDX-License-Identifier: GPL-3.0-or-later
//
// The list of recipe methods, one line each. (An explicit list, because a linker drops self-registering
// objects of static libraries.)
#include "core/compress/methods/methods.h"

#include <algorithm>
#include <vector>

#include "core/compress/method.h"

namespace secateur {

std::span<const RecipeMethod> recipeMethods() {
    static const std::vector<RecipeMethod> kMethods{
        magnitudeMethod(),  wandaMethod(), sparseGptMethod(), rtnMethod(),
        floatQuantMethod(), gptqMethod(),  svdMethod(),       svdLlmMethod(),
    };
    return kMethods;
}

const RecipeMethod* findRecipeMethod(const std::string& name) {
    const auto found = std::ranges::find_if(
        recipeMethods(), [&](const RecipeMethod& method) { return method.info.name == name; });
    return found == recipeMethods().end() ? nullptr : &*found;
}

}  // namespace secateur
