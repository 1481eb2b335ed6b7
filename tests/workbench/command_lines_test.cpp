// SPDX-License-Identifier: GPL-3.0-or-later
//
// What "Copy as command" copies is read by the parser of the command line, and means what the window shows.
#include <QStringList>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "app/cli/command.h"
#include "core/data/heal.h"
#include "core/planning/planner.h"
#include "core/session.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/command_text.h"
#include "widgets/document/heal_draft.h"
#include "widgets/document/settings.h"

namespace secateur {
namespace {

// Words of a POSIX shell, as far as shellQuoted() writes them.
std::vector<std::string> shellWords(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    bool any = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\'') {
            quoted = !quoted;
            any = true;
        } else if (line[i] == '\\' && !quoted) {
            word += line[++i];
        } else if (line[i] == ' ' && !quoted) {
            if (any || !word.empty()) words.push_back(word);
            word.clear();
            any = false;
        } else {
            word += line[i];
        }
    }
    if (any || !word.empty()) words.push_back(word);
    return words;
}

struct Parsed {
    std::string command;
    std::vector<std::pair<std::string, std::string>> options;
    [[nodiscard]] std::string value(const std::string& name) const {
        for (const auto& [option, text] : options)
            if (option == name) return text;
        return "(not there)";
    }
};

std::vector<Parsed> parsed(const QString& lines) {
    std::vector<Parsed> all;
    for (const QString& line : lines.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        std::vector<std::string> words = shellWords(line.toStdString());
        EXPECT_EQ(words.at(0), "secateur");
        const cli::Command* command = cli::findCommand(words.at(1));
        if (command == nullptr) {
            ADD_FAILURE() << line.toStdString();
            continue;
        }
        CLI::App app;
        cli::SharedOptions shared;
        const cli::Action action = command->declare(app, shared);  // owns what is parsed into
        Parsed read{words.at(1), {}};
        words.erase(words.begin(), words.begin() + 2);
        std::vector<std::string> backwards(words.rbegin(), words.rend());  // as CLI11 takes them
        try {
            app.parse(backwards);
        } catch (const CLI::ParseError& error) {
            ADD_FAILURE() << line.toStdString() << ": " << error.what();
        }
        for (const CLI::Option* option : app.get_options())
            if (option->count() > 0)
                read.options.emplace_back(option->get_single_name(),
                                          option->results().empty() ? "" : option->results().front());
        all.push_back(read);
    }
    return all;
}

TextSource textOf(const char* file) {
    TextSource text;
    text.textFile = file;
    return text;
}

WindowOptions windowsOf(int samples, int length) {
    WindowOptions windows;
    windows.samples = samples;
    windows.seqLen = length;
    return windows;
}

TEST(CommandLines, OfAPlanAreRead) {
    WidthRequest width;
    width.ratio = 0.2;
    width.protect = {0};
    ChopRequest chop;
    chop.layers = {3};
    const auto lines = parsed(
        commandText(*testing::sampleModel(), withChop(withWidth(emptyWishes(), width), chop), allMethods(),
                    textOf("my leaves.txt"), windowsOf(8, 32), textOf("it's.txt"), windowsOf(4, 64)));
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0].command, "measure");
    EXPECT_EQ(lines[0].value("text"), "my leaves.txt");
    EXPECT_EQ(lines[1].command, "plan");
    EXPECT_EQ(lines[1].value("ratio"), "0.2");
    EXPECT_EQ(lines[2].command, "preview");
    EXPECT_EQ(lines[2].value("text"), "it's.txt");
    EXPECT_EQ(lines[2].value("samples"), "4");
    EXPECT_EQ(lines[3].command, "apply");
}

TEST(CommandLines, OfAPlanThatChangesNothingNeedNoPlanFile) {
    const auto lines =
        parsed(commandText(*testing::sampleModel(), emptyWishes(), allMethods(), textOf("c.txt"),
                           windowsOf(8, 32), textOf("p.txt"), windowsOf(4, 64)));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[1].command, "ppl");
    EXPECT_EQ(lines[1].value("text"), "p.txt");
    for (const Parsed& line : lines) EXPECT_EQ(line.value("plan"), "(not there)");
}

TEST(CommandLines, OfHealingApplyThePlanAndHoldTheSameWindowsOut) {
    HealDraft draft;
    draft.budget = 60;
    draft.options = usualOptions(HealMethod::Lora);
    draft.options.rank = 5;
    draft.heldOut.windows = 9;
    RunRequest run =
        runRequest(draft, QStringLiteral("/texts/leaves.txt"), QStringLiteral("/nowhere/twig-6"));
    run.model = "/nowhere/twig-6";
    ChopRequest chop;
    chop.count = 2;
    chop.strategy = "max-gap";
    const auto lines = parsed(healCommandText(testing::sampleModel().get(), withChop(emptyWishes(), chop),
                                              allMethods(), textOf("c.txt"), windowsOf(8, 32), run));
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[1].value("chop-count"), "2");
    EXPECT_EQ(lines[2].command, "apply");
    const Parsed& heal = lines[3];
    EXPECT_EQ(heal.command, "heal");
    EXPECT_EQ(heal.value("MODEL"), lines[2].value("output"));
    EXPECT_EQ(heal.value("teacher"), "/nowhere/twig-6");
    EXPECT_EQ(heal.value("method"), "lora");
    EXPECT_EQ(heal.value("steps"), "60");
    EXPECT_EQ(heal.value("rank"), "5");
    EXPECT_EQ(heal.value("hold-out"), "9");
    EXPECT_EQ(heal.value("eval-text"), "(not there)");
}

TEST(CommandLines, OfHealingACheckpointNameItAndItsHeldOutText) {
    HealDraft draft;
    draft.unit = HealDraft::Budget::Minutes;
    draft.budget = 5;
    draft.options = usualOptions(HealMethod::Distill);
    draft.heldOut.file = QStringLiteral("/texts/other.safetensors:ids");
    RunRequest run = runRequest(draft, QStringLiteral("/texts/leaves.txt"), QStringLiteral("/models/whole"));
    run.model = "/models/small one";
    const auto lines = parsed(healCommandText(nullptr, {}, allMethods(), {}, {}, run));
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].value("MODEL"), "/models/small one");
    EXPECT_EQ(lines[0].value("eval-tokens"), "/texts/other.safetensors:ids");
    EXPECT_EQ(lines[0].value("minutes"), "5");
    EXPECT_EQ(lines[0].value("output"), "small one-healed");
    EXPECT_EQ(lines[0].value("hold-out"), "(not there)");
}

TEST(CommandLines, OfEveryHealingMethodAreRead) {
    for (const HealMethod method :
         {HealMethod::Continued, HealMethod::Lora, HealMethod::Distill, HealMethod::Scratch}) {
        HealDraft draft;
        draft.options = usualOptions(method);
        RunRequest run = runRequest(draft, QStringLiteral("leaves.txt"), {});
        run.model = "twig";
        EXPECT_EQ(parsed(healCommandText(nullptr, {}, allMethods(), {}, {}, run)).size(), 1U);
    }
}

TEST(CommandLines, OfTheChopLabNameTheStrategiesThatWereCompared) {
    const auto lines =
        parsed(chopLabCommandText(*testing::sampleModel(), {"max-gap", "greedy"}, true, textOf("c.txt"),
                                  windowsOf(8, 32), textOf("p.txt"), windowsOf(4, 32)));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].value("output"), lines[1].value("analysis"));
    EXPECT_EQ(lines[1].command, "sweep");
    EXPECT_EQ(lines[1].value("chop"), "max-gap,greedy");
    EXPECT_EQ(lines[1].value("text"), "p.txt");
    const auto alone = parsed(chopLabCommandText(*testing::sampleModel(), chopStrategies(), false,
                                                 textOf("c.txt"), {}, textOf("p.txt"), {}));
    ASSERT_EQ(alone.size(), 1U);
}

TEST(CommandLines, OfAnEvaluationAskTheSameQuestionsOfThePlan) {
    ChopRequest chop;
    chop.layers = {3, 4};
    EvaluateRequest request;
    request.tasks = {{"piqa", QStringLiteral("/q/my piqa.jsonl")}, {"arc", QStringLiteral("/q/arc.jsonl")}};
    request.limit = 50;
    request.planned.emplace();
    request.planned->text = textOf("p.txt");
    request.planned->windows = windowsOf(4, 32);
    const auto lines = parsed(evaluateCommandText(*testing::sampleModel(), withChop(emptyWishes(), chop),
                                                  allMethods(), textOf("c.txt"), windowsOf(8, 32), request));
    ASSERT_EQ(lines.size(), 3U);
    const Parsed& evaluate = lines[2];
    EXPECT_EQ(evaluate.command, "evaluate");
    EXPECT_EQ(evaluate.value("task"), "piqa:/q/my piqa.jsonl");
    EXPECT_EQ(evaluate.value("limit"), "50");
    EXPECT_EQ(evaluate.value("plan"), lines[1].value("output"));
    EXPECT_EQ(evaluate.value("text"), "p.txt");
    request.planned.reset();
    const auto alone = parsed(evaluateCommandText(*testing::sampleModel(), emptyWishes(), allMethods(),
                                                  textOf("c.txt"), {}, request));
    ASSERT_EQ(alone.size(), 1U) << "nothing is cut";
    EXPECT_EQ(alone[0].value("plan"), "(not there)");
    EXPECT_EQ(alone[0].value("text"), "(not there)");
}

TEST(CommandLines, OfABenchMeasureInTheSameWay) {
    ChopRequest chop;
    chop.layers = {3};
    const BenchOptions options{.promptTokens = 64, .newTokens = 8, .batches = {1, 4}, .repetitions = 3};
    const auto lines = parsed(benchCommandText(*testing::sampleModel(), withChop(emptyWishes(), chop),
                                               allMethods(), textOf("c.txt"), windowsOf(8, 32), options));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[2].command, "bench");
    EXPECT_EQ(lines[2].value("batch"), "1,4");
    EXPECT_EQ(lines[2].value("prompt-tokens"), "64");
    EXPECT_EQ(lines[2].value("new-tokens"), "8");
    EXPECT_EQ(lines[2].value("repetitions"), "3");
    EXPECT_EQ(lines[2].value("plan"), lines[1].value("output"));
}

}  // namespace
}  // namespace secateur
