// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/solver.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/planning/chop_order.h"
#include "core/planning/methods.h"
#include "core/planning/planner.h"
#include "core/planning/requests.h"
#include "core/planning/solve_trials.h"

namespace secateur {

namespace {

constexpr const char* kChop = "chop";
constexpr const char* kSublayers = "sublayers";
constexpr const char* kWidth = "width";
constexpr const char* kQuantize = "quantize";
constexpr const char* kLowRank = "low-rank";
constexpr const char* kSparse = "sparse";
constexpr const char* kMixed = "mixed";
constexpr const char* kUniform = "UL-UM";
constexpr const char* kByInfluence = "block-influence";  // chops of mixed plans

[[noreturn]] void refuseSolve(const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

// Every layer's widths: inputs that groups of a quantization divide.
template <typename Visit>
void forEachInput(const NetworkConfig& network, Visit visit) {
    for (const LayerConfig& layer : network.layers)
        for (const LinearName linear : kAllLinears)
            if (const LinearShape shape = shapeOf(network, layer, linear); shape.out > 0) visit(shape.in);
}

bool divides(const NetworkConfig& network, std::int64_t group) {
    bool all = true;
    forEachInput(network, [&](std::int64_t in) { all = all && (group == 0 || in % group == 0); });
    return all;
}

// Groups that divide every input, the larger first: of 128 and 64, else 32, else whole rows.
std::vector<std::int64_t> groupsFor(const NetworkConfig& network) {
    std::vector<std::int64_t> groups;
    for (const std::int64_t group : {128, 64})
        if (divides(network, group)) groups.push_back(group);
    if (groups.empty()) groups.push_back(divides(network, 32) ? 32 : 0);
    return groups;
}

std::vector<std::string> checkedFamilies(const std::vector<std::string>& wished) {
    if (wished.empty()) return solveFamilies();
    std::string known;
    for (const std::string& family : solveFamilies()) known += (known.empty() ? "" : ", ") + family;
    for (const std::string& family : wished)
        if (std::ranges::count(solveFamilies(), family) == 0)
            refuseSolve("unknown family '" + family + "'", "known are " + known);
    return wished;
}

int narrowestMlp(const NetworkConfig& network) {
    int narrowest = 0;
    for (const LayerConfig& layer : network.layers)
        if (layer.intermediateSize > 0 && (narrowest == 0 || layer.intermediateSize < narrowest))
            narrowest = layer.intermediateSize;
    return narrowest;
}

int checkedAlignment(const NetworkConfig& network, int align) {
    if (align == 0) return usualAlignment(network);
    if (align < 1 || align > narrowestMlp(network))
        refuseSolve("channels cannot be aligned to " + std::to_string(align) + ": the narrowest layer has " +
                        std::to_string(narrowestMlp(network)),
                    "align to less");
    return align;
}

class Solver {
public:
    Solver(const SolverInputs& inputs, const SolveRequest& request)
        : inputs_(inputs), request_(request), trials_(inputs, request.target) {
        result_.align = checkedAlignment(inputs.model.config, request.align);
    }

    Proposals run() {
        const std::vector<std::string> families = checkedFamilies(request_.families);
        const std::string wish = targetText(request_.target);
        if (trials_.dense().reached.meets())
            refuseSolve("the network meets " + wish + " as it is", "ask for less");
        for (const std::string& family : families) {
            family_ = family;
            const std::size_t before = result_.proposals.size();
            propose(family);
            const auto nearest = trials_.takeNearest();
            if (nearest && result_.proposals.size() == before)
                result_.unreached.push_back({family, nearest->request, nearest->reached});
        }
        if (result_.proposals.empty()) refuseUnreachable(wish);
        return std::move(result_);
    }

private:
    void propose(const std::string& family) {
        if (family == kChop) proposeChops();
        if (family == kSublayers) proposeSublayers();
        if (family == kWidth) proposeWidths();
        if (family == kQuantize) proposeQuantizations();
        if (family == kLowRank) proposeLowRank();
        if (family == kSparse) proposeSparse();
        if (family == kMixed) proposeMixed();
    }

    [[noreturn]] void refuseUnreachable(const std::string& wish) const {
        const auto nearest = std::ranges::min_element(
            result_.unreached, {}, [](const Unreached& one) { return one.reached.worst(); });
        if (nearest == result_.unreached.end())
            refuseSolve("no plan of these families can be made", "allow more families");
        refuseSolve("no plan reaches " + wish + ": the nearest is \"" +
                        stepsText(nearest->request, inputs_.methods) + "\", with " +
                        inWords(request_.target, nearest->reached),
                    "ask for less, or allow more families");
    }

    void add(const std::optional<Trial>& trial, const std::optional<Trial>& unaligned = std::nullopt) {
        if (!trial) return;
        const bool known = std::ranges::any_of(
            result_.proposals, [&](const Proposal& one) { return one.request == trial->request; });
        if (known) return;
        Proposal proposal{family_, trial->request, trial->reached, std::nullopt, 0};
        if (unaligned && unaligned->state.config != trial->state.config) {
            proposal.unaligned = unaligned->request;
            proposal.snapParameters = unaligned->reached.parameters - trial->reached.parameters;
        }
        result_.proposals.push_back(std::move(proposal));
    }

    [[nodiscard]] int layers() const { return inputs_.model.config.layerCount(); }

    // Chops

    [[nodiscard]] static PlanRequest chopOf(const std::string& strategy, double count) {
        ChopRequest chop;
        chop.count = static_cast<int>(count);
        chop.strategy = strategy;
        return {{chop}};
    }

    // Of the strategies that a comparison begins with, those that the analysis answers.
    void proposeChops() {
        std::vector<std::vector<LayerConfig>> seen;
        for (const ChopStrategy& strategy : chopStrategyTable()) {
            const bool answered = strategy.look == ChopLook::Once || inputs_.analysis->leaveOneOut;
            if (!strategy.comparedFirst || !answered) continue;
            const auto trial = trials_.leastCount(1, layers() - strategy.keeps,
                                                  [&](double count) { return chopOf(strategy.name, count); });
            if (!trial || std::ranges::count(seen, trial->state.config.layers) > 0) continue;
            seen.push_back(trial->state.config.layers);
            add(trial);
        }
    }

    // In the order of the perplexity without each alone.
    void proposeSublayers() {
        if (!inputs_.analysis->leaveOneOut) return;
        const LeaveOneOut& out = *inputs_.analysis->leaveOneOut;
        const std::vector<int> numbers = layerNumbers(inputs_.model.config);
        const auto ordered = [&](const std::vector<float>& losses) {
            std::vector<int> layers;
            for (const RemovedPart& part : orderByScore(kSublayers, losses, numbers).parts)
                layers.push_back(part.layer);
            return layers;
        };
        const auto least = [&](const std::vector<int>& order, std::vector<int> ChopRequest::*kind) {
            const int most = static_cast<int>(order.size()) - 1;
            add(trials_.leastCount(1, most, [&](double count) {
                ChopRequest chop;
                (chop.*kind).assign(order.begin(), order.begin() + static_cast<int>(count));
                std::ranges::sort(chop.*kind);
                return PlanRequest{{chop}};
            }));
        };
        if (out.attention.size() == numbers.size()) least(ordered(out.attention), &ChopRequest::attention);
        if (out.mlp.size() == numbers.size()) least(ordered(out.mlp), &ChopRequest::mlp);
    }

    // Widths

    // One request of each method that is tried first, and a uniform one of those that have a choice.
    [[nodiscard]] std::vector<WidthRequest> widths() const {
        std::vector<WidthRequest> wishes;
        for (const MethodInfo& method : methods()) {
            if (method.kind != kWidth || !method.triedFirst) continue;
            WidthRequest wish;
            wish.method = method.name;
            wishes.push_back(wish);
            if (findSpec(method.options, "structure") == nullptr) continue;
            wish.structure = kUniform;
            wishes.push_back(wish);
        }
        return wishes;
    }

    [[nodiscard]] static PlanRequest joined(const PlanRequest& before, const StepRequest& step,
                                            const PlanRequest& after) {
        PlanRequest all = before;
        all.steps.push_back(step);
        all.steps.insert(all.steps.end(), after.steps.begin(), after.steps.end());
        return all;
    }

    [[nodiscard]] std::optional<Trial> leastWidth(const PlanRequest& before, WidthRequest wish,
                                                  const PlanRequest& after) {
        return trials_.leastShare([&](double ratio) {
            wish.ratio = ratio;
            return joined(before, wish, after);
        });
    }

    // Heads that stock classes and the groups of a quantization take, where all layers have as many.
    [[nodiscard]] bool suitsHeads(const NetworkConfig& network, std::int64_t group) const {
        if (!network.uniform()) return true;
        const NetworkConfig& opened = inputs_.model.config;
        const int heads = network.layers.front().heads;
        const bool before = opened.hiddenSize % std::max(opened.layers.front().heads, 1) == 0;
        return heads == 0 || ((!before || opened.hiddenSize % heads == 0) &&
                              (group == 0 || std::int64_t{heads} * opened.headDim % group == 0));
    }

    void addWidth(const PlanRequest& before, WidthRequest wish, const PlanRequest& after,
                  std::int64_t group = 0) {
        const auto unaligned = leastWidth(before, wish, after);
        wish.roundTo =
            group > 0 ? static_cast<int>(std::lcm<std::int64_t>(result_.align, group)) : result_.align;
        if (wish.roundTo > narrowestMlp(inputs_.model.config)) return;
        auto trial = wish.roundTo > 1 ? leastWidth(before, wish, after) : unaligned;
        while (trial && !suitsHeads(trial->state.config, group)) {
            wish.minKeepGroups = trial->state.config.layers.front().kvHeads + 1;
            trial = leastWidth(before, wish, after);
        }
        if (trial && (group == 0 || divides(trial->state.config, group))) add(trial, unaligned);
    }

    void proposeWidths() {
        for (const WidthRequest& wish : widths()) addWidth({}, wish, {});
    }

    // Forms of linears

    [[nodiscard]] std::vector<const MethodInfo*> tried(const std::string& kind) const {
        std::vector<const MethodInfo*> found;
        for (const MethodInfo& method : inputs_.methods)
            if (method.kind == kind && method.triedFirst) found.push_back(&method);
        return found;
    }

    [[nodiscard]] static RecipeStep quantized(const MethodInfo& method, std::int64_t bits,
                                              std::int64_t group) {
        RecipeStep step;
        step.kind = method.kind;
        step.method = method.name;
        step.options.set("bits", bits);
        step.options.set("group", group);
        return step;
    }

    // The most bits that meet the target, small groups before large ones.
    void proposeQuantizations() {
        std::vector<std::int64_t> groups = groupsFor(inputs_.model.config);
        std::ranges::reverse(groups);
        for (const MethodInfo* method : tried(kQuantize)) {
            const auto ladder = [&](double rung) {
                static constexpr std::int64_t kBits[]{8, 4, 3};
                const auto at = static_cast<std::size_t>(rung);
                return PlanRequest{
                    {quantized(*method, kBits[at / groups.size()], groups[at % groups.size()])}};
            };
            add(trials_.leastCount(0, static_cast<int>(3 * groups.size()) - 1, ladder));
        }
    }

    void proposeLowRank() {
        for (const MethodInfo* method : tried("factorize"))
            add(trials_.leastShare([&](double share) {
                RecipeStep step;
                step.kind = method->kind;
                step.method = method->name;
                step.options.set("keep", std::round((1.0 - share) * 1e6) / 1e6);
                return PlanRequest{{step}};
            }));
    }

    // Half of the weights as zeros, in the pattern that GPUs know. Formats that are written here store and
    // multiply them like others, so this says how near it comes.
    void proposeSparse() {
        for (const MethodInfo* method : tried("sparsify")) {
            RecipeStep step;
            step.kind = method->kind;
            step.method = method->name;
            step.options.set("pattern", std::string("2:4"));
            if (const auto trial = trials_.at({{step}}); trial && trial->reached.meets()) add(trial);
        }
    }

    // Mixed

    void proposeMixed() {
        const auto alone =
            trials_.leastCount(1, layers() - 1, [&](double count) { return chopOf(kByInfluence, count); });
        const int most = alone ? std::get<ChopRequest>(alone->request.steps.front()).count : layers();
        const std::int64_t group = groupsFor(inputs_.model.config).front();
        const std::vector<const MethodInfo*> quantizers = tried(kQuantize);
        for (const std::int64_t bits : {8, 4}) {
            if (quantizers.empty()) break;
            const PlanRequest coarse{{quantized(*quantizers.back(), bits, group)}};
            const auto enough = trials_.at(coarse);
            if (enough && enough->reached.meets()) continue;
            family_ = "chop+quantize";
            add(trials_.leastCount(1, most - 1, [&](double count) {
                return joined(chopOf(kByInfluence, count), coarse.steps.front(), {});
            }));
            family_ = "width+quantize";
            WidthRequest wish;
            wish.structure = kUniform;
            addNeeded({}, wish, coarse, group);
        }
        family_ = "chop+width";
        std::vector<int> counts{most / 3, 2 * most / 3};
        counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
        for (const int count : counts) {
            if (count < 1 || count >= layers()) continue;
            WidthRequest wish;
            addWidth(chopOf(kByInfluence, count), wish, {});
            wish.structure = kUniform;
            addWidth(chopOf(kByInfluence, count), wish, {});
        }
    }

    // A width before a quantization that makes it smaller than the width alone would have to be.
    void addNeeded(const PlanRequest& before, const WidthRequest& wish, const PlanRequest& after,
                   std::int64_t group) {
        const auto alone = leastWidth(before, wish, {});
        const auto together = leastWidth(before, wish, after);
        const auto ratioOf = [&](const Trial& trial) {
            return std::get<WidthRequest>(trial.request.steps.at(before.steps.size())).ratio;
        };
        if (alone && together && ratioOf(*together) >= ratioOf(*alone)) return;
        addWidth(before, wish, after, group);
    }

    const SolverInputs& inputs_;
    const SolveRequest& request_;
    Trials trials_;
    std::string family_;
    Proposals result_;
};

}  // namespace

const std::vector<std::string>& solveFamilies() {
    static const std::vector<std::string> kFamilies{kChop,    kSublayers, kWidth, kQuantize,
                                                    kLowRank, kSparse,    kMixed};
    return kFamilies;
}

int usualAlignment(const NetworkConfig& network) {
    for (const int align : {256, 128, 64, 32}) {
        const bool fits = std::ranges::all_of(network.layers, [&](const LayerConfig& layer) {
            return layer.intermediateSize % align == 0 &&
                   (layer.intermediateSize == 0 || 16 * align <= layer.intermediateSize);
        });
        if (fits) return align;
    }
    return 1;
}

Proposals proposePlans(const SolverInputs& inputs, const SolveRequest& request) {
    if (request.target.ofSpeed() && inputs.times == nullptr)
        refuseSolve("a speed is asked for, and the network was not timed", "time it first");
    return Solver(inputs, request).run();
}

}  // namespace secateur
