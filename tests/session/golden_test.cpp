// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every number of every golden case, through the session, as a user's selftest runs them.
#include <gtest/gtest.h>

#include "core/session/selftest.h"

namespace secateur {
namespace {

std::vector<SelftestCase> allCases() {
    const std::filesystem::path source = SECATEUR_SOURCE_DIR;
    auto cases = selftestCases(SECATEUR_GOLDEN_DIR, source / "resources/demo");
    const std::filesystem::path shared = std::filesystem::path(SECATEUR_SHARED_DIR) / "models";
    for (const char* name : {"stories260K", "babyllama-char-940k"})
        if (std::filesystem::exists(shared / name / "golden" / "expected.json"))
            cases.push_back({std::string("shared-") + name, shared / name, shared / name / "golden"});
    return cases;
}

class Golden : public testing::TestWithParam<SelftestCase> {};

TEST_P(Golden, EveryRowIsWithinItsTolerance) {
    JobContext context;
    const std::vector<SelftestRow> rows = runSelftest(GetParam(), "cpu", context);
    // Dense, statistics, layers, at least 12 FLAP rows of 4 numbers, both structured methods, chops, bf16.
    EXPECT_GE(rows.size(), 2U + 6U + 6U + 48U + 4U + 1U + 1U);
    for (const SelftestRow& row : rows)
        EXPECT_TRUE(row.passed) << row.testCase << ": " << row.quantity << ": deviation " << row.deviation
                                << ", tolerance " << row.tolerance;
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(allCases()), [](const auto& info) {
    std::string name = info.param.name;
    for (char& letter : name)
        if (!std::isalnum(static_cast<unsigned char>(letter))) letter = '_';
    return name;
});

}  // namespace
}  // namespace secateur
