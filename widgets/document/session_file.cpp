// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/session_file.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include "core/base/error.h"
#include "core/data/json_reader.h"
#include "core/data/options_json.h"
#include "core/data/text_json.h"
#include "core/planning/requests.h"
#include "widgets/document/chop_lab_json.h"
#include "widgets/document/step_words.h"

namespace secateur {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "secateur-session";
constexpr int kVersion = 2;  // 1 wrote the bits of every mask of a preview
constexpr JsonLimits kLimits{std::size_t{1} << 30, 16, 4'000'000};

// Plans that states of the history hold, each written once however many hold it.
class PlanTable {
public:
    explicit PlanTable(const PlanModel& model) : model_(model) {}

    int indexOf(std::string text) {
        const std::size_t hash = std::hash<std::string>{}(text);
        const auto [from, to] = numbers_.equal_range(hash);
        for (auto at = from; at != to; ++at)
            if (texts_[static_cast<std::size_t>(at->second)] == text) return at->second;
        const int number = static_cast<int>(texts_.size());
        numbers_.emplace(hash, number);
        texts_.push_back(std::move(text));
        return number;
    }
    int indexOf(Plan plan) {
        plan.model = model_;
        return indexOf(secateur::toJson(plan));
    }
    // Of a plan that is this step alone. `step` must stay where it is.
    int indexOf(const PlanStep& step) {
        // Texts of masks are long: a step is compared as it is, and written when it is new.
        const auto known = std::ranges::find_if(
            steps_, [&](const auto& one) { return one.first == &step || *one.first == step; });
        if (known != steps_.end()) return known->second;
        Plan plan;
        plan.steps.push_back(step);
        return steps_.emplace_back(&step, indexOf(std::move(plan))).second;
    }
    // The same of a file that was loaded.
    int indexOf(const LoadedPlan& loaded) {
        const auto [known, isNew] = loaded_.try_emplace(&loaded, 0);
        if (isNew) known->second = indexOf(loaded.text.empty() ? secateur::toJson(loaded.plan) : loaded.text);
        return known->second;
    }
    [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }

private:
    const PlanModel& model_;
    std::vector<std::string> texts_;
    std::unordered_multimap<std::size_t, int> numbers_;  // of texts, by their hashes
    std::vector<std::pair<const PlanStep*, int>> steps_;
    std::map<const LoadedPlan*, int> loaded_;
};

Json toJson(const Wish& wish, const std::vector<MethodInfo>& methods, PlanTable& plans) {
    Json json = Json::object();
    if (!wish.on) json["off"] = true;
    if (wish.settled) json["settled"] = plans.indexOf(*wish.settled);
    // A step as it is carried out, or of a method that the registry does not know, is what its plan says.
    if (const auto values = stepValues(wish.wished, methods)) {
        json["method"] = values->method;
        json["options"] = toJson(stepSpecs(*findMethod(methods, values->method)), values->options);
    }
    return json;
}

constexpr std::pair<PinSource, const char*> kPins[] = {{PinSource::Present, "present"},
                                                       {PinSource::Dense, "dense"},
                                                       {PinSource::Previewed, "previewed"},
                                                       {PinSource::File, "file"},
                                                       {PinSource::Run, "run"},
                                                       {PinSource::Model, "model"},
                                                       {PinSource::Measurement, "measurement"},
                                                       {PinSource::AnalysisFile, "analysis"}};

Json toJson(const PinChoice& pin) {
    Json json{
        {"source", std::ranges::find(kPins, pin.source, &std::pair<PinSource, const char*>::first)->second}};
    if (pin.source == PinSource::Previewed) json["preview"] = pin.point;
    if (!pin.path.isEmpty()) json["path"] = pin.path.toStdString();
    return json;
}

PinChoice pinOf(JsonObject& parent, const char* key, PinChoice otherwise) {
    const nlohmann::json* value = parent.find(key);
    if (value == nullptr) return otherwise;
    JsonObject object(*value, parent.origin(), parent.pathOf(key));
    const std::string source = object.text("source");
    for (const auto& [known, name] : kPins) {
        if (source != name) continue;
        return {known, object.unsignedInteger("preview", 0), QString::fromStdString(object.text("path"))};
    }
    object.fail("source", "is unknown");
}

Json orNull(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

std::vector<double> numbers(JsonObject& object, const char* key) {
    std::vector<double> values;
    const nlohmann::json* list = object.find(key);
    if (list == nullptr) return values;
    for (const nlohmann::json& value : *list) {
        if (!value.is_number()) object.fail(key, "holds something else than numbers");
        values.push_back(value.get<double>());
    }
    return values;
}

Json toJson(const TextChoice& text) {
    return {{"file", text.file.toStdString()}, {"windows", text.windows}, {"seq_len", text.seqLen}};
}

std::optional<TextChoice> textOf(JsonObject& parent, const char* key) {
    const nlohmann::json* value = parent.find(key);
    if (value == nullptr) return std::nullopt;
    JsonObject object(*value, parent.origin(), parent.pathOf(key));
    return TextChoice{QString::fromStdString(object.text("file")),
                      static_cast<int>(object.integer("windows", 0, 0, 1 << 30)),
                      static_cast<int>(object.integer("seq_len", TextChoice{}.seqLen, 2, 1 << 30))};
}

Json toJson(const PreviewReport& report) {
    Json overlaps = Json::array();
    for (const TextOverlap& overlap : report.overlaps)
        overlaps.push_back({{"purpose", name(overlap.purpose)},
                            {"source", overlap.source},
                            {"windows", overlap.windows},
                            {"of", overlap.of}});
    // Perplexity and accounting are those that the plan says of itself.
    return Json{{"dense_standard_error", orNull(report.denseStandardError)},
                {"plan_standard_error", orNull(report.planStandardError)},
                {"change_standard_error", orNull(report.changeStandardError)},
                {"dense_window_loss", report.denseWindowLoss},
                {"plan_window_loss", report.planWindowLoss},
                {"protocol", report.protocol},
                {"overlaps", overlaps}};
}

PreviewReport reportOf(JsonObject object, const Plan& plan) {
    PreviewReport report;
    if (plan.measured) {
        report.densePerplexity = plan.measured->densePerplexity;
        report.planPerplexity = plan.measured->planPerplexity;
    }
    if (plan.accounting) report.accounting = *plan.accounting;
    report.denseStandardError = object.numberOrNone("dense_standard_error");
    report.planStandardError = object.numberOrNone("plan_standard_error");
    report.changeStandardError = object.numberOrNone("change_standard_error");
    report.denseWindowLoss = numbers(object, "dense_window_loss");
    report.planWindowLoss = numbers(object, "plan_window_loss");
    report.protocol = object.text("protocol");
    const nlohmann::json* overlaps = object.find("overlaps");
    for (std::size_t i = 0; overlaps != nullptr && i < overlaps->size(); ++i) {
        JsonObject one((*overlaps)[i], object.origin(), object.pathOf("overlaps[" + std::to_string(i) + "]"));
        const bool training = one.text("purpose") == name(TextPurpose::Training);
        report.overlaps.push_back({training ? TextPurpose::Training : TextPurpose::Calibration,
                                   one.text("source"),
                                   static_cast<int>(one.integer("windows", 0, 0, 1 << 30)),
                                   static_cast<int>(one.integer("of", 0, 0, 1 << 30))});
    }
    return report;
}

// Without its plan, which is long.
Json toJson(const PreviewPoint& point, const std::vector<MethodInfo>& methods, PlanTable& plans) {
    Json steps = Json::array();
    for (const Wish& wish : point.wishes.steps) steps.push_back(toJson(wish, methods, plans));
    Json json{{"name", point.name.toStdString()},
              {"note", point.note.toStdString()},
              {"words", point.plan.toStdString()},
              {"steps", steps},
              {"judged_on", toJson(point.judged.text, point.judged.windows)},
              {"report", toJson(point.report)}};
    if (const auto& loaded = point.wishes.loaded) json["loaded"] = plans.indexOf(*loaded);
    return json;
}

// Where the previewed plans begin, which are last and long; -1: there are none, or others wrote the file.
qsizetype previewsAt(const QByteArray& json) {
    return json.indexOf("\n \"previews\": [");
}

class HistoryReader {
public:
    HistoryReader(const ModelSummary& model, const std::vector<MethodInfo>& methods,
                  const std::string& origin)
        : model_(model), methods_(methods), origin_(origin) {}

    SessionState read(const nlohmann::json& document) {
        JsonObject object(document, origin_, "");
        SessionState session;
        readPlans(object.require("plans"));
        session.history = history(object);
        session.planFile = QString::fromStdString(object.text("plan_file"));
        const nlohmann::json* previews = object.find("previews");
        for (std::size_t i = 0; previews != nullptr && i < previews->size(); ++i)
            readPreview((*previews)[i], "previews[" + std::to_string(i) + "]", session.previews);
        const nlohmann::json* labels = object.find("runs");
        for (std::size_t i = 0; labels != nullptr && i < labels->size(); ++i) {
            JsonObject label((*labels)[i], origin_, "runs[" + std::to_string(i) + "]");
            session.labels.push_back({QString::fromStdString(label.text("folder")),
                                      QString::fromStdString(label.text("name")),
                                      QString::fromStdString(label.text("note"))});
        }
        session.calibration = textOf(object, "calibration");
        session.evaluation = textOf(object, "preview_text");
        if (const nlohmann::json* lab = object.find("chop_lab"); lab != nullptr)
            session.lab = chopLabOf(
                {*lab, origin_, "chop_lab"},
                [this](JsonObject& row, const char* key) -> const Plan& { return planAt(row, key)->plan; });
        session.pinA = pinAmong(object, "pin_a", session.pinA, session.previews.size());
        session.pinB = pinAmong(object, "pin_b", session.pinB, session.previews.size());
        return session;
    }

private:
    static PinChoice pinAmong(JsonObject& object, const char* key, const PinChoice& otherwise,
                              std::size_t previews) {
        const PinChoice pin = pinOf(object, key, otherwise);
        const bool gone = pin.source == PinSource::Previewed && (pin.point == 0 || pin.point > previews);
        return gone ? otherwise : pin;
    }

    PlanHistory history(JsonObject& object) {
        PlanHistory history;
        const nlohmann::json& states = object.require("states");
        if (!states.is_array() || states.empty()) object.fail("states", "is no list of states");
        for (std::size_t i = 0; i < states.size(); ++i)
            history.states.push_back(state(states[i], "states[" + std::to_string(i) + "]"));
        const auto last = static_cast<std::int64_t>(states.size()) - 1;
        history.present = static_cast<int>(object.integer("present", last, 0, last));
        history.saved = static_cast<int>(object.integer("saved", -1, -1, last));
        return history;
    }

    void readPreview(const nlohmann::json& value, const std::string& path,
                     std::vector<PreviewPoint>& points) {
        JsonObject object(value, origin_, path);
        PreviewPoint point;
        point.id = points.size() + 1;
        point.name = QString::fromStdString(object.text("name"));
        point.note = QString::fromStdString(object.text("note"));
        point.plan = QString::fromStdString(object.text("words"));
        point.wishes = wishes(object, path);
        readText(object, "judged_on", point.judged.text, point.judged.windows);
        const std::string where = origin_ + ": " + path;
        const nlohmann::json& plan = object.require("plan");
        if (!plan.is_string()) object.fail("plan", "must be a text");
        point.packed = std::make_shared<const PackedPlan>(
            PackedPlan::parse(plan.get_ref<const std::string&>(), model_.config, model_.fingerprint, where,
                              points.empty() ? nullptr : points.back().packed.get()));
        point.report = reportOf({object.require("report"), origin_, path + ".report"}, point.packed->bare());
        points.push_back(std::move(point));
    }

    void readPlans(const nlohmann::json& list) {
        for (const nlohmann::json& text : list) {
            if (!text.is_string())
                throw Error(ErrorCode::InvalidArgument, origin_ + ": plans: holds something else than texts");
            auto loaded = std::make_shared<LoadedPlan>();
            loaded->text = text.get<std::string>();
            loaded->plan =
                parsePlan(loaded->text, model_.config, model_.fingerprint, origin_ + ": plans").plan;
            plans_.push_back(std::move(loaded));
        }
    }

    std::shared_ptr<const LoadedPlan> planAt(JsonObject& object, const char* key) {
        const auto most = static_cast<std::int64_t>(plans_.size()) - 1;
        return plans_.at(static_cast<std::size_t>(object.integer(key, 0, 0, most)));
    }

    Wish wish(const nlohmann::json& value, const std::string& path) {
        JsonObject object(value, origin_, path);
        Wish wish;
        if (object.find("settled") != nullptr) {
            const auto settled = planAt(object, "settled");
            if (settled->plan.steps.size() != 1) object.fail("settled", "is no plan of one step");
            // All states that have the step share it.
            auto& known = settled_[settled.get()];
            if (!known) known = wishesOf(settled->plan).steps.front();
            wish = *known;
        }
        wish.on = !object.flag("off", false);
        const std::string name = object.text("method");
        if (name.empty()) {
            if (!wish.settled) object.fail("method", "is missing");
            return wish;
        }
        const MethodInfo* method = findMethod(methods_, name);
        if (method == nullptr) object.fail("method", "names an unknown method '" + name + "'");
        const std::string where = origin_ + ": " + object.pathOf("options");
        const std::vector<OptionSpec> specs = stepSpecs(*method);
        ParsedStep step{method->name, method->kind, optionsOf(object.require("options"), specs, where)};
        checkOptions(step.options, specs, where, Idle::Accepted);
        wish.wished = stepRequest(step, where);
        // What is usual with the method is wished for by leaving it open, as forms do.
        auto* width = std::get_if<WidthRequest>(&wish.wished);
        if (width != nullptr && step.options.find("compensate") == nullptr) width->compensate.clear();
        return wish;
    }

    PlanState state(const nlohmann::json& value, const std::string& path) {
        JsonObject object(value, origin_, path);
        PlanState state;
        state.edit = QString::fromStdString(object.text("edit"));
        state.wishes = wishes(object, path);
        return state;
    }

    PlanWishes wishes(JsonObject& object, const std::string& path) {
        PlanWishes wishes;
        if (object.find("loaded") != nullptr) wishes.loaded = planAt(object, "loaded");
        const nlohmann::json& steps = object.require("steps");
        for (std::size_t i = 0; i < steps.size(); ++i)
            wishes.steps.push_back(wish(steps[i], path + ".steps[" + std::to_string(i) + "]"));
        return wishes;
    }

    const ModelSummary& model_;
    const std::vector<MethodInfo>& methods_;
    const std::string& origin_;
    std::vector<std::shared_ptr<const LoadedPlan>> plans_;
    std::map<const LoadedPlan*, std::optional<Wish>> settled_;
};

nlohmann::json documentOf(const QByteArray& json, const std::string& origin) {
    nlohmann::json document =
        parseJson({json.constData(), static_cast<std::size_t>(json.size())}, origin, kLimits);
    JsonObject object(document, origin, "");
    if (object.text("format") != kFormat) object.fail("format", "is not secateur-session");
    if (object.integer("version", 0, 0, 1'000'000) > kVersion)
        throw Error(ErrorCode::Unsupported, origin + ": a later version of the program wrote it",
                    "open it with that version");
    return document;
}

}  // namespace

QByteArray toJson(const SessionState& session, const std::vector<MethodInfo>& methods) {
    PlanTable plans(session.model.facts);
    Json states = Json::array();
    for (const PlanState& state : session.history.states) {
        Json steps = Json::array();
        for (const Wish& wish : state.wishes.steps) steps.push_back(toJson(wish, methods, plans));
        Json json{{"edit", state.edit.toStdString()}, {"steps", steps}};
        if (const auto& loaded = state.wishes.loaded) json["loaded"] = plans.indexOf(*loaded);
        states.push_back(std::move(json));
    }
    std::vector<Json> previews;
    for (const PreviewPoint& point : session.previews) previews.push_back(toJson(point, methods, plans));
    Json labels = Json::array();
    for (const RunLabel& label : session.labels)
        labels.push_back({{"folder", label.folder.toStdString()},
                          {"name", label.name.toStdString()},
                          {"note", label.note.toStdString()}});
    Json lab;
    if (session.lab.report != nullptr)
        lab = toJson(session.lab, [&](const Plan& plan) { return plans.indexOf(plan); });
    Json json{{"format", kFormat},
              {"version", kVersion},
              {"model",
               {{"path", session.model.path.toStdString()},
                {"name", session.model.facts.name},
                {"architecture", session.model.facts.architecture},
                {"layers", session.model.facts.layers},
                {"fingerprint", session.model.facts.fingerprint}}},
              {"plan_file", session.planFile.toStdString()},
              {"present", session.history.present},
              {"saved", session.history.saved},
              {"states", states},
              {"plans", plans.texts()},
              {"runs", labels},
              {"pin_a", toJson(session.pinA)},
              {"pin_b", toJson(session.pinB)}};
    if (session.calibration) json["calibration"] = toJson(*session.calibration);
    if (session.evaluation) json["preview_text"] = toJson(*session.evaluation);
    if (!lab.is_null()) json["chop_lab"] = std::move(lab);
    const auto text = [](const Json& value, int indent) {
        return QByteArray::fromStdString(value.dump(indent, ' ', false, Json::error_handler_t::replace));
    };
    QByteArray bytes = text(json, 1);
    if (previews.empty()) return bytes + '\n';
    // One at a time: all of them together, and again as text, would be hundreds of megabytes.
    bytes.chop(2);
    const char* before = ",\n \"previews\": [\n";
    for (std::size_t i = 0; i < previews.size(); ++i) {
        previews[i]["plan"] =
            session.previews[i].packed->toJson(i > 0 ? session.previews[i - 1].packed.get() : nullptr);
        bytes += before + text(previews[i], -1);
        previews[i] = nullptr;
        before = ",\n";
    }
    return bytes + "]\n}\n";
}

SessionOffer readOffer(const QByteArray& json, const std::string& origin) {
    const qsizetype end = previewsAt(json);  // what comes then is not needed, and long
    const bool whole = end < 1 || !json.trimmed().endsWith('}');
    const nlohmann::json document = documentOf(whole ? json : json.first(end - 1) + '}', origin);
    JsonObject object(document, origin, "");
    JsonObject model(object.require("model"), origin, "model");
    SessionOffer offer;
    offer.model.path = QString::fromStdString(model.text("path"));
    offer.model.facts = {model.text("name"), model.text("architecture"),
                         static_cast<int>(model.integer("layers", 0, 0, 1'000'000)),
                         model.text("fingerprint")};
    offer.planFile = QString::fromStdString(object.text("plan_file"));
    const nlohmann::json& states = object.require("states");
    offer.edits = std::max(0, static_cast<int>(states.size()) - 1);
    return offer;
}

SessionState readSession(const QByteArray& json, const ModelSummary& model,
                         const std::vector<MethodInfo>& methods, const std::string& origin) {
    const nlohmann::json document = documentOf(json, origin);
    return HistoryReader(model, methods, origin).read(document);
}

}  // namespace secateur
