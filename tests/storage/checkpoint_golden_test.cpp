// SPDX-License-Identifier: GPL-3.0-or-later
//
// The checkpoints that came with the project open, and their headers say what the goldens say.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "core/storage/checkpoint.h"
#include "tests/golden_families.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

const fs::path kDemo = fs::path(SECATEUR_SOURCE_DIR) / "resources/demo/sprout-12";

struct Family {
    const char* folder;
    std::int64_t parameters;  // elements of the tensors in model.safetensors
    std::int64_t decoderLinear;
    std::int64_t outputHead;
};

void expectCounts(const fs::path& folder, const Family& family) {
    const ModelSummary summary = Checkpoint::open(folder)->summary();
    EXPECT_EQ(summary.parameters, family.parameters);
    EXPECT_EQ(summary.decoderLinearParameters, family.decoderLinear);
    std::int64_t parts = 0;
    for (const PartSize& part : summary.parts) parts += part.parameters;
    EXPECT_EQ(parts, summary.parameters);
    EXPECT_EQ(summary.parts.back().parameters, family.outputHead);
    EXPECT_EQ(summary.bytes, summary.parameters * (summary.dtype == "float32" ? 4 : 2));
    EXPECT_EQ(summary.fingerprint.size(), std::string("sha256:").size() + 64);
    EXPECT_EQ(summary.name, folder.filename());
}

class GoldenFamily : public testing::TestWithParam<Family> {};

TEST_P(GoldenFamily, OpensWithItsCounts) {
    const ModelSummary summary =
        Checkpoint::open(fs::path(SECATEUR_GOLDEN_DIR) / GetParam().folder)->summary();
    expectCounts(fs::path(SECATEUR_GOLDEN_DIR) / GetParam().folder, GetParam());
    EXPECT_EQ(summary.dtype, "float32");
    EXPECT_FALSE(summary.hasTokenizer);
}

INSTANTIATE_TEST_SUITE_P(Checkpoint, GoldenFamily,
                         testing::Values(Family{"llama-mha", 477216, 414720, 320 * 96},
                                         Family{"llama3-gqa", 804480, 761856, 0},
                                         Family{"mistral-swa", 394080, 331776, 320 * 96},
                                         Family{"qwen2", 476832, 439040, 0},
                                         Family{"qwen3", 477536, 414720, 320 * 96}),
                         [](const auto& family) { return test::nameOfFamily(family.param.folder); });

TEST(Checkpoint, DemoOpensWithItsCounts) {
    expectCounts(kDemo, {"", 5165760, 4866048, 0});
    EXPECT_EQ(Checkpoint::open(kDemo)->summary().dtype, "bfloat16");
    EXPECT_TRUE(Checkpoint::open(kDemo)->summary().hasTokenizer);
}

}  // namespace
}  // namespace secateur
