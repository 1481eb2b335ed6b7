// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/analysis_cache.h"

#include <chrono>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/session/fixtures.h"

namespace secateur {
namespace {

class AnalysisCacheTest : public testing::Test {
protected:
    AnalysisCacheTest() : session_(fixtures::open(fixtures::golden("llama3-gqa"))) {}

    [[nodiscard]] std::filesystem::path folder() const { return scratch_ / "analyses"; }
    [[nodiscard]] TokenWindows windows(int samples = 4) const {
        return fixtures::tokens(*session_, "llama3-gqa", "calibration", samples);
    }
    [[nodiscard]] std::shared_ptr<const Analysis> measured(bool leaveOneOut = false) {
        return session_->measure(windows(), {.leaveOneOut = leaveOneOut}, context_);
    }

    fixtures::Scratch scratch_;
    JobContext context_;
    std::shared_ptr<Session> session_;
};

TEST_F(AnalysisCacheTest, IsKeyedByAllThatAnAnalysisDependsOn) {
    const auto key = [&](const TokenWindows& windows, const MeasureOptions& options) {
        return AnalysisCache::key(*session_, windows, options);
    };
    const std::string usual = key(windows(), {});
    EXPECT_EQ(key(windows(), {}), usual);
    EXPECT_NE(key(windows(5), {}), usual);
    EXPECT_NE(key(windows(), {.leaveOneOut = true}), usual);
    EXPECT_NE(key(windows(), {.statistics = Statistics::Reference}), usual);
    EXPECT_NE(key(windows(), {.plan = Plan{}}), usual);
    TokenWindows renamed = windows();
    renamed.source = "other.txt";
    EXPECT_NE(key(renamed, {}), usual);
    const auto other = fixtures::open(fixtures::golden("qwen2"));
    EXPECT_NE(AnalysisCache::key(*other, windows(), {}), usual);
}

TEST_F(AnalysisCacheTest, GivesBackWhatWasKeptToAnotherProcess) {
    const auto analysis = measured(true);
    AnalysisCache(folder()).keep("a", *analysis);
    const auto found = AnalysisCache(folder()).find("a");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->modelFingerprint, analysis->modelFingerprint);
    EXPECT_EQ(found->residual.cosine, analysis->residual.cosine);
    ASSERT_TRUE(found->leaveOneOut);
    EXPECT_EQ(found->leaveOneOut->layer, analysis->leaveOneOut->layer);
    EXPECT_EQ(AnalysisCache(folder()).find("b"), nullptr);
}

TEST_F(AnalysisCacheTest, WhatCannotBeReadIsMeasuredAgain) {
    const AnalysisCache cache(folder());
    cache.keep("a", *measured());
    std::ofstream(folder() / "a.h5", std::ios::trunc) << "no HDF5";
    EXPECT_EQ(cache.find("a"), nullptr);
    EXPECT_FALSE(std::filesystem::exists(folder() / "a.h5"));
}

TEST_F(AnalysisCacheTest, ListsWhatEachWasMeasuredOnOnce) {
    const AnalysisCache cache(folder());
    EXPECT_TRUE(cache.list(9).empty());
    const auto age = [&](const char* file, int seconds) {
        std::filesystem::last_write_time(
            folder() / file, std::filesystem::file_time_type::clock::now() - std::chrono::seconds(seconds));
    };
    cache.keep("a", *measured());
    age("a.h5", 100);
    const auto three = session_->measure(windows(3), {}, context_);
    cache.keep("b", *three);
    age("b.h5", 50);
    cache.keep("c", *measured(true));
    std::ofstream(folder() / "d.h5") << "no HDF5";
    const auto entries = cache.list(9);
    ASSERT_EQ(entries.size(), 2U) << "the same with leaving layers out is one";
    EXPECT_EQ(entries[0].file, folder() / "c.h5");
    EXPECT_EQ(entries[1].file, folder() / "b.h5");
    EXPECT_EQ(entries[1].facts.calibration.samples, 3);
    EXPECT_EQ(entries[1].facts.modelFingerprint, three->modelFingerprint);
    EXPECT_TRUE(entries[1].facts.layers.empty()) << "no values are read";
    EXPECT_EQ(cache.list(1).size(), 1U);
}

TEST_F(AnalysisCacheTest, WhatWasUsedLongestAgoGoesFirst) {
    AnalysisCache(folder()).keep("a", *measured());
    const auto bytes = std::filesystem::file_size(folder() / "a.h5");
    const AnalysisCache cache(folder(), 2 * bytes + bytes / 2);
    const auto age = [&](const char* file, int seconds) {
        std::filesystem::last_write_time(
            folder() / file, std::filesystem::file_time_type::clock::now() - std::chrono::seconds(seconds));
    };
    cache.keep("b", *measured());
    age("a.h5", 100);
    age("b.h5", 50);
    ASSERT_NE(cache.find("a"), nullptr);  // used now
    cache.keep("c", *measured());
    EXPECT_NE(cache.find("a"), nullptr);
    EXPECT_EQ(cache.find("b"), nullptr);
    EXPECT_NE(cache.find("c"), nullptr);
}

}  // namespace
}  // namespace secateur
