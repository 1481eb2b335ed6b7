// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_options.h"

#include <algorithm>
#include <utility>

#include "app/cli/command.h"
#include "app/cli/option_list.h"
#include "core/base/error.h"
#include "core/planning/budget.h"
#include "core/planning/requests.h"

namespace secateur::cli {

namespace {

constexpr const char* kChop = "Chop";
constexpr const char* kWidth = "Width";
const std::vector<std::string> kTargets{"ratio", "target-parameters", "target-bytes"};

bool isTarget(const std::string& key) {
    return std::find(kTargets.begin(), kTargets.end(), key) != kTargets.end();
}

CLI::Option* optionOf(CLI::App& app, const std::vector<OptionSpec>& specs, const char* key) {
    return app.get_option_no_throw("--" + commandName(*findSpec(specs, key)));
}

std::string methodOf(const PlanOptions& options) {
    const std::string method = options.method.value_or(WidthRequest{}.method);
    const std::vector<std::string> known = methodNames();
    if (std::find(known.begin(), known.end(), method) == known.end())
        throw Error(ErrorCode::InvalidArgument, "--method: unknown name '" + method + "'",
                    "one of " + joined(known));
    return method;
}

WidthRequest widthOf(const PlanOptions& options) {
    OptionValues values = options.width;
    if (options.noBias) values.set("compensate", std::string("none"));
    return widthRequest(methodOf(options), std::move(values), "--");
}

bool wishesWidth(const PlanOptions& options) {
    const bool method = options.method && *options.method != "chop";
    return method || !options.width.empty() || options.noBias || !options.budget.empty();
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::vector<std::string> methodNames() {
    std::vector<std::string> names = methodsOf("chop");
    for (std::string& name : methodsOf("width")) names.push_back(std::move(name));
    return names;
}

void addChopOptions(CLI::App& app, PlanOptions& options, std::vector<std::string> except) {
    const std::vector<OptionSpec>& specs = specsOf("chop");
    except.emplace_back("keep");  // an order of layers is a wish of plan steps, not yet of this request
    addOptions(app, specs, options.chop, {kChop, std::move(except)});
    CLI::Option* count = optionOf(app, specs, "count");
    CLI::Option* by = optionOf(app, specs, "by");
    by->needs(count);
}

void addWidthOptions(CLI::App& app, PlanOptions& options) {
    const std::vector<OptionSpec>& specs = allWidthSpecs();
    addOptions(app, specs, options.width, {kWidth, kTargets});
    app.add_flag("--no-bias", options.noBias, "The same as --compensate none")
        ->group(kWidth)
        ->excludes(optionOf(app, specs, "compensate"));
}

void addTargetOptions(CLI::App& app, PlanOptions& options) {
    app.add_option("--method", options.method, "How to narrow: " + joined(methodNames()) + " (default flap)")
        ->type_name("M")
        ->group(kWidth);
    const std::vector<OptionSpec>& specs = allWidthSpecs();
    std::vector<std::string> others;
    for (const OptionSpec& spec : specs)
        if (!isTarget(spec.key)) others.push_back(spec.key);
    addOptions(app, specs, options.width, {kWidth, others});
}

void addBudget(CLI::App& app, PlanOptions& options) {
    auto* budget = app.add_option("--budget", options.budget,
                                  std::string("How much is left, in words: ") + budgetExamples())
                       ->type_name("WORDS")
                       ->group(kWidth);
    for (const std::string& target : kTargets)
        budget->excludes(optionOf(app, allWidthSpecs(), target.c_str()));
}

bool wishesAnything(const PlanOptions& options) {
    return wishesWidth(options) || !options.chop.empty();
}

PlanRequest planRequest(const PlanOptions& options) {
    std::optional<WidthRequest> width;
    if (wishesWidth(options)) {
        const auto& given = options.width.entries();
        const bool target =
            std::ranges::any_of(given, [](const auto& entry) { return isTarget(entry.first); });
        if (!target && options.budget.empty())
            usageError("narrowing needs --budget, --ratio, --target-parameters or --target-bytes");
        width = widthOf(options);
    } else if (options.chop.empty()) {
        usageError(
            "nothing to plan: give --step, --chop, --chop-count, --drop-attention, --drop-mlp or --ratio");
    }
    return requestOf(chopRequest(options.chop, "--"), std::move(width));
}

}  // namespace secateur::cli
