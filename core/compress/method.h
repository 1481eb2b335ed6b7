// SPDX-License-Identifier: GPL-3.0-or-later
//
// A method that changes what the linears of a layer are: sparsify, quantize, factorize. One file of methods/
// defines a method; one line of methods.cpp lists it. Everything else (command line, forms, plan JSON,
// documents) follows from its MethodInfo.
#pragma once

#include <functional>
#include <span>
#include <string>

#include <ATen/ATen.h>

#include "core/data/linear_name.h"
#include "core/data/method_info.h"
#include "core/data/options.h"
#include "core/data/plan.h"
#include "core/model/inputs.h"
#include "core/model/linear.h"

namespace secateur {

// One linear to compress. Throws InvalidArgument for options that do not fit its shape.
struct LinearTask {
    LinearName linear = LinearName::Q;
    std::string where;                        // "layer 3, q_proj": begins messages
    at::Tensor weight;                        // [out, in] f32, contiguous; the method may write into it
    const InputStatistics* inputs = nullptr;  // null: Watch::Nothing
    std::function<void(const std::string&)> warn;
};

// What the linear becomes: a dense matrix (f32), or a body. The bias stays.
struct Compressed {
    at::Tensor weight;
    std::shared_ptr<const LinearBody> body;
};

struct RecipeMethod {
    MethodInfo info;  // its `needs` follows from `watches`
    Watch watches = Watch::Nothing;
    Compressed (*compress)(LinearTask& task, const OptionValues& options) = nullptr;
    // Whether these options fit a linear of this shape; throws InvalidArgument naming the nearest that do.
    // May be null.
    void (*checkShape)(const OptionValues& options, LinearName linear, std::int64_t out, std::int64_t in,
                       const std::string& where) = nullptr;
    // Its inputs are those of the network before the step, not what the layers below become.
    bool onDense = false;
};

// Adds a method that another program defines, such as a test's, at the end of the list. Call it before the
// list is first asked for, from one thread. Throws Internal afterwards, and for a name that is taken.
void registerRecipeMethod(RecipeMethod method);

// All of them, in the order in which they are listed. Any thread; the list stays as it is.
[[nodiscard]] std::span<const RecipeMethod> recipeMethods();
// Null when there is none of that name.
[[nodiscard]] const RecipeMethod* findRecipeMethod(const std::string& name);
// The method of a step. Throws InvalidArgument, its message after `where`, when there is none of that name or
// it makes steps of another kind.
[[nodiscard]] const RecipeMethod& recipeMethodOf(const RecipeStep& step, const std::string& where = {});

}  // namespace secateur
