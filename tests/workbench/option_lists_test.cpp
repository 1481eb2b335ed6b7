// SPDX-License-Identifier: GPL-3.0-or-later
//
// The options that forms show are those of the command line and of JSON, for healing and for every method,
// also for one that this program registers itself.
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>
#include <algorithm>
#include <set>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/program.h"
#include "core/data/heal_json.h"
#include "core/data/linear_name.h"
#include "core/planning/requests.h"
#include "core/session.h"
#include "tests/compress/own_method.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/settings.h"
#include "widgets/panels/heal_form.h"
#include "widgets/panels/option_form.h"
#include "widgets/panels/plan_panel.h"

namespace secateur {
namespace {

using Names = std::set<std::string>;
using Json = nlohmann::json;
using testing::findNamed;
using ::testing::IsSupersetOf;

class OwnMethod final : public ::testing::Environment {
public:
    void SetUp() override { testing::registerOwnMethod(); }
};
[[maybe_unused]] const auto* const kOwnMethod = ::testing::AddGlobalTestEnvironment(new OwnMethod);

// The keys of the fields of a form, each of which says its label.
Names fieldsOf(const OptionForm& form) {
    Names names;
    for (const QLayout* layout : {form.layout(), form.more()->layout()}) {
        const auto& rows = *static_cast<const QFormLayout*>(layout);
        for (int row = 0; row < rows.rowCount(); ++row) {
            const QLayoutItem* field = rows.itemAt(row, QFormLayout::FieldRole);
            if (field == nullptr) field = rows.itemAt(row, QFormLayout::SpanningRole);
            const QWidget* widget = field->widget();
            if (qobject_cast<const QLabel*>(widget) != nullptr) continue;  // heads a section
            const std::string key = widget->objectName().toStdString();
            EXPECT_TRUE(names.insert(key).second) << key << " is there twice";
            const OptionSpec* spec = findSpec(form.specs(), key);
            if (spec == nullptr) continue;
            const auto* label =
                rows.itemAt(row, QFormLayout::LabelRole) == nullptr
                    ? nullptr
                    : qobject_cast<const QLabel*>(rows.itemAt(row, QFormLayout::LabelRole)->widget());
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            EXPECT_EQ((button != nullptr ? button->text() : label->text()).toStdString(), spec->label);
        }
    }
    return names;
}

Names keysOf(const std::vector<OptionSpec>& specs) {
    Names names;
    for (const OptionSpec& spec : specs)
        if (spec.place != OptionSpec::Place::CommandLine) names.insert(spec.key);
    return names;
}

// "round_to" in JSON is "round-to" in lists.
Names keysOf(const Json& object, const Names& except = {}) {
    Names names;
    for (const auto& [name, value] : object.items()) {
        std::string key = name;
        std::ranges::replace(key, '_', '-');
        if (!except.contains(key)) names.insert(key);
    }
    return names;
}

Names commandOptions(const char* command) {
    CLI::App app;
    cli::SharedOptions shared;
    (void)cli::findCommand(command)->declare(app, shared);
    Names names;
    for (const CLI::Option* option : app.get_options()) names.insert(option->get_single_name());
    return names;
}

Names commandNames(const std::vector<OptionSpec>& specs) {
    Names names;
    for (const OptionSpec& spec : specs) names.insert(commandName(spec));
    return names;
}

Json listedMethods() {
    const char* words[] = {"secateur", "methods", "--json"};
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(cli::runProgram(3, const_cast<char**>(words)), 0);
    return Json::parse(::testing::internal::GetCapturedStdout()).at("methods");
}

// A value that may be said; the usual one where that can be.
OptionValue sayable(const OptionSpec& spec) {
    if (std::holds_alternative<std::vector<int>>(spec.usual)) return std::vector<int>{1};
    if (std::holds_alternative<std::vector<std::string>>(spec.usual))
        return std::vector<std::string>{spec.choices.front()};
    if (isOptional(spec)) return std::max(1.0, spec.least);
    return spec.usual;
}

class OptionLists : public ::testing::Test {
protected:
    OptionLists() : panel_(document_, allMethods()) {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        panel_.show();
    }
    // The form of a plan of one step of the method.
    Names formOf(const MethodInfo& method) {
        PlanWishes wishes;
        wishes.steps.push_back({stepRequest({method.name, method.kind, {}}, method.name)});
        document_.edit(QStringLiteral("one step"), wishes);
        const auto* form = panel_.findChild<OptionForm*>();
        EXPECT_TRUE(form->isVisible()) << method.name;
        return fieldsOf(*form);
    }

    PlanDocument document_;
    PlanPanel panel_;
};

TEST_F(OptionLists, OfHealingAreThoseOfCommandLineAndJson) {
    const QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("s.ini")));
    HealForm form(document_, settings);
    Names shown = fieldsOf(*form.findChild<OptionForm*>());
    ASSERT_NE(findNamed<QComboBox>(form, "Healing method"), nullptr);
    ASSERT_NE(findNamed<QWidget>(form, "Budget"), nullptr);
    shown.insert({"method", "steps", "minutes"});  // the two fields above
    EXPECT_EQ(shown, keysOf(healSpecs()));
    EXPECT_EQ(shown, keysOf(Json::parse(secateur::toJson(HealOptions{}).dump())));
    EXPECT_THAT(commandOptions("heal"), IsSupersetOf(commandNames(healSpecs())));
    const MethodInfo step = healStepInfo();
    EXPECT_EQ(formOf(step), keysOf(step.options));
}

TEST_F(OptionLists, OfWidthMethodsAndChopsAreThoseOfTheCommandLine) {
    const Names options = commandOptions("plan");
    for (const MethodInfo& method : methods()) {
        EXPECT_EQ(formOf(method), keysOf(method.options)) << method.name;
        std::vector<OptionSpec> specs = method.options;
        std::erase_if(specs, [](const OptionSpec& spec) { return spec.key == "keep"; });  // by --step alone
        EXPECT_THAT(options, IsSupersetOf(commandNames(specs))) << method.name;
    }
}

TEST_F(OptionLists, OfEveryMethodAreThoseOfStepTextsAndOfTheList) {
    const Json list = listedMethods();
    ASSERT_EQ(list.size(), allMethods().size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        const MethodInfo& method = allMethods()[i];
        Names listed;
        for (const Json& option : list[i].at("options")) listed.insert(option.at("name"));
        EXPECT_EQ(list[i].at("name"), method.name);
        EXPECT_EQ(listed, keysOf(method.options)) << method.name;
        const std::vector<OptionSpec> specs = stepSpecs(method);
        EXPECT_EQ(formOf(method), keysOf(specs)) << method.name;
        for (const OptionSpec& spec : specs) {
            const std::string text = formatOption(sayable(spec));
            if (text.empty() || !spec.onlyIf.empty()) continue;
            const ParsedStep step =
                parseStepText(method.name + " " + spec.key + "=" + text, allMethods(), "here");
            EXPECT_NE(step.options.find(spec.key), nullptr) << method.name << ' ' << spec.key;
        }
    }
}

TEST_F(OptionLists, OfMethodsThatChangeLinearsAreThoseOfPlanJson) {
    int seen = 0;
    for (const MethodInfo& method : allMethods()) {
        const std::vector<OptionSpec> specs = stepSpecs(method);
        if (findSpec(specs, "linears") == nullptr) continue;
        ++seen;
        RecipeStep step{method.kind, method.name, {}, {1}, {LinearName::Q}};
        for (const OptionSpec& spec : method.options) step.options.set(spec.key, sayable(spec));
        Plan plan;
        plan.steps.emplace_back(step);
        const Json json = Json::parse(toJson(plan)).at("steps").at(0);
        EXPECT_EQ(keysOf(json, {"step", "method"}), keysOf(specs)) << method.name;
    }
    EXPECT_GE(seen, 9);  // those of the house, and this program's own
}

TEST_F(OptionLists, AMethodOfThisProgramsOwnHasAForm) {
    for (QAction* kind : findNamed<QPushButton>(panel_, "Add step")->menu()->actions())
        for (QAction* method : kind->menu()->actions())
            if (method->text() == QStringLiteral("Edges")) method->trigger();
    auto* steps = findNamed<QTableView>(panel_, "Steps");
    ASSERT_EQ(steps->model()->rowCount(), 2);
    EXPECT_EQ(steps->currentIndex().row(), 1);
    findNamed<QSlider>(panel_, "Sparsity")->setValue(25);
    findNamed<QComboBox>(panel_, "Side")->setCurrentText(QStringLiteral("first"));
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    const Json step = Json::parse(document_.json().toStdString()).at("steps").back();
    EXPECT_EQ(step.at("method"), "edges");
    EXPECT_EQ(step.at("sparsity"), 0.25);
    EXPECT_EQ(step.at("side"), "first");
    document_.undoStack()->undo();
    EXPECT_EQ(findNamed<QComboBox>(panel_, "Side")->currentText(), QStringLiteral("last"));
}

}  // namespace
}  // namespace secateur
