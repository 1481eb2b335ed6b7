// SPDX-License-Identifier: GPL-3.0-or-later
//
// A method that a program registers is listed, planned, previewed and applied like those of the house.
#include "tests/compress/own_method.h"

#include <cstring>

#include <gmock/gmock.h>

#include "core/storage/checkpoint.h"
#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

namespace {

using ::testing::HasSubstr;

constexpr const char* kSmall = "llama-mha";

std::string planFile(const ScratchFolder& folder, const std::string& step) {
    const std::string file = folder / "plan.json";
    const Outcome run = secateur({"plan", modelFolder(kSmall), "--step", step, "-o", file, "--force"});
    EXPECT_EQ(run.exitCode, 0) << run.err;
    return file;
}

// The inputs [in] that no output of a linear uses.
std::vector<std::int64_t> unusedInputs(const Checkpoint& checkpoint, int layer, const char* module) {
    const TensorView& view = checkpoint.tensor(weightName(layer, module));
    std::vector<float> weight(static_cast<std::size_t>(view.shape[0] * view.shape[1]));
    std::memcpy(weight.data(), view.bytes.data(), view.bytes.size());
    std::vector<std::int64_t> unused;
    for (std::int64_t input = 0; input < view.shape[1]; ++input) {
        bool zero = true;
        for (std::int64_t output = 0; output < view.shape[0]; ++output)
            zero = zero && weight[static_cast<std::size_t>(output * view.shape[1] + input)] == 0.0F;
        if (zero) unused.push_back(input);
    }
    return unused;
}

class OwnMethod : public ::testing::Test {
protected:
    static void SetUpTestSuite() { secateur::testing::registerOwnMethod(); }
};

TEST_F(OwnMethod, IsListedWithItsOptions) {
    nlohmann::json found;
    const auto list = secateurJson({"methods"});
    for (const auto& method : list.at("methods"))
        if (method.at("name") == "edges") found = method;
    ASSERT_TRUE(found.is_object());
    EXPECT_EQ(found.at("kind"), "sparsify");
    EXPECT_EQ(found.at("needs"), "weights");
    ASSERT_EQ(found.at("options").size(), 2U);
    EXPECT_EQ(found.at("options")[0].at("name"), "sparsity");
    EXPECT_EQ(found.at("options")[1].at("choices"), nlohmann::json({"first", "last"}));
    EXPECT_THAT(secateur({"methods"}).out, HasSubstr("edges: Cuts off the first or the last inputs"));
    EXPECT_THAT(secateur({"plan", "--help"}).out, HasSubstr("edges "));
}

TEST_F(OwnMethod, IsAStepOfThePlansJson) {
    const ScratchFolder folder;
    const auto plan = nlohmann::json::parse(
        readText(planFile(folder, "edges side=first sparsity=0.25 layers=1-2 linears=q_proj,down_proj")));
    const auto& step = plan.at("steps").at(0);
    EXPECT_EQ(step.at("step"), "sparsify");
    EXPECT_EQ(step.at("method"), "edges");
    EXPECT_EQ(step.at("side"), "first");
    EXPECT_EQ(step.at("sparsity"), 0.25);
    EXPECT_EQ(step.at("layers"), nlohmann::json({1, 2}));
    EXPECT_EQ(step.at("linears"), nlohmann::json({"q_proj", "down_proj"}));
    const Outcome refused = secateur({"plan", modelFolder(kSmall), "--step", "edges corner=1"});
    EXPECT_EQ(refused.exitCode, 3);
    EXPECT_THAT(refused.err, HasSubstr("'corner' is not an option"));
    EXPECT_THAT(refused.err, HasSubstr("known are sparsity, side, layers, linears"));
}

TEST_F(OwnMethod, IsPreviewedAndApplied) {
    const ScratchFolder folder;
    const std::string plan = planFile(folder, "edges side=first sparsity=0.25 layers=1");
    const auto preview =
        secateurJson(std::vector<std::string>{"preview", modelFolder(kSmall), "--plan", plan} +
                     windows("evaluation", kSmall));
    const double planned = preview.at("plan_perplexity");
    EXPECT_GT(std::abs(planned / preview.at("dense_perplexity").get<double>() - 1.0), 1e-4);
    const std::string out = folder / "smaller";
    (void)secateurJson({"apply", modelFolder(kSmall), "--plan", plan, "-o", out});
    const auto applied = secateurJson(std::vector<std::string>{"ppl", out} + windows("evaluation", kSmall));
    EXPECT_NEAR(applied.at("perplexity").get<double>() / planned, 1.0, 1e-5);
    const auto checkpoint = Checkpoint::open(out);
    for (const char* module : {"self_attn.q_proj", "mlp.down_proj"}) {
        const std::int64_t inputs = checkpoint->tensor(weightName(1, module)).shape[1];
        const auto unused = unusedInputs(*checkpoint, 1, module);
        ASSERT_EQ(unused.size(), static_cast<std::size_t>(inputs / 4)) << module;
        EXPECT_EQ(unused.back(), inputs / 4 - 1) << module;
        EXPECT_TRUE(unusedInputs(*checkpoint, 0, module).empty()) << module;
    }
}

// The program as it is shipped does not know it.
TEST_F(OwnMethod, IsUnknownElsewhere) {
    const ScratchFolder folder;
    const std::string plan = planFile(folder, "edges");
    const Outcome preview =
        secateur(std::vector<std::string>{"preview", modelFolder(kSmall), "--plan", plan} +
                     windows("evaluation", kSmall),
                 {.program = SECATEUR_SHIPPED_PROGRAM});
    EXPECT_EQ(preview.exitCode, 3);
    EXPECT_THAT(preview.err, HasSubstr("unknown method 'edges'"));
}

}  // namespace

}  // namespace secateur::test
