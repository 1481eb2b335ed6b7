// SPDX-License-Identifier: GPL-3.0-or-later
//
// Totals of well-known models (algorithms.md 9.1, 9.3, 9.4).
#include <gtest/gtest.h>

#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

struct Known {
    const char* name;
    test::Shape shape;
    std::int64_t attention;
    std::int64_t mlp;
    std::int64_t total;
    std::int64_t macs;     // 0: not listed
    std::int64_t kvCache;  // bytes a token at 16 bits; 0: not listed
};

const Known kModels[]{
    {"llama7b",
     {32, 4096, 32, 32, 128, 11008, 32000, false},
     67108864,
     135266304,
     6738415616,
     6607077376,
     524288},
    {"llama13b", {40, 5120, 40, 40, 128, 13824, 32000, false}, 104857600, 212336640, 13015864320, 0, 819200},
    {"llama2_70b", {80, 8192, 64, 8, 128, 28672, 32000, false}, 150994944, 704643072, 68976648192, 0, 327680},
    {"llama3_8b",
     {32, 4096, 32, 8, 128, 14336, 128256, false},
     41943040,
     176160768,
     8030261248,
     7504658432,
     131072},
    {"llama32_1b", {16, 2048, 32, 8, 64, 8192, 128256, true}, 10485760, 50331648, 1235814400, 0, 0},
    {"tinyllama", {22, 2048, 32, 4, 64, 5632, 32000, false}, 9437184, 34603008, 1100048384, 0, 0},
};

class KnownModels : public testing::TestWithParam<Known> {};

TEST_P(KnownModels, Totals) {
    const Known& known = GetParam();
    const NetworkConfig config = test::network(known.shape);
    EXPECT_EQ(attentionParameters(config, config.layers[0]), known.attention);
    EXPECT_EQ(mlpParameters(config, config.layers[0]), known.mlp);
    EXPECT_EQ(totalParameters(config), known.total);
    const Accounting accounting = account(test::summary(config, "float16"), config);
    EXPECT_EQ(accounting.parametersBefore, known.total);
    EXPECT_EQ(accounting.parametersAfter, known.total);
    EXPECT_EQ(accounting.bytesAfter, 2 * known.total);
    EXPECT_EQ(accounting.compressionRatio, 1.0);
    EXPECT_EQ(accounting.removedFraction, 0.0);
    if (known.macs != 0) {
        EXPECT_EQ(accounting.macsPerTokenBefore, known.macs);
    }
    if (known.kvCache != 0) {
        EXPECT_EQ(accounting.kvCacheBytesPerTokenBefore, known.kvCache);
    }
}

INSTANTIATE_TEST_SUITE_P(Accounting, KnownModels, testing::ValuesIn(kModels),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Accounting, LlmPrunerTotals) {
    // Layers 4..29 lose a quarter of their width (algorithms.md 3.3).
    NetworkConfig config = test::network(kModels[0].shape);
    for (int layer = 4; layer < 30; ++layer) {
        config.layers[layer].heads = config.layers[layer].kvHeads = 24;
        config.layers[layer].intermediateSize = 11008 - 2752;
    }
    EXPECT_EQ(totalParameters(config), 5422977024);
    NetworkConfig gqa = test::network(kModels[3].shape);
    for (int layer = 4; layer < 30; ++layer) {
        gqa.layers[layer].heads = 24;
        gqa.layers[layer].kvHeads = 6;
        gqa.layers[layer].intermediateSize = 14336 - 3584;
    }
    EXPECT_EQ(totalParameters(gqa), 6612586496);
}

TEST(Accounting, CountsBiasesAndChoppedLayers) {
    const NetworkConfig before = test::network({4});
    NetworkConfig after = before;
    after.layers.erase(after.layers.begin() + 1);
    after.layers[0].kvHeads = 1;
    after.layers[0].heads = 2;
    after.layers[0].oBias = true;
    const Accounting accounting = account(test::summary(before), after);
    const std::int64_t layer =
        attentionParameters(before, before.layers[0]) + mlpParameters(before, before.layers[0]);
    const std::int64_t group = kvGroupParameters(before, 2);
    EXPECT_EQ(accounting.parametersBefore - accounting.parametersAfter, layer + 2 * 32 + group - 32);
    EXPECT_EQ(accounting.bytesBefore - accounting.bytesAfter, 4 * (layer + 2 * 32 + group - 32));
    EXPECT_DOUBLE_EQ(accounting.removedFraction,
                     static_cast<double>(layer + group) / static_cast<double>(4 * layer));
    EXPECT_EQ(accounting.macsPerTokenBefore - accounting.macsPerTokenAfter, layer + group);
    EXPECT_EQ(accounting.kvCacheBytesPerTokenAfter, 2 * 4 * 8 * 5);
    EXPECT_DOUBLE_EQ(accounting.compressionRatio, static_cast<double>(accounting.bytesBefore) /
                                                      static_cast<double>(accounting.bytesAfter));
}

// What becomes of the two factors of a linear in later steps.
class LowRankAccounting : public testing::Test {
protected:
    NetworkState after(const std::vector<PlanStep>& steps) const {
        NetworkState state = stateOf(model_.config);
        for (const PlanStep& step : steps) state = carryOut(step, state, "plan").after;
        return state;
    }
    static RecipeStep recipe(const char* kind, const char* option, OptionValue value) {
        RecipeStep step;
        step.kind = kind;
        step.options.set(option, value);
        return step;
    }
    Accounting accountAfter(const std::vector<PlanStep>& steps) const {
        return account(model_, after(steps));
    }

    ModelSummary model_ = test::summary(test::network({4}));
    RecipeStep halved_ = recipe("factorize", "keep", 0.5);
};

TEST_F(LowRankAccounting, FactorsAreStoredAndMultiplied) {
    std::int64_t saved = 0;
    for (const LayerConfig& layer : model_.config.layers)
        for (const LinearName linear : kAllLinears) {
            const LinearShape shape = shapeOf(model_.config, layer, linear);
            saved += shape.out * shape.in -
                     shape.out * shape.in / (2 * (shape.out + shape.in)) * (shape.out + shape.in);
        }
    const Accounting accounting = accountAfter({halved_});
    EXPECT_EQ(accounting.parametersBefore - accounting.parametersAfter, saved);
    EXPECT_EQ(accounting.bytesBefore - accounting.bytesAfter, 4 * saved);
    EXPECT_EQ(accounting.macsPerTokenBefore - accounting.macsPerTokenAfter, saved);
    EXPECT_EQ(accounting.kvCacheBytesPerTokenAfter, accounting.kvCacheBytesPerTokenBefore);
}

TEST_F(LowRankAccounting, TheSameNetworkCountsTheSameWhenItIsOpened) {
    const Accounting promised = accountAfter({halved_});
    const NetworkConfig written = after({halved_}).config;
    EXPECT_TRUE(written.lowRank());
    EXPECT_EQ(totalParameters(written), promised.parametersAfter);
    const ModelSummary opened = test::summary(written);
    EXPECT_EQ(account(opened, stateOf(written)).macsPerTokenAfter, promised.macsPerTokenAfter);
    EXPECT_EQ(stateOf(written).layers.front().forms, after({halved_}).layers.front().forms);
}

TEST_F(LowRankAccounting, ZerosMakeOneMatrix) {
    const NetworkState state = after({halved_, recipe("sparsify", "sparsity", 0.25)});
    EXPECT_FALSE(state.config.lowRank());
    EXPECT_EQ(account(model_, state).parametersAfter, model_.parameters);
}

TEST_F(LowRankAccounting, RoundedFactorsCountTheirCodesAndScales) {
    RecipeStep rounded = recipe("quantize", "bits", std::int64_t{4});
    rounded.options.set("group", std::int64_t{0});
    const NetworkState state = after({halved_, rounded});
    std::int64_t bits = 0, whole = 0;
    for (const LayerConfig& layer : state.config.layers)
        for (const LinearName linear : kAllLinears) {
            const LinearShape shape = shapeOf(state.config, layer, linear);
            const std::int64_t rank = layer.rank(linear);
            bits += 4 * rank * (shape.out + shape.in) + 16 * (rank + shape.out);
            whole += shape.out * shape.in;
        }
    EXPECT_EQ(account(model_, state).bytesAfter, model_.bytes - 4 * whole + bits / 8);
}

TEST_F(LowRankAccounting, ARefittedLinearIsOneMatrixAndAMissingOneHasNoRank) {
    WidthStep narrow;
    narrow.refit = true;
    narrow.keep = {
        {0, std::nullopt, UnitMask(static_cast<std::size_t>(model_.config.layers[0].intermediateSize), 1)}};
    narrow.keep[0].channels->front() = 0;
    ChopStep drop;
    drop.attention = {1};
    const NetworkState state = after({halved_, narrow, drop});
    EXPECT_EQ(state.config.layers[0].rank(LinearName::Down), 0);
    EXPECT_GT(state.config.layers[0].rank(LinearName::Up), 0);
    EXPECT_EQ(state.config.layers[1].rank(LinearName::Q), 0);
    EXPECT_GT(state.config.layers[1].rank(LinearName::Up), 0);
    for (std::size_t i = 0; i < state.layers.size(); ++i)
        for (const LinearName linear : kAllLinears)
            EXPECT_EQ(state.layers[i].forms[static_cast<std::size_t>(linear)].rank,
                      state.config.layers[i].rank(linear));
}

TEST(Accounting, OfAWrittenCheckpointCountsWhatWasWritten) {
    const ModelSummary model = test::summary(test::network({4}));
    NetworkConfig after = model.config;
    after.layers.pop_back();
    const Accounting planned = account(model, after);
    const WeightFiles files{"hf-masked", true, 54321, 13000, 12345};
    const Accounting written = asWritten(planned, after, files, 8);
    EXPECT_EQ(written.files, files);
    EXPECT_EQ(written.bytesBefore, planned.bytesBefore);
    EXPECT_EQ(written.bytesAfter, 12345);
    EXPECT_DOUBLE_EQ(written.compressionRatio, static_cast<double>(planned.bytesBefore) / 12345.0);
    EXPECT_EQ(written.kvCacheBytesPerTokenAfter, 2 * planned.kvCacheBytesPerTokenAfter);
    EXPECT_EQ(written.parametersAfter, planned.parametersAfter);
}

TEST(Accounting, MixedDtypesCountByTheirMean) {
    ModelSummary model = test::summary(test::network({2}));
    model.dtype = "mixed";
    model.bytes = model.parameters * 3;
    NetworkConfig after = model.config;
    after.layers.pop_back();
    const Accounting accounting = account(model, after);
    EXPECT_EQ(accounting.bytesAfter, 3 * accounting.parametersAfter);
}

}  // namespace
}  // namespace secateur
