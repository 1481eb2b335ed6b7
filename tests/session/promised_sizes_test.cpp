// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sizes promised are sizes written: for plans of every kind and every format, the weight files that a plan
// promises have the bytes of those that apply writes.
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/planning/written_form.h"
#include "tests/golden_families.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using fixtures::Scratch;

using StepTexts = std::vector<std::string>;

const std::vector<StepTexts> kPlans{
    {},
    {"chop layers=1"},
    {"chop attention=1 mlp=2"},
    {"flap ratio=0.3 structure=UL-UM compensate=bias"},
    {"flap ratio=0.3 structure=UL-UM compensate=none"},
    {"flap ratio=0.3 structure=UL-UM compensate=refit"},
    {"flap ratio=0.2 structure=UL-MM compensate=bias"},
    {"flap ratio=0.2 structure=AL-MM compensate=bias"},
    {"flap ratio=0.2 structure=AL-AM compensate=bias"},
    {"flap ratio=0.2 structure=AL-AM compensate=refit"},
    {"chop layers=0", "flap ratio=0.4 structure=UL-UM compensate=bias round-to=8"},
    {"magnitude-sp ratio=0.2 compensate=none"},
    {"minitron ratio=0.2"},
    {"2ssp ratio=0.4"},
    {"2ssp ratio=0.5 compensate=bias"},
    {"ppm ratio=0.2 compensate=bias", "minitron ratio=0.1"},
    {"wanda sparsity=0.5"},
    {"rtn bits=4 group=0"},
    {"float-quant format=e4m3 group=0"},
    {"svd keep=0.5"},
    {"svd keep=0.5 linears=q_proj,down_proj", "rtn bits=8 group=0"},
    {"flap ratio=0.2 structure=AL-AM compensate=bias", "svd keep=0.6 linears=up_proj", "chop layers=2"},
};

std::int64_t weightBytesIn(const std::filesystem::path& folder) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().filename().string().starts_with("model") &&
            entry.path().extension() == ".safetensors")
            bytes += entry.file_size();
    return static_cast<std::int64_t>(bytes);
}

class PromisedSizes : public testing::TestWithParam<const char*> {
protected:
    Plan planned(const StepTexts& steps) {
        return session_->plan(nullptr, &calibration_, fixtures::stepsRequest(steps), context_).plan;
    }

    JobContext context_;
    Scratch scratch_;
    std::shared_ptr<Session> session_ = fixtures::open(fixtures::golden(GetParam()));
    TokenWindows calibration_ = fixtures::tokens(*session_, GetParam(), "calibration", 8);
};

INSTANTIATE_TEST_SUITE_P(Golden, PromisedSizes, test::goldenFamilies(), test::kNameOfFamily);

TEST_P(PromisedSizes, AreThoseOfTheFilesThatAreWritten) {
    const ModelSummary& model = session_->summary();
    EXPECT_EQ(model.fileBytes, weightBytesIn(model.path));
    int compared = 0;
    for (const StepTexts& steps : kPlans) {
        SCOPED_TRACE(testing::PrintToString(steps));
        const Plan plan = planned(steps);
        ASSERT_TRUE(plan.accounting->files.has_value());
        EXPECT_EQ(plan.accounting->files->bytesBefore, model.fileBytes);
        for (const std::string& format : writtenFormats()) {
            SCOPED_TRACE(format);
            const auto promised = weightFiles(model, stateAfter(model.config, plan), format);
            const std::filesystem::path folder = scratch_ / std::to_string(compared);
            ApplyReport report;
            try {
                report = session_->apply(plan, nullptr, &calibration_, folder,
                                         {.format = format, .overwrite = false, .outDtype = {}}, context_);
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::Unsupported) << error.message();
                EXPECT_FALSE(promised.has_value());
                continue;
            }
            ASSERT_TRUE(promised.has_value());
            EXPECT_EQ(promised->bytesAfter, weightBytesIn(folder));
            EXPECT_EQ(promised->stock, report.stock);
            EXPECT_EQ(report.accounting.files, promised);
            EXPECT_EQ(promised->tensorsAfter, fixtures::open(folder)->summary().bytes);
            if (format == "hf") {
                EXPECT_EQ(plan.accounting->files, promised);
            }
            std::filesystem::remove_all(folder);
            ++compared;
        }
    }
    EXPECT_GE(compared, 24);
}

// Row 31: zero biases of gate and up, which stock classes need, take bytes too.
TEST(PromisedBytes, CountTheZeroBiasesOfAStockExport) {
    const Scratch scratch;
    JobContext context;
    const auto session = fixtures::open(fixtures::golden("llama-mha"));
    const TokenWindows calibration = fixtures::tokens(*session, "llama-mha", "calibration", 8);
    PlanRequest request;
    WidthRequest width;
    width.ratio = 0.3;
    width.structure = "UL-UM";
    request.steps.emplace_back(width);
    const Plan plan = session->plan(nullptr, &calibration, request, context).plan;
    static_cast<void>(session->apply(plan, nullptr, &calibration, scratch / "out", {}, context));
    const ModelSummary opened = fixtures::open(scratch / "out")->summary();
    EXPECT_EQ(plan.accounting->bytesAfter, opened.bytes);
    EXPECT_GT(opened.parameters, plan.accounting->parametersAfter);
}

}  // namespace
}  // namespace secateur
