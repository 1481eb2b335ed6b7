// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/step_text.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "core/base/error.h"
#include "core/data/linear_name.h"

namespace secateur {

namespace {

constexpr std::array<std::string_view, 4> kOfLinears{"sparsify", "quantize", "factorize", "rotate"};

[[noreturn]] void refuse(const std::string& where, const std::string& problem, const std::string& hint) {
    throw Error(ErrorCode::InvalidArgument, where + ": " + problem, hint);
}

std::vector<OptionSpec> restriction() {
    OptionSpec layers{.key = "layers",
                      .label = "Layers",
                      .help = "The layers that the step changes, by their original numbers.",
                      .unit = "layers",
                      .usual = std::vector<int>(),
                      .usually = "all",
                      .least = 0.0,
                      .most = kNoLimit,
                      .place = OptionSpec::Place::More};
    OptionSpec linears{.key = "linears",
                       .label = "Linears",
                       .help = "The linears of a layer that the step changes, e.g. q_proj,k_proj.",
                       .usual = std::vector<std::string>(),
                       .usually = "all",
                       .place = OptionSpec::Place::More};
    for (const LinearName linear : kAllLinears) linears.choices.emplace_back(name(linear));
    return {layers, linears};
}

const MethodInfo& methodNamed(const std::string& name, const std::vector<MethodInfo>& methods,
                              const std::string& where) {
    const auto found = std::ranges::find(methods, name, &MethodInfo::name);
    if (found != methods.end()) return *found;
    std::string known;
    for (const MethodInfo& method : methods) known += (known.empty() ? "" : ", ") + method.name;
    refuse(where, "there is no method '" + name + "'", "known are " + known);
}

// By key, or as the command line of a command spells it.
const OptionSpec* specNamed(const std::vector<OptionSpec>& specs, std::string_view name) {
    if (const OptionSpec* spec = findSpec(specs, name)) return spec;
    const auto found = std::ranges::find(specs, name, &OptionSpec::alias);
    return found == specs.end() ? nullptr : &*found;
}

void readWord(const std::string& word, const std::vector<OptionSpec>& specs, const std::string& where,
              OptionValues& values) {
    const std::size_t equal = word.find('=');
    const std::string key = word.substr(0, equal);
    const OptionSpec* spec = specNamed(specs, key);
    if (spec == nullptr) {
        std::string known;
        for (const OptionSpec& each : specs) known += (known.empty() ? "" : ", ") + each.key;
        refuse(where, "'" + key + "' is not an option", "known are " + known);
    }
    if (values.find(spec->key) != nullptr) refuse(where, key + " is given twice", "leave one out");
    if (equal != std::string::npos) {
        values.set(spec->key, parseOption(*spec, word.substr(equal + 1), where));
    } else if (std::holds_alternative<bool>(spec->usual)) {
        values.set(spec->key, true);
    } else {
        refuse(where, key + " has no value", "e.g. " + key + "=" + formatOption(spec->usual));
    }
}

}  // namespace

std::vector<OptionSpec> stepSpecs(const MethodInfo& method) {
    std::vector<OptionSpec> specs = method.options;
    if (std::ranges::find(kOfLinears, method.kind) == kOfLinears.end()) return specs;
    for (const OptionSpec& spec : restriction())
        if (findSpec(specs, spec.key) == nullptr) specs.push_back(spec);
    return specs;
}

ParsedStep parseStepText(const std::string& text, const std::vector<MethodInfo>& methods,
                         const std::string& where) {
    std::istringstream words(text);
    ParsedStep step;
    if (!(words >> step.method))
        refuse(where, "the step is empty", "name a method and its options, e.g. \"flap ratio=0.2\"");
    const MethodInfo& method = methodNamed(step.method, methods, where);
    step.kind = method.kind;
    const std::vector<OptionSpec> specs = stepSpecs(method);
    const std::string place = where + ": " + step.method;
    for (std::string word; words >> word;) readWord(word, specs, place, step.options);
    checkOptions(step.options, specs, place);
    return step;
}

std::string stepText(const ParsedStep& step) {
    std::string text = step.method;
    for (const auto& [key, value] : step.options.entries()) text += " " + key + "=" + formatOption(value);
    return text;
}

}  // namespace secateur
