// SPDX-License-Identifier: GPL-3.0-or-later
//
// JSON -> Plan. Types and ranges are checked here, what a step does to the network in plan_validate.cpp.
#include <algorithm>
#include <limits>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/json_reader.h"
#include "core/data/plan.h"
#include "core/data/plan_validate.h"
#include "core/data/text_overlap_json.h"

namespace secateur {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr int kMaxCount = std::numeric_limits<int>::max();
constexpr std::int64_t kMaxSize = std::numeric_limits<std::int64_t>::max();

class PlanParser {
public:
    PlanParser(const NetworkConfig& network, const std::string& fingerprint, const std::string& origin)
        : network_(network),
          fingerprint_(fingerprint),
          origin_(origin),
          layers_(originalLayerCount(network)) {}

    ParsedPlan parse(std::string_view text) {
        const json value = parseJson(text, origin_);
        JsonObject document(value, origin_, "");
        checkFormat(document);
        Plan& plan = result_.plan;
        plan.model = model(document.require("model"));
        if (const json* created = document.find("created")) plan.created = provenance(*created);
        if (const json* calibration = document.find("calibration"))
            plan.calibration = calibrated(*calibration);
        const json& steps = document.require("steps");
        if (!steps.is_array()) document.fail("steps", "must be a list");
        for (std::size_t i = 0; i < steps.size(); ++i)
            plan.steps.push_back(step(steps[i], "steps[" + std::to_string(i) + "]"));
        if (const json* accounting = document.find("accounting")) plan.accounting = accounted(*accounting);
        if (const json* measured = document.find("measured")) plan.measured = perplexities(*measured);
        document.warnUnknown(result_.warnings);
        checkPlan(plan, network_, origin_);
        return std::move(result_);
    }

private:
    void checkFormat(JsonObject& document) {
        if (document.text("format") != "secateur-plan")
            document.fail("format", "must be \"secateur-plan\"; this is another kind of file");
        (void)document.require("version");
        const std::int64_t version = document.integer("version", 0, 1, kMaxSize);
        if (version > kVersion)
            throw Error(ErrorCode::Unsupported,
                        origin_ + ": version: this is plan version " + std::to_string(version) +
                            ", this program reads version " + std::to_string(kVersion),
                        "use a newer secateur");
    }

    PlanModel model(const json& value) {
        JsonObject object(value, origin_, "model");
        (void)object.require("layers");
        // Names are shown in tables and labels.
        PlanModel model{printable(object.text("name")), printable(object.text("architecture")),
                        static_cast<int>(object.integer("layers", 0, 1, kMaxCount)),
                        object.text("fingerprint")};
        if (model.fingerprint.empty())
            result_.warnings.push_back(
                origin_ +
                ": model.fingerprint: missing, so nobody can tell whether the plan is for "
                "this model");
        else if (!fingerprint_.empty() && model.fingerprint != fingerprint_)
            throw Error(ErrorCode::InvalidArgument,
                        origin_ + ": model.fingerprint: the plan is for another model" +
                            (model.name.empty() ? "" : ", '" + model.name + "'"),
                        "open the model that the plan was made for, or make a new plan");
        object.warnUnknown(result_.warnings);
        return model;
    }

    PlanCreated provenance(const json& value) {
        JsonObject object(value, origin_, "created");
        PlanCreated created{object.text("tool"), object.text("time")};
        object.warnUnknown(result_.warnings);
        return created;
    }

    PlanCalibration calibrated(const json& value) {
        JsonObject object(value, origin_, "calibration");
        PlanCalibration calibration;
        calibration.source = printable(object.text("source"));
        calibration.sha256 = object.text("sha256");
        calibration.samples = static_cast<int>(object.integer("samples", 0, 0, kMaxCount));
        calibration.seqLen = static_cast<int>(object.integer("seq_len", 0, 0, kMaxCount));
        calibration.seed = object.unsignedInteger("seed", 0);
        calibration.statistics = object.text("statistics");
        if (!calibration.statistics.empty() && calibration.statistics != "exact" &&
            calibration.statistics != "reference")
            object.fail("statistics", "must be \"exact\" or \"reference\"");
        calibration.analysis = object.text("analysis");
        calibration.chopped = object.flag("chopped", true);
        object.warnUnknown(result_.warnings);
        return calibration;
    }

    PlanStep step(const json& value, const std::string& path) {
        JsonObject object(value, origin_, path);
        (void)object.require("step");
        const std::string kind = object.text("step");
        if (kind == "chop") return chop(object, path);
        if (kind == "width") return width(object, path);
        if (kind == "heal") return heal(value, object, path);
        if (kind == "sparsify" || kind == "quantize" || kind == "factorize")
            return recipe(kind, value, object);
        throw Error(ErrorCode::Unsupported, origin_ + ": " + path + ".step: unknown step '" + kind + "'",
                    "steps are chop, width, sparsify, quantize, factorize and heal");
    }

    // What a key of a step says, in its JSON type. Whether the method knows it, the method says.
    static OptionValue option(const json& value, const JsonObject& object, const std::string& key) {
        if (value.is_boolean()) return value.get<bool>();
        if (value.is_number_integer()) return value.get<std::int64_t>();
        if (value.is_number()) return value.get<double>();
        if (value.is_string()) return value.get<std::string>();
        if (value.is_array() &&
            std::ranges::all_of(value, [](const json& e) { return e.is_number_integer(); }))
            return value.get<std::vector<int>>();
        if (value.is_array() && std::ranges::all_of(value, [](const json& e) { return e.is_string(); }))
            return value.get<std::vector<std::string>>();
        object.fail(key, "must be a number, a text, true, false or a list");
    }

    static OptionValues options(const json& value, const JsonObject& object,
                                const std::set<std::string>& others) {
        OptionValues options;
        for (const auto& [key, member] : value.items()) {
            if (others.count(key) > 0) continue;
            std::string name = key;
            std::ranges::replace(name, '_', '-');
            options.set(name, option(member, object, key));
        }
        return options;
    }

    RecipeStep recipe(const std::string& kind, const json& value, JsonObject& object) {
        RecipeStep step;
        step.kind = kind;
        step.method = object.text("method");
        if (step.method.empty()) object.fail("method", "a " + kind + " step names its method");
        step.layers = object.integers("layers", 0, layers_ - 1);
        if (const json* linears = object.find("linears")) {
            if (!linears->is_array()) object.fail("linears", "must be a list of names such as \"q_proj\"");
            for (const json& entry : *linears) {
                const auto linear =
                    entry.is_string() ? linearNamed(entry.get_ref<const std::string&>()) : std::nullopt;
                if (!linear)
                    object.fail("linears",
                                "holds what is not one of q_proj, k_proj, v_proj, o_proj, "
                                "gate_proj, up_proj and down_proj");
                step.linears.push_back(*linear);
            }
        }
        step.options = options(value, object, {"step", "method", "layers", "linears"});
        return step;
    }

    HealStep heal(const json& value, JsonObject& object, const std::string& path) {
        HealStep step;
        if (const json* text = object.find("text")) {
            JsonObject source(*text, origin_, path + ".text");
            step.textSource = source.text("source");
            step.textSha256 = source.text("sha256");
            source.warnUnknown(result_.warnings);
        }
        step.options = options(value, object, {"step", "text"});
        return step;
    }

    ChopStep chop(JsonObject& object, const std::string& path) {
        ChopStep step{object.integers("layers", 0, layers_ - 1), object.integers("attention", 0, layers_ - 1),
                      object.integers("mlp", 0, layers_ - 1)};
        step.keep = object.integers("keep", 0, layers_ - 1);
        step.replace = object.flag("replace", false);
        if (const json* chosen = object.find("chosen_by")) {
            JsonObject by(*chosen, origin_, path + ".chosen_by");
            step.chosenBy = ChosenBy{printable(by.text("strategy")),
                                     static_cast<int>(by.integer("count", 0, 0, kMaxCount))};
            by.warnUnknown(result_.warnings);
        }
        if (const json* merge = object.find("merge")) step.merge = merged(*merge, path + ".merge");
        object.warnUnknown(result_.warnings);
        return step;
    }

    LayerMerge merged(const json& value, const std::string& path) {
        JsonObject object(value, origin_, path);
        const std::optional<MergeRule> rule = mergeRule(object.text("rule", "paper"));
        if (!rule) object.fail("rule", "must be \"paper\" or \"code\"");
        LayerMerge merge{*rule, {}};
        const json& groups = object.require("groups");
        if (!groups.is_array()) object.fail("groups", "must be a list of lists of layers");
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const std::string key = "groups[" + std::to_string(i) + "]";
            const json entry = {{key, groups[i]}};
            merge.groups.push_back(JsonObject(entry, origin_, path).integers(key.c_str(), 0, layers_ - 1));
        }
        object.warnUnknown(result_.warnings);
        return merge;
    }

    WidthStep width(JsonObject& object, const std::string& path) {
        WidthStep step;
        step.method = printable(object.text("method"));
        step.metric = printable(object.text("metric"));
        step.structure = printable(object.text("structure"));
        step.ratio = object.number("ratio", 0.0);
        step.bias = object.flag("bias", true);
        const std::string compensate = object.text("compensate", step.bias ? "bias" : "none");
        if (compensate != "none" && compensate != "bias" && compensate != "refit")
            object.fail("compensate", "must be \"none\", \"bias\" or \"refit\"");
        step.refit = compensate == "refit";
        step.bias = compensate != "none";
        step.protect = object.integers("protect", 0, layers_ - 1);
        if (const json* keep = object.find("keep")) {
            if (!keep->is_array()) object.fail("keep", "must be a list");
            for (std::size_t i = 0; i < keep->size(); ++i)
                step.keep.push_back(layerKeep((*keep)[i], path + ".keep[" + std::to_string(i) + "]"));
        }
        object.warnUnknown(result_.warnings);
        return step;
    }

    LayerKeep layerKeep(const json& value, const std::string& path) {
        JsonObject object(value, origin_, path);
        (void)object.require("layer");
        LayerKeep keep;
        keep.layer = static_cast<int>(object.integer("layer", 0, 0, layers_ - 1));
        const LayerConfig* layer = findLayer(network_, keep.layer);
        if (!layer)
            object.fail("layer", "layer " + std::to_string(keep.layer) + " is not in this checkpoint");
        keep.kvGroups = units(object, "kv_groups", layer->kvHeads);
        keep.channels = units(object, "channels", layer->intermediateSize);
        object.warnUnknown(result_.warnings);
        return keep;
    }

    std::optional<UnitMask> units(JsonObject& object, const char* key, int count) const {
        const json* value = object.find(key);
        if (!value) return std::nullopt;
        if (!value->is_string()) object.fail(key, "must be a string of ranges such as \"0-3,5\"");
        return parseUnits(value->get_ref<const std::string&>(), count, origin_ + ": " + object.pathOf(key));
    }

    WeightFiles writtenFiles(const json& value) {
        JsonObject object(value, origin_, "accounting.weight_files");
        WeightFiles files;
        files.format = object.text("format", files.format);
        files.stock = object.flag("stock", files.stock);
        files.bytesBefore = object.integer("bytes_before", 0, 0, kMaxSize);
        files.bytesAfter = object.integer("bytes_after", 0, 0, kMaxSize);
        files.tensorsAfter = object.integer("tensor_bytes_after", 0, 0, kMaxSize);
        object.warnUnknown(result_.warnings);
        return files;
    }

    Accounting accounted(const json& value) {
        JsonObject object(value, origin_, "accounting");
        Accounting accounting;
        const auto size = [&](const char* key) { return object.integer(key, 0, 0, kMaxSize); };
        accounting.parametersBefore = size("parameters_before");
        accounting.parametersAfter = size("parameters_after");
        accounting.bytesBefore = size("bytes_before");
        accounting.bytesAfter = size("bytes_after");
        accounting.compressionRatio = object.number("compression_ratio", 1.0);
        accounting.macsPerTokenBefore = size("macs_per_token_before");
        accounting.macsPerTokenAfter = size("macs_per_token_after");
        accounting.kvCacheBytesPerTokenBefore = size("kv_cache_bytes_per_token_before");
        accounting.kvCacheBytesPerTokenAfter = size("kv_cache_bytes_per_token_after");
        accounting.removedFraction = object.number("removed_fraction", 0.0);
        if (const json* files = object.find("weight_files")) accounting.files = writtenFiles(*files);
        object.warnUnknown(result_.warnings);
        return accounting;
    }

    Measured perplexities(const json& value) {
        JsonObject object(value, origin_, "measured");
        // What overflowed was written as null.
        const auto perplexity = [&](const char* key) {
            const json* found = object.find(key);
            return found && found->is_null() ? std::numeric_limits<double>::infinity()
                                             : object.number(key, 0.0);
        };
        Measured measured{perplexity("dense_perplexity"), perplexity("plan_perplexity")};
        const auto error = [&](const char* key) -> std::optional<double> {
            const json* found = object.find(key);
            if (!found || found->is_null()) return std::nullopt;
            return object.number(key, 0.0);
        };
        measured.denseStandardError = error("dense_standard_error");
        measured.planStandardError = error("plan_standard_error");
        measured.changeStandardError = error("change_standard_error");
        measured.protocol = object.text("protocol");
        measured.overlaps = overlapsOf(object, "overlaps", &result_.warnings);
        object.warnUnknown(result_.warnings);
        return measured;
    }

    const NetworkConfig& network_;
    const std::string& fingerprint_;
    const std::string& origin_;
    int layers_;
    ParsedPlan result_;
};

}  // namespace

ParsedPlan parsePlan(std::string_view json, const NetworkConfig& network, const std::string& fingerprint,
                     const std::string& origin) {
    return PlanParser(network, fingerprint, origin).parse(json);
}

}  // namespace secateur
