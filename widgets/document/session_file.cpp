// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/session_file.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/data/json_reader.h"
#include "core/data/options_json.h"
#include "core/planning/requests.h"
#include "widgets/document/step_words.h"

namespace secateur {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "secateur-session";
constexpr int kVersion = 1;
constexpr JsonLimits kLimits{std::size_t{1} << 30, 16, 4'000'000};

// Plans that states of the history hold, each written once however many hold it.
class PlanTable {
public:
    explicit PlanTable(const PlanModel& model) : model_(model) {}

    int indexOf(std::string text) {
        const auto at = std::ranges::find(texts_, text);
        if (at != texts_.end()) return static_cast<int>(at - texts_.begin());
        texts_.push_back(std::move(text));
        return static_cast<int>(texts_.size()) - 1;
    }
    // Of a plan that is this step alone. `step` must stay where it is.
    int indexOf(const PlanStep& step) {
        // Texts of masks are long: a step is compared as it is, and written when it is new.
        const auto known = std::ranges::find_if(steps_, [&](const auto& one) { return *one.first == step; });
        if (known != steps_.end()) return known->second;
        Plan plan;
        plan.model = model_;
        plan.steps.push_back(step);
        return steps_.emplace_back(&step, indexOf(secateur::toJson(plan))).second;
    }
    [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }

private:
    const PlanModel& model_;
    std::vector<std::string> texts_;
    std::vector<std::pair<const PlanStep*, int>> steps_;
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

class HistoryReader {
public:
    HistoryReader(const ModelSummary& model, const std::vector<MethodInfo>& methods,
                  const std::string& origin)
        : model_(model), methods_(methods), origin_(origin) {}

    PlanHistory read(const nlohmann::json& document) {
        JsonObject object(document, origin_, "");
        readPlans(object.require("plans"));
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

private:
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
            const Plan& plan = planAt(object, "settled")->plan;
            if (plan.steps.size() != 1) object.fail("settled", "is no plan of one step");
            wish = wishesOf(plan).steps.front();
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
        if (object.find("loaded") != nullptr) state.wishes.loaded = planAt(object, "loaded");
        const nlohmann::json& steps = object.require("steps");
        for (std::size_t i = 0; i < steps.size(); ++i)
            state.wishes.steps.push_back(wish(steps[i], path + ".steps[" + std::to_string(i) + "]"));
        return state;
    }

    const ModelSummary& model_;
    const std::vector<MethodInfo>& methods_;
    const std::string& origin_;
    std::vector<std::shared_ptr<const LoadedPlan>> plans_;
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
        if (const auto& loaded = state.wishes.loaded)
            json["loaded"] = plans.indexOf(loaded->text.empty() ? toJson(loaded->plan) : loaded->text);
        states.push_back(std::move(json));
    }
    const Json json{{"format", kFormat},
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
                    {"plans", plans.texts()}};
    return QByteArray::fromStdString(json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n');
}

SessionOffer readOffer(const QByteArray& json, const std::string& origin) {
    const nlohmann::json document = documentOf(json, origin);
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

PlanHistory readHistory(const QByteArray& json, const ModelSummary& model,
                        const std::vector<MethodInfo>& methods, const std::string& origin) {
    const nlohmann::json document = documentOf(json, origin);
    return HistoryReader(model, methods, origin).read(document);
}

}  // namespace secateur
