// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores + wishes -> plan. Pure functions of values: no file, no network, no thread; milliseconds, so that a
// slider may call them at every move. Thread rule: all functions may be called from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/chop_strategy.h"
#include "core/data/method_info.h"
#include "core/data/model_summary.h"
#include "core/data/network_state.h"
#include "core/data/plan.h"
#include "core/data/plan_request.h"
#include "core/data/score_table.h"
#include "core/planning/uniform.h"

namespace secateur {

class ScoreMemory;

// How a width step was decided: what views draw (threshold line, "kept because").
struct WidthDecision {
    std::shared_ptr<const ScoreTable> scores;  // never null where a plan was decided
    // The unit is kept when its score is above (AL-*) or not below (UL-*) its threshold. AL-AM: all entries
    // equal. AL-MM: one value per module. UL-*: one per layer and module. Indexed like scores->layers; NaN
    // where nothing is compared: the layer lacks the module or is protected, or its only KV group stands
    // outside the comparison (AL-*). -infinity: ratio 0.
    std::vector<float> groupThreshold;
    std::vector<float> channelThreshold;
    bool strict = true;            // keep is > (AL-*), else >= (UL-*)
    double removedFraction = 0.0;  // achieved, of the layers that took part and those that did not
};

struct PlanResult {
    Plan plan;
    std::optional<WidthDecision> decision;  // of the last width step that was decided here
    std::vector<Accounting> afterStep;      // one for each step of the plan
    NetworkState after;                     // what the plan leaves
    std::vector<std::string> warnings;
};

// What a plan says of the model that it is for.
[[nodiscard]] PlanModel planModel(const ModelSummary& model);

// Makes the plan and its accounting, step by step: each step is decided on what the steps before it leave.
// `analysis` may be null when nothing in the request needs one (explicit and positional chops, ratio 0,
// decided and recipe steps); magnitude-sp and ppm need only weights. Where an earlier step narrowed layers
// that the analysis saw whole, what it measured on the kept units counts, with a warning. Methods that need
// text (Wanda-sp) are planned by the session. Throws InvalidArgument for ratios outside [0, 1), layers out of
// range, targets that cannot be met, plans that would empty the network, and a missing or foreign analysis.
// `memory`: where scores of the analysis are kept for the next plan; one of another analysis is not used.
[[nodiscard]] PlanResult makePlan(const ModelSummary& model, const Analysis* analysis,
                                  const PlanRequest& request, ScoreMemory* memory = nullptr);

// The scores of FLAP's metrics (algorithms.md 1.4, 1.6, 1.8). `structure` selects how `*Score` is formed.
[[nodiscard]] ScoreTable widthScores(const Analysis& analysis, const NetworkConfig& network,
                                     const std::string& metric, const std::string& structure,
                                     Statistics statistics);

// "block-influence", "angular" (distance over one layer), "angular-last", "relative-update",
// "fluctuation-share", "leave-one-out", "leave-one-out-attention", "leave-one-out-mlp". Throws
// InvalidArgument for an unknown name or what was not measured.
[[nodiscard]] LayerMetric layerMetric(const Analysis& analysis, const std::string& metric);
// None where the analysis does not have it: optional passes, files of other versions.
[[nodiscard]] std::optional<LayerMetric> findLayerMetric(const Analysis& analysis, const std::string& metric);
[[nodiscard]] std::vector<std::string> layerMetrics();
[[nodiscard]] std::vector<std::string> widthMetrics();  // "WIFV", "WIFN", "IFV"
// Whatever units can be scored by: FLAP's metrics, those of other methods, and LLM-Pruner's saliencies.
[[nodiscard]] std::vector<std::string> unitMetrics();
// Whether the analysis has what the metric is made of; of KV groups, or of MLP channels.
[[nodiscard]] bool holdsMetric(const Analysis& analysis, const std::string& metric, bool attention);
// The metric that a width step of the request is decided by; empty for methods that plan on the network.
[[nodiscard]] std::string metricOf(const WidthRequest& request);
[[nodiscard]] std::vector<std::string> widthStructures();  // "AL-AM", "AL-MM", "UL-MM", "UL-UM"

// Layers to remove, ascending (algorithms.md 4.3, 5). Positional strategies need no analysis; those that need
// weights or text are Session::plan's and refused here. `layers`: total count.
[[nodiscard]] std::vector<int> chooseLayers(const std::string& strategy, int layers, int count,
                                            const Analysis* analysis);
// How many layers a fraction of them is: rounded half up, at least one layer is left.
[[nodiscard]] int chopCount(double ratio, int layers);
[[nodiscard]] std::vector<std::string> chopStrategies();
// The same with what each needs; in the order in which they are listed.
[[nodiscard]] const std::vector<ChopStrategy>& chopStrategyTable();
// Throws InvalidArgument for a name that is not in the table.
[[nodiscard]] const ChopStrategy& chopStrategy(const std::string& name);
// Instead of a strategy's name in options: the suggested one, see nameStrategies().
inline constexpr const char* kChopByPurpose = "auto";
// What the chopped network is for.
enum class ChopPurpose { Healed, AsItIs };
// The strategy to begin with for a network of so many parameters. Before healing: "input", or "max-gap" below
// 1e9 parameters, as LayerChop found them best afterwards. Without healing: "block-influence", which needs an
// analysis.
[[nodiscard]] std::string suggestedChop(ChopPurpose purpose, std::int64_t parameters);

// What the network is for that step `step` chops: healed when a heal step comes after it.
[[nodiscard]] ChopPurpose purposeOf(const PlanRequest& request, std::size_t step);
// Chops of a number of layers without a strategy get the suggested one; max-gap or input, which choose by
// position, where `scored` is false: there is nothing that scores could come from. A sentence for each.
[[nodiscard]] std::vector<std::string> nameStrategies(PlanRequest& request, std::int64_t parameters,
                                                      bool scored);

// The network that a plan leaves, with originalLayer numbers and bias flags set. Throws like parsePlan for
// plans that do not fit.
[[nodiscard]] NetworkConfig plannedNetwork(const NetworkConfig& original, const Plan& plan);
// Kept units of every ORIGINAL layer; empty masks where the whole sublayer is gone.
struct KeptUnits {
    std::vector<bool> layer;  // still there
    std::vector<UnitMask> kvGroups;
    std::vector<UnitMask> channels;
    std::vector<std::string> forms;  // of the linears that are left, see formsText()
};
[[nodiscard]] KeptUnits keptUnits(const NetworkState& state);
[[nodiscard]] KeptUnits keptUnits(const NetworkConfig& original, const Plan& plan);
// Parameters are stored numbers (zeros count, a low-rank linear counts its factors). Bytes and weight files
// are those of the format hf, see Accounting and written_form.h.
[[nodiscard]] Accounting account(const ModelSummary& model, const NetworkState& after);
// With all linears dense, and without the weight files: what searches call many times.
[[nodiscard]] Accounting account(const ModelSummary& model, const NetworkConfig& after);
// The same of a checkpoint that was written: `network` in these files, whose values have so many bytes each,
// which may be of another dtype and of full shape (hf-masked).
[[nodiscard]] Accounting asWritten(Accounting accounting, const NetworkConfig& network,
                                   const WeightFiles& files, std::size_t bytesPerValue);

// All registered methods, by name.
[[nodiscard]] const std::vector<MethodInfo>& methods();

}  // namespace secateur
