// SPDX-License-Identifier: GPL-3.0-or-later
//
// The property that previews stand on: for any chain of steps, the preview's perplexity is that of the
// checkpoint that is applied. Forty random chains of one to four steps for each golden family.
#include <random>

#include "core/base/error.h"
#include "tests/golden_families.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using fixtures::Scratch;

constexpr int kChains = 40;

class Drawer {
public:
    Drawer(std::uint32_t seed, int layers) : random_(seed), layers_(layers) {}

    std::vector<std::string> chain() {
        std::vector<std::string> steps;
        for (int count = 1 + number(4); count > 0; --count) steps.push_back(step());
        return steps;
    }

private:
    int number(int below) { return static_cast<int>(random_() % static_cast<std::uint32_t>(below)); }
    std::string pick(std::initializer_list<const char*> words) {
        return words.begin()[number(static_cast<int>(words.size()))];
    }

    // Every layer goes at most once in a chain.
    std::string chop() {
        const int layer = number(layers_);
        if (layer == last_) return step();
        last_ = layer;
        switch (number(4)) {
            case 0:
                return "chop attention=" + std::to_string(layer);
            case 1:
                return "chop mlp=" + std::to_string(layer);
            default:
                return "chop layers=" + std::to_string(layer);
        }
    }

    std::string step() {
        switch (number(8)) {
            case 0:
            case 1:
                return chop();
            case 2:
                return "flap ratio=" + pick({"0.1", "0.25"}) +
                       " compensate=" + pick({"none", "bias", "refit"});
            case 3:
                return pick({"magnitude-sp", "minitron", "ppm", "2ssp", "llm-pruner", "obs"}) +
                       " ratio=0.2 compensate=" + pick({"none", "bias"});
            case 4:
                return pick({"magnitude", "wanda", "sparsegpt"}) + pick({" pattern=2:4", " sparsity=0.3"}) +
                       pick({"", " linears=q_proj,down_proj", " linears=o_proj"});
            case 5:
                return "rtn bits=4 group=0 symmetric=" + pick({"true", "false"});
            case 6:
                return pick({"gptq bits=4 group=0", "float-quant format=e4m3 group=0"});
            default:
                return pick({"svd", "svd-llm"}) + " keep=0.7";
        }
    }

    std::mt19937 random_;
    int layers_;
    int last_ = -1;
};

class RandomChains : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, RandomChains, test::goldenFamilies(), test::kNameOfFamily);

TEST_P(RandomChains, PreviewIsWhatIsApplied) {
    const Scratch scratch;
    const auto session = fixtures::open(fixtures::golden(GetParam()));
    const TokenWindows calibration = fixtures::tokens(*session, GetParam(), "calibration", 8);
    const TokenWindows evaluation = fixtures::tokens(*session, GetParam(), "evaluation", 4);
    JobContext context;
    Drawer drawer(20261129, session->summary().config.layerCount());
    int compared = 0, refused = 0;
    while (compared < kChains) {
        ASSERT_LT(refused, 4 * kChains);
        const std::vector<std::string> steps = drawer.chain();
        std::string text;
        for (const std::string& step : steps) text += step + "; ";
        const PlanRequest request = fixtures::stepsRequest(steps);
        SCOPED_TRACE(text);
        const std::filesystem::path folder = scratch / std::to_string(compared);
        try {
            const Plan plan = session->plan(nullptr, &calibration, request, context).plan;
            const PreviewReport preview = session->preview(
                plan, nullptr, evaluation, {.perToken = false, .calibration = &calibration}, context);
            static_cast<void>(session->apply(plan, nullptr, &calibration, folder, {}, context));
            const auto applied = fixtures::open(folder);
            const double written =
                applied->perplexity(fixtures::tokens(*applied, GetParam(), "evaluation", 4), context)
                    .perplexity;
            ASSERT_NEAR(written / preview.planPerplexity, 1.0, 1e-4);
            EXPECT_EQ(preview.accounting.parametersAfter, plan.accounting->parametersAfter);
            ++compared;
        } catch (const Error& error) {
            // A layer that an earlier step chopped, or a pattern that no longer divides a width.
            ASSERT_EQ(error.code(), ErrorCode::InvalidArgument) << error.message();
            ++refused;
        }
        std::filesystem::remove_all(folder);
    }
}

}  // namespace
}  // namespace secateur
