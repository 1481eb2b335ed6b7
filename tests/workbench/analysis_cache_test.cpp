// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/analysis_cache.h"

#include <QTemporaryDir>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/widgets/sample_network.h"

namespace secateur {
namespace {

class AnalysisCacheTest : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path folder() const {
        return std::filesystem::path(folder_.path().toStdString()) / "analyses";
    }
    QTemporaryDir folder_;
};

TEST_F(AnalysisCacheTest, GivesBackWhatWasKeptToAnotherProcess) {
    const auto analysis = testing::sampleAnalysis(true);
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
    cache.keep("a", *testing::sampleAnalysis());
    std::ofstream(folder() / "a.h5", std::ios::trunc) << "no HDF5";
    EXPECT_EQ(cache.find("a"), nullptr);
    EXPECT_FALSE(std::filesystem::exists(folder() / "a.h5"));
}

TEST_F(AnalysisCacheTest, WhatWasUsedLongestAgoGoesFirst) {
    AnalysisCache(folder()).keep("a", *testing::sampleAnalysis());
    const auto bytes = std::filesystem::file_size(folder() / "a.h5");
    const AnalysisCache cache(folder(), 2 * bytes + bytes / 2);
    const auto age = [&](const char* file, int seconds) {
        std::filesystem::last_write_time(
            folder() / file, std::filesystem::file_time_type::clock::now() - std::chrono::seconds(seconds));
    };
    cache.keep("b", *testing::sampleAnalysis());
    age("a.h5", 100);
    age("b.h5", 50);
    ASSERT_NE(cache.find("a"), nullptr);  // used now
    cache.keep("c", *testing::sampleAnalysis());
    EXPECT_NE(cache.find("a"), nullptr);
    EXPECT_EQ(cache.find("b"), nullptr);
    EXPECT_NE(cache.find("c"), nullptr);
}

}  // namespace
}  // namespace secateur
