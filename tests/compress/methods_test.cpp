// SPDX-License-Identifier: GPL-3.0-or-later
//
// The toy vectors of the methods (algorithms.md 2, 6, 7), and what holds for any weights.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/compress/method.h"
#include "tests/compress/compressing.h"
#include "tests/compress/input_statistics.h"
#include "tests/compress/own_method.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

at::Tensor toyWeight() {
    return at::tensor({4.0F, 1.0F, -2.0F, 0.5F, -1.0F, 3.0F, 0.2F, 2.0F}).view({2, 4});
}

TEST(Wanda, ComparesWithinRows) {
    InputStatistics inputs;
    inputs.norm2 = at::tensor({1.0F, 16.0F, 4.0F, 64.0F});
    EXPECT_THAT(listed(compressed("wanda", toyWeight(), {}, &inputs)),
                ElementsAre(0, 0, -2, 0.5F, 0, 3, 0, 2));
}

TEST(Magnitude, RemovesUpToTheThreshold) {
    EXPECT_EQ(compressed("magnitude", toyWeight(), {}).eq(0).sum().item<int>(), 6);
    const at::Tensor grouped = compressed("magnitude", toyWeight(), values({{"pattern", pattern("2:4")}}));
    EXPECT_THAT(listed(grouped), ElementsAre(4, 0, -2, 0, 0, 3, 0, 2));
}

at::Tensor toyInputs() {
    return at::tensor({1.0F, 0.0F, 1.0F, 2.0F, 0.0F, 1.0F, 1.0F, 0.0F, 1.0F, 1.0F,
                       0.0F, 1.0F, 2.0F, 0.0F, 1.0F, 1.0F, 0.0F, 2.0F, 1.0F, 1.0F})
        .view({5, 4});
}

TEST(SparseGpt, ToyVector) {
    const InputStatistics inputs = inputsOf(toyInputs());
    const at::Tensor weight = at::tensor({1.0F, -0.5F, 2.0F, 0.8F}).view({1, 4});
    expectNear(compressed("sparsegpt", weight, {}, &inputs), {0, 0, 1.729835F, 0});
    expectNear(compressed("sparsegpt", weight, values({{"sparsity", 0.25}}), &inputs),
               {0, 0, 1.729835F, 1.449048F});
    const at::Tensor grouped =
        compressed("sparsegpt", weight, values({{"pattern", pattern("2:4")}}), &inputs);
    expectNear(grouped, {0, 0, 1.729835F, 1.449048F});
    const at::Tensor change = weight - grouped;
    const at::Tensor hessian = inputs.gram.to(at::kFloat) * 2;
    EXPECT_NEAR(at::mm(at::mm(change, hessian), change.t()).item<float>() / 2, 4.605158F, 1e-4F);
}

TEST(Rtn, ToyVectors) {
    const at::Tensor weight = at::tensor({-1.0F, -0.25F, 0.3F, 1.4F}).view({1, 4});
    const auto rounded = [&](std::int64_t bits, bool symmetric) {
        return compressed("rtn", weight,
                          values({{"bits", bits}, {"group", std::int64_t{0}}, {"symmetric", symmetric}}));
    };
    expectNear(rounded(4, false), {-0.96F, -0.32F, 0.32F, 1.44F});
    expectNear(rounded(4, true), {-1.0F, -0.2F, 0.4F, 1.4F});
    expectNear(rounded(8, true), {-91 * 0.0110236F, -23 * 0.0110236F, 27 * 0.0110236F, 127 * 0.0110236F},
               1e-4F);
    expectNear(rounded(8, false),
               {-106 * 0.00941176F, -27 * 0.00941176F, 32 * 0.00941176F, 149 * 0.00941176F}, 1e-4F);
    const at::Tensor again = rounded(4, true);
    EXPECT_TRUE(at::equal(
        again, compressed("rtn", again, values({{"bits", std::int64_t{4}}, {"group", std::int64_t{0}}}))));
}

TEST(Rtn, GroupsThatDoNotDivideAreRefusedWithTheNearest) {
    const RecipeMethod* method = findRecipeMethod("rtn");
    const OptionValues options = values({{"group", std::int64_t{64}}});
    try {
        method->checkShape(options, LinearName::Down, 8, 96, "layer 1, down_proj");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.message(),
                    HasSubstr("layer 1, down_proj: groups of 64 do not divide its 96 inputs"));
        EXPECT_THAT(error.hint(), HasSubstr("48 and 96"));
    }
    EXPECT_NO_THROW(method->checkShape(values({{"group", std::int64_t{64}}, {"pad", true}}), LinearName::Down,
                                       8, 96, ""));
    const at::Tensor weight = at::randn({3, 10});
    EXPECT_EQ(compressed("rtn", weight, values({{"group", std::int64_t{4}}, {"pad", true}})).sizes(),
              weight.sizes());
}

TEST(FloatQuant, RoundsHalfToEven) {
    const at::Tensor weight =
        at::tensor({6.0F, 2.5F, 5.0F, 3.5F, 0.25F, 0.75F, -2.5F, 1.25F, 1.75F, 0.0F}).view({1, 10});
    const at::Tensor rounded = compressed("float-quant", weight, values({{"format", std::string("e2m1")}}));
    EXPECT_THAT(listed(rounded), ElementsAre(6, 2, 4, 4, 0, 1, -2, 1, 2, 0));
    const at::Tensor eight = at::tensor({448.0F, 17.0F, 0.001F, 2.3F}).view({1, 4});
    expectNear(compressed("float-quant", eight, {}), {448, 16, 0.001953125F / 2, 2.25F}, 2e-3F);
}

TEST(Gptq, ToyVector) {
    const InputStatistics inputs = inputsOf(at::tensor({1.0F, 1.0F, 2.0F, 1.0F, 1.0F, 2.0F}).view({3, 2}));
    // A first row that sets the scale to 1 in both columns would not be w; the grid is the row's own, so
    // scale it.
    const at::Tensor weight = at::tensor({0.4F, 0.4F, 7.0F, 7.0F}).view({2, 2});
    const at::Tensor result =
        compressed("gptq", weight, values({{"group", std::int64_t{0}}, {"bits", std::int64_t{4}}}), &inputs);
    const at::Tensor plain =
        compressed("rtn", weight, values({{"group", std::int64_t{0}}, {"bits", std::int64_t{4}}}));
    const auto error = [&](const at::Tensor& changed) {
        const at::Tensor change = weight - changed;
        return (at::mm(change, inputs.gram.to(at::kFloat)) * change).sum().item<double>();
    };
    EXPECT_LE(error(result), error(plain) + 1e-6);
}

TEST(Gptq, ErrsLessThanRoundingOnTheInputs) {
    at::manual_seed(3);
    const at::Tensor x = at::mm(at::randn({400, 32}), at::randn({32, 32}));
    const InputStatistics inputs = inputsOf(x);
    const at::Tensor weight = at::randn({24, 32});
    const OptionValues options = values({{"bits", std::int64_t{3}}, {"group", std::int64_t{16}}});
    const auto error = [&](const char* method) {
        const at::Tensor change = weight - compressed(method, weight, options, &inputs);
        return (at::mm(change, inputs.gram.to(at::kFloat)) * change).sum().item<double>();
    };
    EXPECT_LT(error("gptq"), 0.9 * error("rtn"));
}

// On inputs that do not correlate it rounds as the nearest value does, in a short last group too.
TEST(Gptq, TakesAShortLastGroup) {
    const at::Tensor weight = at::arange(20, at::kFloat).view({2, 10}).sin();
    const InputStatistics inputs = inputsOf(at::eye(10));
    const OptionValues options =
        values({{"group", std::int64_t{4}}, {"bits", std::int64_t{4}}, {"pad", true}});
    EXPECT_NO_THROW(findRecipeMethod("gptq")->checkShape(options, LinearName::Down, 2, 10, ""));
    expectNear(compressed("gptq", weight, options, &inputs), listed(compressed("rtn", weight, options)));
}

// The columns of the largest inputs come first: the same as GPTQ of the columns in that order, put back.
TEST(Gptq, ActivationOrderIsGptqOfTheColumnsInThatOrder) {
    at::manual_seed(5);
    const at::Tensor spread = at::exp(at::randn({16}));
    const at::Tensor x = at::mm(at::randn({300, 16}), at::randn({16, 16})) * spread;
    const at::Tensor weight = at::randn({6, 16});
    const at::Tensor order = at::argsort(inputsOf(x).gram.diagonal(), 0, true);
    ASSERT_FALSE(at::equal(order, at::arange(16)));
    const InputStatistics inputs = inputsOf(x), sorted = inputsOf(x.index_select(1, order));
    OptionValues options = values({{"bits", std::int64_t{3}}, {"group", std::int64_t{0}}});
    const at::Tensor wanted = compressed("gptq", weight.index_select(1, order), options, &sorted)
                                  .index_select(1, at::argsort(order));
    options.set("act-order", true);
    expectNear(compressed("gptq", weight, options, &inputs), listed(wanted), 1e-4F);
}

// The scales of a group are those of its weights as they were, wherever in the order its columns come.
TEST(Gptq, ActivationOrderKeepsTheGroupsOfTheWeights) {
    at::manual_seed(6);
    const at::Tensor x = at::mm(at::randn({300, 16}), at::randn({16, 16}));
    const InputStatistics inputs = inputsOf(x);
    const at::Tensor weight = at::randn({6, 16});
    const OptionValues options =
        values({{"bits", std::int64_t{3}}, {"group", std::int64_t{4}}, {"act-order", true}});
    const at::Tensor result = compressed("gptq", weight, options, &inputs);
    const at::Tensor scales = weight.view({6, 4, 4}).abs().amax(-1, true) / 3.0;
    const at::Tensor codes = result.view({6, 4, 4}) / scales;
    EXPECT_LT((codes - codes.round()).abs().max().item<float>(), 1e-4F);
    EXPECT_LE(codes.abs().max().item<float>(), 4.0F + 1e-4F);
}

TEST(Gptq, ZerosOfAnEarlierStepStay) {
    at::manual_seed(4);
    const InputStatistics inputs = inputsOf(at::randn({200, 16}));
    at::Tensor weight = at::randn({8, 16});
    weight = compressed("magnitude", weight, values({{"pattern", pattern("2:4")}}));
    const at::Tensor result =
        compressed("gptq", weight, values({{"group", std::int64_t{8}}, {"bits", std::int64_t{4}}}), &inputs);
    EXPECT_TRUE(result.masked_select(weight.eq(0)).eq(0).all().item<bool>());
}

TEST(SvdLlm, LossIsTheSumOfWhatIsDiscarded) {
    InputStatistics inputs;
    inputs.gram = at::diag(at::tensor({1.0F, 9.0F}));
    inputs.tokens = 1;
    const at::Tensor weight = at::diag(at::tensor({3.0F, 2.0F}));
    std::vector<std::string> warnings;
    const at::Tensor result = compressed("svd-llm", weight, values({{"keep", 1.0}}), &inputs, &warnings);
    expectNear(result, {0, 0, 0, 2}, 1e-4F);
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("1 calibration tokens are few")));
    expectNear(compressed("svd", weight, values({{"keep", 1.0}})), {3, 0, 0, 0}, 1e-5F);
}

TEST(Sparsify, CountsAreExact) {
    at::manual_seed(5);
    const at::Tensor weight = at::randn({12, 64});
    const InputStatistics inputs = inputsOf(at::randn({300, 64}));
    for (const char* method : {"magnitude", "wanda", "sparsegpt"})
        for (const char* wanted : {"2:4", "4:8", "1:4"}) {
            const at::Tensor result =
                compressed(method, weight, values({{"pattern", pattern(wanted)}}), &inputs);
            const std::int64_t zeros = wanted[0] - '0', of = wanted[2] - '0';
            EXPECT_TRUE(result.view({-1, of}).eq(0).sum(1).eq(zeros).all().item<bool>()) << method << wanted;
        }
    EXPECT_TRUE(compressed("wanda", weight, values({{"sparsity", 0.3}}), &inputs)
                    .eq(0)
                    .sum(1)
                    .eq(19)
                    .all()
                    .item<bool>());
    EXPECT_TRUE(at::equal(compressed("magnitude", weight, values({{"sparsity", 0.0}})), weight));
}

TEST(Hessian, SingularMatricesRaiseTheDampingAndSaySo) {
    const at::Tensor one = at::randn({1, 8});
    const InputStatistics inputs = inputsOf(one.expand({4, 8}).contiguous());
    std::vector<std::string> warnings;
    const at::Tensor result =
        compressed("sparsegpt", at::randn({4, 8}), values({{"damping", 0.0}}), &inputs, &warnings);
    EXPECT_TRUE(at::isfinite(result).all().item<bool>());
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("damping was raised")));
}

TEST(Hessian, DeadInputsLoseTheirWeights) {
    at::Tensor x = at::randn({50, 8});
    x.select(1, 3).zero_();
    const InputStatistics inputs = inputsOf(x);
    const at::Tensor result =
        compressed("gptq", at::randn({4, 8}), values({{"group", std::int64_t{0}}}), &inputs);
    EXPECT_TRUE(result.select(1, 3).eq(0).all().item<bool>());
}

TEST(Registration, IsRefusedOnceTheListWasAskedFor) {
    ASSERT_FALSE(recipeMethods().empty());
    try {
        testing::registerOwnMethod();
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Internal);
        EXPECT_THAT(error.message(), HasSubstr("'edges'"));
    }
    EXPECT_EQ(findRecipeMethod(testing::kOwnMethod), nullptr);
}

}  // namespace
}  // namespace secateur
