// SPDX-License-Identifier: GPL-3.0-or-later
//
// Structured OBS from a covariance to a checkpoint.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/golden_families.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using testing::HasSubstr;

class StructuredObs : public testing::TestWithParam<const char*>, protected fixtures::SteppedSession {
protected:
    StructuredObs() : SteppedSession(GetParam()) {}
    WidthStep stepOf(const std::string& step) { return std::get<WidthStep>(planned({step}).steps.back()); }
};
INSTANTIATE_TEST_SUITE_P(Families, StructuredObs, test::goldenFamilies(), test::kNameOfFamily);

TEST_P(StructuredObs, IsWrittenAsItIsPreviewed) {
    const Plan plan = planned({"chop layers=1", "obs ratio=0.3"});
    EXPECT_TRUE(std::get<WidthStep>(plan.steps.back()).refit);
    EXPECT_TRUE(plan.calibration.has_value());
    EXPECT_NEAR(applied(plan, scratch_ / "out") / previewed(plan), 1.0, 1e-5);
}

// All layers end with the same widths, so that stock classes load them.
TEST_P(StructuredObs, NarrowsLayersAlike) {
    const WidthStep step = stepOf("obs ratio=0.5 round-to=8");
    ASSERT_EQ(step.keep.size(), static_cast<std::size_t>(session_->summary().config.layerCount()));
    for (const LayerKeep& layer : step.keep) {
        EXPECT_EQ(countKept(*layer.channels), countKept(*step.keep.front().channels));
        EXPECT_EQ(countKept(*layer.channels) % 8, 0);
        EXPECT_EQ(layer.kvGroups.has_value(), step.keep.front().kvGroups.has_value());
    }
}

TEST_P(StructuredObs, LeavesMoreThanTheSameWidthsByMagnitude) {
    const double surgery = previewed(planned({"obs ratio=0.4"}));
    EXPECT_LT(surgery, previewed(planned({"magnitude-sp ratio=0.4"})));
}

TEST_P(StructuredObs, ProtectedLayersStay) {
    const WidthStep step = stepOf("obs ratio=0.3 protect=0");
    for (const LayerKeep& layer : step.keep) EXPECT_NE(layer.layer, 0);
    EXPECT_FALSE(step.keep.empty());
}

TEST_P(StructuredObs, OptionsChangeWhatStays) {
    const auto rounds = stepOf("obs ratio=0.5").keep;
    EXPECT_NE(stepOf("obs ratio=0.5 rounds=1").keep, rounds);
    EXPECT_NE(stepOf("obs ratio=0.5 order=tyr").keep, rounds);
    EXPECT_EQ(stepOf("obs ratio=0.5 rounds=16").keep, rounds) << "the same again";
}

TEST_P(StructuredObs, NeedsTextOfTwoWindows) {
    try {
        static_cast<void>(planned({"obs ratio=0.2"}, nullptr));
        FAIL() << "planned without text";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("obs prunes as it goes and needs calibration text"));
    }
    const TokenWindows one = fixtures::tokens(*session_, family_, "calibration", 1);
    EXPECT_THROW(static_cast<void>(planned({"obs ratio=0.2"}, &one)), Error);
}

}  // namespace
}  // namespace secateur
