// SPDX-License-Identifier: GPL-3.0-or-later
//
// The list of recipe methods, one line each. (An explicit list, because a linker drops self-registering
// objects of static libraries.)

#include "core/compress/methods/methods.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/compress/method.h"

namespace secateur {

namespace {

RecipeMethod listed(RecipeMethod method) {
    method.info.needs = method.watches == Watch::Nothing ? Needs::Weights : Needs::Text;
    return method;
}

struct Registry {
    Registry() {
        for (const auto make :
             {magnitudeMethod, wandaMethod, riaMethod, dsnotMethod, sparseGptMethod, admmMethod, rtnMethod,
              floatQuantMethod, hqqMethod, gptqMethod, svdMethod, asvdMethod, svdLlmMethod})
            methods.push_back(listed(make()));
    }
    std::vector<RecipeMethod> methods;
    std::atomic<bool> asked = false;
};

Registry& registry() {
    static Registry registry;
    return registry;
}

}  // namespace

void registerRecipeMethod(RecipeMethod method) {
    const auto same = std::ranges::find_if(
        registry().methods, [&](const RecipeMethod& other) { return other.info.name == method.info.name; });
    if (registry().asked || same != registry().methods.end())
        throw Error(ErrorCode::Internal,
                    "the method '" + method.info.name + "' is registered too late or twice");
    registry().methods.push_back(listed(std::move(method)));
}

std::span<const RecipeMethod> recipeMethods() {
    registry().asked = true;
    return registry().methods;
}

const RecipeMethod* findRecipeMethod(const std::string& name) {
    const auto found = std::ranges::find_if(
        recipeMethods(), [&](const RecipeMethod& method) { return method.info.name == name; });
    return found == recipeMethods().end() ? nullptr : &*found;
}

const RecipeMethod& recipeMethodOf(const RecipeStep& step, const std::string& where) {
    const std::string before = where.empty() ? "" : where + ": ";
    const RecipeMethod* method = findRecipeMethod(step.method);
    if (!method)
        throw Error(ErrorCode::InvalidArgument,
                    before + "unknown method '" + step.method + "' of a " + step.kind + " step",
                    "`secateur methods` lists them");
    if (method->info.kind != step.kind)
        throw Error(ErrorCode::InvalidArgument,
                    before + "the method '" + step.method + "' makes " + method->info.kind + " steps, not " +
                        step.kind,
                    "write \"step\": \"" + method->info.kind + "\"");
    return *method;
}

}  // namespace secateur
