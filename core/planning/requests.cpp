// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/requests.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/data/heal.h"
#include "core/data/linear_name.h"
#include "core/planning/methods.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

using Specs = std::vector<OptionSpec>;

constexpr const char* kAuto = "auto";

std::optional<std::int64_t> target(const OptionValues& values, const Specs& specs, const char* key) {
    const std::int64_t amount = integerOf(values, specs, key);
    return amount > 0 ? std::optional(amount) : std::nullopt;
}

// Said with the option's name, so that the message leads to it.
void requireKnown(const std::string& method, const OptionValues& values, const std::string& where) {
    for (const auto& [key, value] : values.entries()) {
        const OptionSpec* spec = findSpec(allWidthSpecs(), key);
        if (!spec || findSpec(specsOf(method), key)) continue;
        throw Error(ErrorCode::InvalidArgument, optionPlace(where, *spec) + " has no effect with " + method,
                    "leave it out, or choose another method");
    }
}

// Sets what differs from the method's usual value; what the method does not know is left out.
class Setter {
public:
    explicit Setter(const Specs& specs) : specs_(specs) {}

    void operator()(const char* key, OptionValue value) {
        const OptionSpec* spec = findSpec(specs_, key);
        if (spec && value != spec->usual) values_.set(key, std::move(value));
    }
    [[nodiscard]] const OptionValues& values() const noexcept { return values_; }

private:
    const Specs& specs_;
    OptionValues values_;
};

void setFreely(Setter& set, const WidthRequest& request) {
    set("metric", request.metric);
    set("structure", request.structure);
    set("statistics", std::string(request.statistics ? name(*request.statistics) : kAuto));
    const bool exact = request.cost == Cost::Exact;
    set("cost", std::string(!request.cost ? kAuto : exact ? "exact" : "reference"));
    if (request.structure.ends_with("-MM")) set("remove-heads", std::int64_t{request.removeHeads});
    if (!request.bias)
        set("compensate", std::string("none"));
    else if (!request.compensate.empty())
        set("compensate", request.compensate);
}

// Options of all width methods: a default that differs between them is theirs to tell.
Specs merged() {
    Specs all;
    const std::vector<std::string> names = methodsOf("width");
    for (const std::string& method : names)
        for (const OptionSpec& spec : specsOf(method)) {
            const auto known = std::ranges::find(all, spec.key, &OptionSpec::key);
            if (known == all.end())
                all.push_back(spec);
            else if (known->usual != spec.usual)
                known->usually = "by method";
        }
    for (OptionSpec& spec : all) {
        std::string having;
        std::size_t count = 0;
        for (const std::string& method : names)
            if (findSpec(specsOf(method), spec.key)) {
                having += (count++ ? ", " : "") + method;
            }
        if (count < names.size()) spec.help.insert(spec.help.rfind('.'), " (" + having + ")");
    }
    return all;
}

OptionValues recipeValues(const RecipeStep& step) {
    OptionValues values = step.options;
    if (!step.layers.empty()) values.set("layers", step.layers);
    std::vector<std::string> linears;
    for (const LinearName linear : step.linears) linears.emplace_back(name(linear));
    if (!linears.empty()) values.set("linears", linears);
    return values;
}

}  // namespace

const std::vector<OptionSpec>& specsOf(const std::string& method) {
    return methodNamed(method).info.options;
}

std::vector<std::string> methodsOf(const std::string& kind) {
    std::vector<std::string> names;
    for (const MethodInfo& method : methods())
        if (method.kind == kind) names.push_back(method.name);
    return names;
}

const std::vector<OptionSpec>& allWidthSpecs() {
    static const Specs kSpecs = merged();
    return kSpecs;
}

OptionValues knownTo(const std::string& method, const OptionValues& values) {
    OptionValues known;
    for (const auto& [key, value] : values.entries())
        if (findSpec(specsOf(method), key)) known.set(key, value);
    return known;
}

ChopRequest chopRequest(OptionValues values, const std::string& where) {
    const Specs& specs = specsOf("chop");
    checkOptions(values, specs, where);
    ChopRequest request;
    request.layers = numbersOf(values, specs, "layers");
    request.attention = numbersOf(values, specs, "attention");
    request.mlp = numbersOf(values, specs, "mlp");
    request.keep = numbersOf(values, specs, "keep");
    request.replace = flagOf(values, specs, "replace");
    request.count = static_cast<int>(integerOf(values, specs, "count"));
    request.evolution.seed = static_cast<std::uint64_t>(integerOf(values, specs, "seed"));
    request.evolution.generations = static_cast<int>(integerOf(values, specs, "generations"));
    if (textOf(values, specs, "fitness") == "perplexity") request.evolution.fitness = Fitness::Perplexity;
    if (request.count > 0) request.strategy = textOf(values, specs, "by");
    if (request.strategy == kChopByPurpose) request.strategy.clear();
    return request;
}

OptionValues optionValues(const ChopRequest& request) {
    Setter set(specsOf("chop"));
    // What is folded into what has no option, but for what chose it.
    const bool folds = request.merge && request.chosenBy;
    if (!folds) set("layers", request.layers);
    const int count = folds ? request.chosenBy->count : request.count;
    set("count", std::int64_t{count});
    // Without a name it is the usual one, which need not be set.
    const std::string& strategy = folds ? request.chosenBy->strategy : request.strategy;
    if (count > 0 && !strategy.empty()) set("by", strategy);
    if (count > 0 && request.evolution != EvolutionWishes{}) {
        set("seed", static_cast<std::int64_t>(request.evolution.seed));
        set("generations", std::int64_t{request.evolution.generations});
        set("fitness",
            std::string(request.evolution.fitness == Fitness::Perplexity ? "perplexity" : "divergence"));
    }
    set("attention", request.attention);
    set("mlp", request.mlp);
    set("keep", request.keep);
    set("replace", request.replace);
    return set.values();
}

WidthRequest widthRequest(const std::string& method, OptionValues values, const std::string& where) {
    const Specs& specs = specsOf(method);
    requireKnown(method, values, where);
    checkOptions(values, specs, where);
    WidthRequest request;
    request.method = method;
    const auto text = [&](const char* key, const std::string& otherwise) {
        return findSpec(specs, key) ? textOf(values, specs, key) : otherwise;
    };
    request.metric = text("metric", request.metric);
    request.structure = text("structure", request.structure);
    if (const std::string how = text("statistics", kAuto); how != kAuto)
        request.statistics = statisticsFromName(how);
    if (const std::string cost = text("cost", kAuto); cost != kAuto)
        request.cost = cost == "exact" ? Cost::Exact : Cost::Reference;
    request.ratio = numberOf(values, specs, "ratio");
    request.targetParameters = target(values, specs, "target-parameters");
    request.targetBytes = target(values, specs, "target-bytes");
    if (findSpec(specs, "remove-heads"))
        request.removeHeads = static_cast<int>(integerOf(values, specs, "remove-heads"));
    request.protect = numbersOf(values, specs, "protect");
    if (findSpec(specs, "min-keep-groups"))
        request.minKeepGroups = static_cast<int>(integerOf(values, specs, "min-keep-groups"));
    request.minKeepChannels = static_cast<int>(integerOf(values, specs, "min-keep-channels"));
    request.roundTo = static_cast<int>(integerOf(values, specs, "round-to"));
    if (findSpec(specs, "alpha")) {
        request.alpha = numberOf(values, specs, "alpha");
        request.attentionLayers = static_cast<int>(integerOf(values, specs, "attention-layers"));
    }
    request.saliency = text("saliency", request.saliency);
    request.reduction = text("reduction", request.reduction);
    if (findSpec(specs, "rounds")) {
        request.rounds = static_cast<int>(integerOf(values, specs, "rounds"));
        request.damping = numberOf(values, specs, "damping");
        request.order = textOf(values, specs, "order");
    }
    request.compensate = text("compensate", request.compensate);
    request.bias = request.compensate != "none";
    return request;
}

OptionValues optionValues(const WidthRequest& request) {
    Setter set(specsOf(request.method));
    setFreely(set, request);
    if (!request.targetParameters && !request.targetBytes) set("ratio", request.ratio);
    set("target-parameters", request.targetParameters.value_or(0));
    set("target-bytes", request.targetBytes.value_or(0));
    set("protect", request.protect);
    set("min-keep-groups", std::int64_t{request.minKeepGroups});
    set("min-keep-channels", std::int64_t{request.minKeepChannels});
    set("round-to", std::int64_t{request.roundTo});
    set("alpha", request.alpha);
    set("attention-layers", std::int64_t{request.attentionLayers});
    set("saliency", request.saliency);
    set("reduction", request.reduction);
    set("rounds", std::int64_t{request.rounds});
    set("damping", request.damping);
    set("order", request.order);
    return set.values();
}

StepRequest stepRequest(const ParsedStep& step, const std::string& where) {
    if (step.kind == "chop") return chopRequest(step.options, where);
    if (step.kind == "width") return widthRequest(step.method, step.options, where);
    OptionValues options = step.options;
    if (step.kind == "heal") {
        HealStep heal;
        if (const OptionValue* text = options.find("text")) heal.textSource = std::get<std::string>(*text);
        options.erase("text");
        heal.options = std::move(options);
        return heal;
    }
    RecipeStep recipe{step.kind, step.method, {}, {}, {}};
    if (const OptionValue* layers = options.find("layers"))
        recipe.layers = std::get<std::vector<int>>(*layers);
    if (const OptionValue* linears = options.find("linears"))
        for (const std::string& name : std::get<std::vector<std::string>>(*linears))
            recipe.linears.push_back(*linearNamed(name));
    options.erase("layers");
    options.erase("linears");
    recipe.options = std::move(options);
    return recipe;
}

MethodInfo healStepInfo() {
    MethodInfo info;
    info.name = "heal";
    info.label = "Healing";
    info.summary = "Trains what the steps before leave on a text.";
    info.citation = "Jha et al.: Just CHOP: Embarrassingly Simple LLM Compression, arXiv 2305.14864";
    info.formula =
        "continued: next-token cross-entropy; lora: the same through W + (alpha / r) B A; distill: mixed "
        "with "
        "the divergence from the uncompressed network's logits.";
    info.kind = "heal";
    info.needs = Needs::Text;
    info.options.push_back({.key = "text",
                            .label = "Text",
                            .help = "What is trained on: a .txt or .jsonl file.",
                            .usual = std::string()});
    info.options.push_back({.key = kHealSeqLen,
                            .label = "Window",
                            .help = "Tokens of a window that is trained on.",
                            .unit = "tokens",
                            .usual = std::int64_t{128},
                            .least = 2.0,
                            .most = 1048576.0});
    const std::vector<OptionSpec>& specs = healSpecs();
    info.options.insert(info.options.end(), specs.begin(), specs.end());
    return info;
}

const MethodInfo* findMethod(const std::vector<MethodInfo>& methods, const std::string& name) {
    const auto found = std::ranges::find(methods, name, &MethodInfo::name);
    return found == methods.end() ? nullptr : &*found;
}

std::optional<ParsedStep> stepValues(const StepRequest& wished, const std::vector<MethodInfo>& methods) {
    const auto ofKind = [&](const char* kind) {
        const auto found = std::ranges::find(methods, kind, &MethodInfo::kind);
        return found == methods.end() ? nullptr : &*found;
    };
    const MethodInfo* method = nullptr;
    OptionValues values;
    if (const auto* chop = std::get_if<ChopRequest>(&wished)) {
        method = ofKind("chop");
        if (method != nullptr) values = optionValues(*chop);
    } else if (const auto* width = std::get_if<WidthRequest>(&wished)) {
        method = findMethod(methods, width->method);
        if (method != nullptr) values = optionValues(*width);
    } else if (const auto* recipe = std::get_if<RecipeStep>(&wished)) {
        method = findMethod(methods, recipe->method);
        values = recipeValues(*recipe);
    } else if (const auto* heal = std::get_if<HealStep>(&wished)) {
        method = ofKind("heal");
        values = heal->options;
        if (!heal->textSource.empty()) values.set("text", heal->textSource);
    }
    if (method == nullptr) return std::nullopt;
    return ParsedStep{method->name, method->kind, values};
}

std::string stepsText(const PlanRequest& request, const std::vector<MethodInfo>& methods) {
    std::string text;
    for (const StepRequest& step : request.steps)
        if (const auto values = stepValues(step, methods))
            text += (text.empty() ? "" : ", then ") + stepText(*values);
    return text;
}

bool runsNetwork(const StepRequest& request) {
    if (const auto* chop = std::get_if<ChopRequest>(&request)) {
        if (chop->count == 0 || chop->strategy.empty()) return false;
        const ChopNeeds needs = chopStrategy(chop->strategy).needs;
        return needs == ChopNeeds::Weights || needs == ChopNeeds::Text;
    }
    const auto* width = std::get_if<WidthRequest>(&request);
    if (!width) return false;
    const bool known = std::ranges::find(methods(), width->method, &MethodInfo::name) != methods().end();
    return known && (plansOnNetwork(*width) || needsGradients(*width));
}

}  // namespace secateur
