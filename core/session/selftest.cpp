// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/selftest.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/planning/requests.h"
#include "core/planning/step_text.h"
#include "core/storage/checkpoint.h"

namespace secateur {

namespace {

using Json = nlohmann::json;

// Tolerances of tests/golden/README.md.
constexpr double kLogits = 2e-4;
constexpr double kStatistics = 1e-4;
constexpr double kPerplexity = 1e-4;
constexpr double kPruned = 1e-3;
constexpr double kPrunedByColumn = 1e-2, kRoundedByColumn = 5e-2;
// N:M by columns chooses among columns that earlier ones have changed, so that a choice within rounding of a
// tie changes all that follow: tests/golden/README.md.
constexpr double kPatternByColumn = 5e-2;
constexpr double kBf16 = 1e-2;
constexpr double kThresholdMargin = 1e-4;

Json readJson(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw Error(ErrorCode::NotFound, file.string() + " is not there", "give --golden DIR");
    return Json::parse(stream);
}

std::vector<float> floatsOf(const SafetensorsFile& file, const std::string& name) {
    const TensorView& view = file.tensor(name);
    std::vector<float> values(view.bytes.size() / sizeof(float));
    std::memcpy(values.data(), view.bytes.data(), values.size() * sizeof(float));
    return values;
}

// Largest difference, relative to the largest magnitude expected.
double deviationOf(const std::vector<float>& actual, const std::vector<float>& expected) {
    if (actual.size() != expected.size()) return INFINITY;
    double largest = 0.0, difference = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
        const double one = std::abs(static_cast<double>(actual[i]) - expected[i]);
        difference = std::isnan(one) ? INFINITY : std::max(difference, one);
    }
    return difference / std::max(largest, 1e-30);
}

double relative(double actual, double expected) {
    const double difference = std::abs(actual - expected) / std::abs(expected);
    return std::isnan(difference) ? INFINITY : difference;
}

// Everything one case needs, and its rows.
class CaseRun {
public:
    CaseRun(const SelftestCase& testCase, const std::string& device, JobContext& context,
            const SelftestRowCallback& onRow)
        : case_(testCase),
          device_(device),
          context_(context),
          onRow_(onRow),
          json_(readJson(testCase.golden / "expected.json")),
          arrays_(testCase.golden / "expected.safetensors"),
          session_(Session::open(testCase.model, {.device = device, .dtype = ComputeDtype::F32})) {
        calibration_ = tokens("calibration");
        calibration_.ids.resize(static_cast<std::size_t>(json_.at("calibration_samples").get<int>()) *
                                calibration_.seqLen);
        evaluation_ = tokens("evaluation");
    }

    std::vector<SelftestRow> run() {
        denseRows();
        measureRows();
        flapRows();
        structuredRows();
        chopRows();
        recipeRows();
        chainRows();
        bf16Row();
        return std::move(rows_);
    }

private:
    TokenWindows tokens(const std::string& name) {
        TextSource source;
        source.tokensFile = (case_.golden / "tokens.safetensors").string();
        source.tokensName = name;
        return session_->windows(source, {.seqLen = json_.at("seq_len").get<int>()}, context_);
    }

    void add(const std::string& quantity, double deviation, double tolerance) {
        rows_.push_back({case_.name, quantity, deviation, tolerance, deviation <= tolerance});
        if (onRow_) onRow_(rows_.back());
        context_.checkStop();
    }

    void denseRows() {
        add("logits", deviationOf(session_->logits(evaluation_, 0, context_), floatsOf(arrays_, "logits")),
            kLogits);
        add("perplexity",
            relative(session_->perplexity(evaluation_, context_).perplexity, json_.at("perplexity")),
            kPerplexity);
    }

    void statisticsRow(const std::string& form, const std::string& quantity,
                       std::vector<float> ChannelStatistics::*member) {
        double worst = 0.0;
        for (std::size_t i = 0; i < analysis_->layers.size(); ++i) {
            const std::string prefix = form + "." + std::to_string(i) + ".";
            const LayerAnalysis& layer = analysis_->layers[i];
            worst = std::max(
                worst, deviationOf(layer.oProj.*member, floatsOf(arrays_, prefix + "o_proj." + quantity)));
            worst = std::max(worst, deviationOf(layer.downProj.*member,
                                                floatsOf(arrays_, prefix + "down_proj." + quantity)));
        }
        add("statistics " + form + " " + quantity, worst, kStatistics);
    }

    void measureRows() {
        analysis_ = session_->measure(calibration_, {}, context_);
        statisticsRow("exact", "mean", &ChannelStatistics::mean);
        statisticsRow("exact", "fluctuation", &ChannelStatistics::fluctuation);
        statisticsRow("exact", "norm2", &ChannelStatistics::norm2);
        statisticsRow("reference", "mean", &ChannelStatistics::meanReference);
        statisticsRow("reference", "fluctuation", &ChannelStatistics::fluctuationReference);
        statisticsRow("reference", "norm2", &ChannelStatistics::norm2);
        std::vector<float> influence;
        for (float cosine : analysis_->residual.cosine) influence.push_back(1.0F - cosine);
        add("block influence", deviationOf(influence, json_.at("block_influence").get<std::vector<float>>()),
            kPruned);
        angularRow("angular distance, all tokens", "angular_distance_all_tokens",
                   analysis_->angular.allTokens);
        angularRow("angular distance, last token", "angular_distance_last_token",
                   analysis_->angular.lastToken);
        leaveOneOutRows();
    }

    void angularRow(const std::string& quantity, const std::string& key,
                    const std::vector<float>& distances) {
        double worst = 0.0;
        const auto points = static_cast<std::size_t>(analysis_->angular.points);
        for (const auto& [size, row] : json_.at(key).items())
            for (std::size_t from = 0; from < row.size(); ++from)
                worst = std::max(worst, relative(distances[from * points + from + std::stoul(size)],
                                                 row[from].get<double>()));
        add(quantity, worst, kPruned);
    }

    void leaveOneOutRows() {
        MeasureOptions options;
        options.leaveOneOut = true;
        const auto measured = session_->measure(evaluation_, options, context_);
        const LeaveOneOut& without = *measured->leaveOneOut;
        const auto row = [&](const std::string& quantity, const std::string& key,
                             const std::vector<float>& values) {
            const auto expected = json_.at(key).get<std::vector<double>>();
            double worst = values.size() == expected.size() ? 0.0 : INFINITY;
            for (std::size_t i = 0; i < std::min(values.size(), expected.size()); ++i)
                worst = std::max(worst, relative(values[i], expected[i]));
            add(quantity, worst, kPruned);
        };
        row("leave one layer out", "leave_one_out_perplexity", without.layer);
        row("leave one attention out", "without_attention_perplexity", without.attention);
        row("leave one MLP out", "without_mlp_perplexity", without.mlp);
    }

    double planPerplexity(const Plan& plan) {
        const PreviewOptions options{.perToken = false, .calibration = &calibration_};
        return session_->preview(plan, analysis_.get(), evaluation_, options, context_).planPerplexity;
    }

    // Units that differ from the golden mask although their score is clear of the threshold.
    double wrongUnits(const PlanResult& result, const std::string& prefix) const {
        const KeptUnits kept = keptUnits(session_->summary().config, result.plan);
        const auto groups = floatsOrBytes(prefix + "groups");
        const auto channels = floatsOrBytes(prefix + "channels");
        double wrong = 0.0;
        std::size_t g = 0, c = 0;
        for (std::size_t layer = 0; layer < kept.layer.size(); ++layer) {
            for (std::size_t i = 0; i < kept.kvGroups[layer].size(); ++i, ++g)
                if (g >= groups.size() || (kept.kvGroups[layer][i] != 0) != groups[g])
                    wrong += clear(result, layer, i, true);
            for (std::size_t i = 0; i < kept.channels[layer].size(); ++i, ++c)
                if (c >= channels.size() || (kept.channels[layer][i] != 0) != channels[c])
                    wrong += clear(result, layer, i, false);
        }
        return g == groups.size() && c == channels.size() ? wrong : INFINITY;
    }

    // 0 when the unit's score is so near the threshold that rounding decides, else 1.
    static double clear(const PlanResult& result, std::size_t layer, std::size_t unit, bool group) {
        if (!result.decision) return 1.0;
        const LayerScores& scores = result.decision->scores->layers[layer];
        const double score = group ? scores.groupScore[unit] : scores.channelScore[unit];
        const double threshold =
            group ? result.decision->groupThreshold[layer] : result.decision->channelThreshold[layer];
        const double scale = result.decision->strict ? 1.0 : std::max(std::abs(threshold), 1e-30);
        return std::abs(score - threshold) <= kThresholdMargin * scale ? 0.0 : 1.0;
    }

    std::vector<bool> floatsOrBytes(const std::string& name) const {
        const TensorView& view = arrays_.tensor(name);
        const std::size_t size = byteSize(view.dtype);
        std::vector<bool> mask(view.bytes.size() / size);
        for (std::size_t i = 0; i < mask.size(); ++i)
            mask[i] = std::any_of(view.bytes.begin() + static_cast<std::ptrdiff_t>(i * size),
                                  view.bytes.begin() + static_cast<std::ptrdiff_t>((i + 1) * size),
                                  [](std::byte byte) { return byte != std::byte{0}; });
        return mask;
    }

    void flapRows() {
        for (std::size_t j = 0; j < json_.at("flap").size(); ++j) {
            const Json& row = json_.at("flap")[j];
            WidthRequest width;
            width.metric = row.at("metric");
            width.structure = row.at("structure");
            width.statistics = statisticsFromName(row.at("statistics"));
            width.ratio = row.at("ratio");
            if (!row.at("remove_heads").is_null()) width.removeHeads = row.at("remove_heads");
            const PlanResult result = makePlan(session_->summary(), analysis_.get(), requestOf({}, width));
            const std::string label = "flap " + width.metric + " " + width.structure + " " +
                                      row.at("ratio").dump() + " " + row.at("statistics").get<std::string>();
            add(label + ": masks", wrongUnits(result, "flap." + std::to_string(j) + "."), 0.0);
            add(label + ": removed",
                std::abs(result.plan.accounting->removedFraction - row.at("removed_fraction").get<double>()),
                kPruned);
            add(label + ": perplexity", relative(planPerplexity(result.plan), row.at("perplexity")), kPruned);
            width.bias = false;
            const PlanResult plain = makePlan(session_->summary(), analysis_.get(), requestOf({}, width));
            add(label + ": perplexity without bias",
                relative(planPerplexity(plain.plan), row.at("perplexity_no_bias")), kPruned);
        }
    }

    void structuredRows() {
        for (std::size_t j = 0; j < json_.at("structured").size(); ++j) {
            const Json& row = json_.at("structured")[j];
            WidthRequest width;
            width.method = row.at("method");
            width.ratio = row.at("ratio");
            width.structure = "UL-UM";
            width.bias = false;
            const PlanResult result = session_->plan(nullptr, &calibration_, requestOf({}, width), context_);
            add(width.method + ": masks", wrongUnits(result, "structured." + std::to_string(j) + "."), 0.0);
            add(width.method + ": perplexity", relative(planPerplexity(result.plan), row.at("perplexity")),
                kPruned);
        }
    }

    void chopRows() {
        for (const Json& row : json_.at("chopped")) {
            ChopRequest chop;
            chop.layers = row.at("drop").get<std::vector<int>>();
            const PlanResult result = makePlan(session_->summary(), nullptr, requestOf(chop));
            add("chop " + row.at("drop").dump() + ": perplexity",
                relative(planPerplexity(result.plan), row.at("perplexity")), kPruned);
        }
    }

    // A plan of these steps, as texts, held against its golden perplexity.
    void stepsRow(const std::vector<std::string>& steps, double expected, double tolerance) {
        PlanRequest request;
        std::string label;
        for (const std::string& step : steps) {
            label += (label.empty() ? "" : ", ") + step;
            request.steps.push_back(stepRequest(parseStepText(step, allMethods(), step), step));
        }
        const Plan plan = session_->plan(nullptr, &calibration_, request, context_).plan;
        add(label + ": perplexity", relative(planPerplexity(plan), expected), tolerance);
    }

    // Rounding decides more where columns make up for one another.
    static double toleranceOf(const std::string& steps) {
        for (const MethodInfo& method : allMethods()) {
            if (!findSpec(method.options, "damping") || steps.find(method.name) == std::string::npos)
                continue;
            return method.kind == "quantize" ? kRoundedByColumn : kPrunedByColumn;
        }
        return kPruned;
    }

    void recipeRows() {
        const bool trained = !std::filesystem::exists(case_.golden / "chains.json");
        for (const Json& row : json_.value("unstructured", Json::array())) {
            const Json& pattern = row.at("n_m");
            const std::string step =
                row.at("method").get<std::string>() +
                (pattern.is_null() ? " sparsity=" + row.at("sparsity").dump()
                                   : " pattern=" + pattern.at(0).dump() + ":" + pattern.at(1).dump());
            const double tolerance = toleranceOf(step);
            const bool byColumn = tolerance > kPruned;
            stepsRow({step}, row.at("perplexity"),
                     trained && byColumn && !pattern.is_null() ? kPatternByColumn : tolerance);
        }
        for (const Json& row : json_.value("quantized", Json::array())) {
            const std::string step = row.at("method").get<std::string>() + " bits=" + row.at("bits").dump() +
                                     " group=" + row.at("group").dump() +
                                     " symmetric=" + row.at("symmetric").dump();
            stepsRow({step}, row.at("perplexity"), toleranceOf(step));
        }
        for (const Json& row : json_.value("low_rank", Json::array()))
            stepsRow({row.at("method").get<std::string>() + " keep=" + row.at("ratio").dump()},
                     row.at("perplexity"), kPruned);
    }

    void chainRows() {
        const std::filesystem::path file = case_.golden / "chains.json";
        if (!std::filesystem::exists(file)) return;
        for (const Json& row : readJson(file))
            stepsRow(row.at("steps").get<std::vector<std::string>>(), row.at("perplexity"),
                     toleranceOf(row.at("steps").dump()));
    }

    void bf16Row() {
        const auto half = Session::open(case_.model, {.device = device_, .dtype = ComputeDtype::BF16});
        add("perplexity in bfloat16",
            relative(half->perplexity(evaluation_, context_).perplexity, json_.at("perplexity")), kBf16);
    }

    SelftestCase case_;
    std::string device_;
    JobContext& context_;
    const SelftestRowCallback& onRow_;
    Json json_;
    SafetensorsFile arrays_;
    std::shared_ptr<Session> session_;
    TokenWindows calibration_;
    TokenWindows evaluation_;
    std::shared_ptr<const Analysis> analysis_;
    std::vector<SelftestRow> rows_;
};

}  // namespace

std::vector<SelftestCase> selftestCases(const std::filesystem::path& goldenFolder,
                                        const std::filesystem::path& demoFolder) {
    std::vector<SelftestCase> cases;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(goldenFolder, problem)) {
        const auto& folder = entry.path();
        if (!std::filesystem::exists(folder / "expected.json") ||
            !std::filesystem::exists(folder / "tokens.safetensors"))
            continue;
        const bool beside = std::filesystem::exists(folder / "config.json");
        const auto model = beside ? folder : demoFolder / folder.filename();
        if (std::filesystem::exists(model / "config.json"))
            cases.push_back({folder.filename().string(), model, folder});
    }
    if (cases.empty())
        throw Error(ErrorCode::NotFound, goldenFolder.string() + " holds no golden cases",
                    "give --golden DIR, e.g. tests/golden of the source tree");
    std::sort(cases.begin(), cases.end(),
              [](const SelftestCase& a, const SelftestCase& b) { return a.name < b.name; });
    return cases;
}

std::vector<SelftestRow> runSelftest(const SelftestCase& testCase, const std::string& device,
                                     JobContext& context, const SelftestRowCallback& onRow) {
    return CaseRun(testCase, device, context, onRow).run();
}

}  // namespace secateur
