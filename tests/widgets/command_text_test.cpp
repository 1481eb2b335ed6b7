// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/command_text.h"

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"

namespace secateur {
namespace {

TEST(ShellQuoted, LeavesPlainWordsAndQuotesOthers) {
    EXPECT_EQ(shellQuoted(QStringLiteral("/a/b-c_1.txt")), QStringLiteral("/a/b-c_1.txt"));
    EXPECT_EQ(shellQuoted(QStringLiteral("my model")), QStringLiteral("'my model'"));
    EXPECT_EQ(shellQuoted(QStringLiteral("it's")), QStringLiteral("'it'\\''s'"));
}

TEST(CommandText, RepeatsThePlan) {
    ChopRequest chop;
    chop.layers = {3, 4};
    WidthRequest width;
    width.ratio = 0.2;
    width.protect = {0};
    const PlanWishes wishes = withChop(withWidth(emptyWishes(), width), chop);
    TextSource text;
    text.textFile = "leaves.txt";
    WindowOptions windows;
    windows.samples = 8;
    windows.seqLen = 32;
    const QString lines =
        commandText(*testing::sampleModel(), wishes, testing::registry(), text, windows, text, windows);
    EXPECT_EQ(
        lines,
        QStringLiteral(
            "secateur measure /nowhere/twig-6 --text leaves.txt --samples 8 --seq-len 32 -o analysis.h5\n"
            "secateur plan /nowhere/twig-6 --analysis analysis.h5 --chop 3,4 --method flap "
            "--ratio 0.2 --protect 0 -o plan.json\n"
            "secateur preview /nowhere/twig-6 --plan plan.json --analysis analysis.h5 --text leaves.txt "
            "--samples 8 --seq-len 32\n"
            "secateur apply /nowhere/twig-6 --plan plan.json --analysis analysis.h5 -o twig-6-pruned\n"));
}

TEST(CommandText, AnyListOfStepsIsRepeatedStepByStep) {
    WidthRequest width;
    width.ratio = 0.2;
    width.structure = "UL-UM";
    PlanWishes wishes = withWidth({}, width);
    RecipeStep twigs{"sparsify", "twigs", {}, {1, 2}, {}};
    twigs.options.set("pattern", std::string("2:4"));
    wishes.steps.push_back({twigs});
    TextSource text;
    text.textFile = "leaves.txt";
    const QString lines =
        commandText(*testing::sampleModel(), wishes, testing::registry(), text, {}, text, {});
    EXPECT_TRUE(
        lines.contains(QStringLiteral("secateur plan /nowhere/twig-6 --text leaves.txt --seq-len 128 --step "
                                      "'flap structure=UL-UM ratio=0.2' "
                                      "--step 'twigs pattern=2:4 layers=1,2' -o plan.json\n")))
        << lines.toStdString();
    wishes.steps.front().on = false;
    EXPECT_FALSE(commandText(*testing::sampleModel(), wishes, testing::registry(), text, {}, text, {})
                     .contains(QStringLiteral("flap")));
}

TEST(CommandText, LoadedPlanIsRepeatedFromItsFile) {
    Plan plan;
    plan.steps.emplace_back(WidthStep{});
    const PlanWishes wishes = wishesOf(plan);
    TextSource text;
    text.textFile = "leaves.txt";
    const QString lines =
        commandText(*testing::sampleModel(), wishes, testing::registry(), text, {}, text, {});
    EXPECT_FALSE(lines.contains(QStringLiteral("secateur plan ")));
    EXPECT_TRUE(lines.contains(QStringLiteral("--plan plan.json")));
}

}  // namespace
}  // namespace secateur
