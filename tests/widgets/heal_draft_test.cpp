// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/heal_draft.h"

#include <gtest/gtest.h>

namespace secateur {
namespace {

TEST(HealDraft, BudgetsBecomeStepsOrMinutes) {
    HealDraft draft;
    draft.options.batchWindows = 4;
    draft.text.seqLen = 32;
    draft.budget = 50.0;
    EXPECT_EQ(stepsOf(draft), 50);
    draft.unit = HealDraft::Budget::Tokens;
    draft.budget = 1000.0;  // 7.8 steps of 128 tokens
    EXPECT_EQ(stepsOf(draft), 8);
    draft.unit = HealDraft::Budget::Minutes;
    draft.budget = 2.5;
    const RunRequest request = runRequest(draft, QStringLiteral("/sample.txt"), {});
    EXPECT_EQ(request.options.steps, 0);
    EXPECT_DOUBLE_EQ(request.options.minutes, 2.5);
}

TEST(HealDraft, TheSampleStandsForTextsThatAreNotChosen) {
    HealDraft draft;
    draft.text.seqLen = 64;
    RunRequest request = runRequest(draft, QStringLiteral("/sample.txt"), QStringLiteral("/dense"));
    EXPECT_EQ(request.text.textFile, "/sample.txt");
    EXPECT_EQ(request.evalText.textFile, "/sample.txt");
    EXPECT_EQ(request.evalWindows.samples, 32);
    EXPECT_EQ(request.evalWindows.seqLen, 64);  // as long as those learned from
    EXPECT_EQ(request.teacher, "/dense");
    draft.heldOut.file = QStringLiteral("/held.safetensors:ids");
    draft.teacher = QStringLiteral("/other");
    request = runRequest(draft, QStringLiteral("/sample.txt"), QStringLiteral("/dense"));
    EXPECT_EQ(request.evalText.tokensFile, "/held.safetensors");
    EXPECT_EQ(request.evalText.tokensName, "ids");
    EXPECT_EQ(request.teacher, "/other");
}

TEST(HealDraft, FolderNamesSayWhatWasDone) {
    Plan plan;
    EXPECT_EQ(planInFileName(plan), QStringLiteral("whole"));
    ChopStep chop;
    chop.layers = {1, 4};
    chop.mlp = {2};
    WidthStep width;
    width.method = "flap";
    width.ratio = 0.2;
    plan.steps = {chop, width};
    EXPECT_EQ(runStem(QStringLiteral("my model"), planInFileName(plan), HealMethod::Lora),
              QStringLiteral("my_model-chop2-parts1-flap20-lora"));
}

TEST(HealDraft, AThirdIsChoppedWhereNothingIsRemoved) {
    EXPECT_EQ(layersToChop(12), 4);
    EXPECT_EQ(layersToChop(2), 1);
    EXPECT_EQ(layersToChop(1), 0);
}

}  // namespace
}  // namespace secateur
