// SPDX-License-Identifier: GPL-3.0-or-later
//
// Methods against what their published code gives for the same small matrices.
#include <cstdint>

#include <gmock/gmock.h>

#include "core/compress/method.h"
#include "tests/compress/compressing.h"
#include "tests/compress/input_statistics.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;

at::Tensor weight() {
    return at::tensor({0.9F,   -0.3F, 0.2F,  1.1F,  -0.6F, 0.05F, 0.7F,   -1.4F,  -0.2F,  0.8F,  -1.2F,
                       0.1F,   0.4F,  -0.9F, 0.3F,  0.6F,  1.5F,  0.25F,  -0.35F, -0.45F, 0.55F, 0.65F,
                       -0.75F, 0.85F, 0.15F, -1.0F, 0.5F,  0.95F, -0.05F, 1.25F,  -0.4F,  0.3F})
        .view({4, 8});
}

InputStatistics inputs(Watch watch) {
    InputAccumulator accumulator(watch);
    accumulator.add(
        at::tensor({1.0F, -0.5F, 0.3F,  2.0F,  0.1F, -1.0F, 0.6F,  0.2F,  0.5F,  1.0F, -0.7F, 1.5F,
                    0.4F, 0.3F,  -0.2F, -0.9F, 1.2F, 0.2F,  0.9F,  -0.3F, -0.8F, 1.1F, 0.5F,  0.7F,
                    0.8F, -0.6F, 0.4F,  1.0F,  0.2F, -0.4F, 1.3F,  0.1F,  -0.1F, 0.9F, 1.6F,  0.7F,
                    0.3F, 0.8F,  -0.5F, 1.4F,  0.6F, 0.3F,  -1.1F, 1.8F,  -0.2F, 0.5F, 0.9F,  -0.6F})
            .view({2, 3, 8}));
    return accumulator.finish();
}

std::int64_t zeros(const at::Tensor& matrix) {
    return matrix.eq(0).sum().item<std::int64_t>();
}

TEST(Ria, ComparesPartsOfRowAndColumn) {
    const InputStatistics seen = inputs(Watch::Norms);
    EXPECT_THAT(listed(compressed("ria", weight(), {}, &seen)),
                ElementsAre(0.9F, 0, 0, 1.1F, 0, 0, 0.7F, -1.4F, 0, 0.8F, -1.2F, 0, 0, -0.9F, 0, 0.6F, 1.5F,
                            0, 0, 0, 0, 0.65F, -0.75F, 0.85F, 0, -1.0F, 0.5F, 0.95F, 0, 1.25F, 0, 0));
}

// A channel that is zero already has no part of anything.
TEST(Ria, TakesAColumnOfZeros) {
    const InputStatistics seen = inputs(Watch::Norms);
    at::Tensor holed = weight();
    holed.select(1, 3).zero_();
    const at::Tensor result = compressed("ria", holed, {}, &seen);
    EXPECT_TRUE(at::isfinite(result).all().item<bool>());
    EXPECT_EQ(zeros(result), 16);
}

TEST(Wanda, VariantGivesRowsDifferentNumbersOfZeros) {
    const InputStatistics seen = inputs(Watch::Norms);
    EXPECT_THAT(listed(compressed("wanda", weight(), values({{"variant", true}}), &seen)),
                ElementsAre(0.9F, 0, 0, 1.1F, 0, 0, 0, -1.4F, 0, 0.8F, -1.2F, 0, 0, -0.9F, 0, 0.6F, 1.5F, 0,
                            0, -0.45F, 0, 0.65F, -0.75F, 0.85F, 0, -1.0F, 0.5F, 0.95F, 0, 1.25F, 0, 0));
}

TEST(Admm, TwoOfFour) {
    const InputStatistics seen = inputs(Watch::Gram);
    expectNear(compressed("admm", weight(), values({{"pattern", pattern("2:4")}}), &seen),
               {1.089985F, 0,         0,          0.892569F,  0, 0,          0.926301F,  -1.178522F,
                0,         0.921470F, -1.220697F, 0,          0, -1.133312F, 0,          0.574478F,
                1.386790F, 0,         0,          -0.312364F, 0, 0.830689F,  -0.980292F, 0,
                0,         0,         0.520045F,  0.769122F,  0, 0.679207F,  0,          0.387936F},
               2e-5F);
}

// The published code with its ramp in effect: it computes the ramp and then takes all zeros at once.
TEST(Admm, HalfOfAll) {
    const InputStatistics seen = inputs(Watch::Gram);
    expectNear(compressed("admm", weight(), {}, &seen),
               {1.089090F, 0,          0,          0.892687F, 0, 0,          0.927112F,  -1.178286F,
                0,         0.921470F,  -1.220697F, 0,         0, -1.133312F, 0,          0.574478F,
                1.047687F, 0,          0,          0,         0, 0.778057F,  -0.965659F, 0.532718F,
                0,         -0.733042F, 0.752279F,  0.856898F, 0, 1.179990F,  0,          0},
               2e-5F);
}

TEST(Admm, ErrsLessThanTheZerosAlone) {
    at::manual_seed(8);
    const at::Tensor x = at::mm(at::randn({400, 32}), at::randn({32, 32}));
    const InputStatistics seen = inputsOf(x);
    const at::Tensor dense = at::randn({24, 32});
    const auto error = [&](const char* method) {
        const at::Tensor change = dense - compressed(method, dense, {}, &seen);
        return (at::mm(change, seen.gram.to(at::kFloat)) * change).sum().item<double>();
    };
    EXPECT_LT(error("admm"), 0.5 * error("wanda"));
    EXPECT_LE(error("admm"), error("sparsegpt"));
}

TEST(Hqq, ThreeBitsOfRows) {
    expectNear(
        compressed("hqq", weight(), values({{"bits", std::int64_t{3}}, {"group", std::int64_t{8}}})),
        {0.742857F,  -0.328571F, 0.028571F,  1.1F,       -0.685714F, 0.028571F,  0.742857F,  -1.4F,
         -0.057143F, 0.8F,       -1.2F,      0.228571F,  0.514286F,  -0.914286F, 0.228571F,  0.514286F,
         1.5F,       0.214286F,  -0.428571F, -0.428571F, 0.535714F,  0.535714F,  -0.75F,     0.857143F,
         0.285714F,  -1.0F,      0.607143F,  0.928571F,  -0.035714F, 1.25F,      -0.357143F, 0.285714F},
        2e-6F);
}

TEST(Hqq, TwoBitsOfGroups) {
    expectNear(compressed("hqq", weight(), values({{"bits", std::int64_t{2}}, {"group", std::int64_t{4}}})),
               {1.1F,      -0.3F, 0.166667F, 1.1F,  -0.7F, 0,     0.7F,  -1.4F,  0.133333F, 0.8F,      -1.2F,
                0.133333F, 0.6F,  -0.9F,     0.1F,  0.6F,  1.5F,  0.2F,  -0.45F, -0.45F,    0.316667F, 0.85F,
                -0.75F,    0.85F, 0.3F,      -1.0F, 0.3F,  0.95F, 0.15F, 1.25F,  -0.4F,     0.15F},
               2e-6F);
}

TEST(Hqq, RoundedZeroPointsAreCodes) {
    at::manual_seed(9);
    const at::Tensor dense = at::randn({6, 16});
    const at::Tensor result = compressed(
        "hqq", dense,
        values({{"bits", std::int64_t{4}}, {"group", std::int64_t{16}}, {"zero", std::string("rounded")}}));
    const at::Tensor step = (std::get<0>(dense.max(1, true)) - std::get<0>(dense.min(1, true))) / 15.0;
    const at::Tensor codes = result / step;
    EXPECT_LT((codes - codes.round()).abs().max().item<float>(), 1e-4F);
}

struct Exchanged {
    at::Tensor weight;  // [4, 64]
    InputStatistics inputs;
};

Exchanged exchanged() {
    const at::Tensor n = at::arange(4 * 64, at::kDouble), k = at::arange(2 * 20 * 64, at::kDouble);
    InputAccumulator accumulator(Watch::Norms);
    const at::Tensor x = (k * 0.37 + k * k * 0.003).sin() * 0.5 + k.remainder(64).cos() * 0.4;
    accumulator.add(x.view({2, 20, 64}).to(at::kFloat));
    return {(n * 1.7 + n * n * 0.01).sin().view({4, 64}).to(at::kFloat), accumulator.finish()};
}

// Which weights of a row are zero: bit j for input j.
std::vector<std::uint64_t> zerosOfRows(const at::Tensor& matrix) {
    std::vector<std::uint64_t> rows;
    for (std::int64_t i = 0; i < matrix.size(0); ++i) {
        std::uint64_t bits = 0;
        for (std::int64_t j = 0; j < matrix.size(1); ++j)
            if (matrix[i][j].item<float>() == 0.0F) bits |= std::uint64_t{1} << j;
        rows.push_back(bits);
    }
    return rows;
}

TEST(Dsnot, ExchangesZerosOfWanda) {
    const Exchanged given = exchanged();
    EXPECT_THAT(zerosOfRows(compressed("wanda", given.weight, {}, &given.inputs)),
                ElementsAre(0x3c1e38ccc9b2d2b5, 0xb7766738e1fe4004, 0x266da5b555155a96, 0x83807fbff80e1866));
    EXPECT_THAT(zerosOfRows(compressed("dsnot", given.weight, {}, &given.inputs)),
                ElementsAre(0x3c1e389cc99656b5, 0xb7766738e1fe4004, 0x266da5bd51155a96, 0x83807fbff80e1866));
}

TEST(Dsnot, GoesOnBeyondAChangeOfSign) {
    const Exchanged given = exchanged();
    EXPECT_THAT(zerosOfRows(compressed("dsnot", given.weight,
                                       values({{"same-sign", false}, {"exchanges", std::int64_t{6}}}),
                                       &given.inputs)),
                ElementsAre(0x3e1e199ccd9654a5, 0xb63647b2f1f24906, 0x266125bb51f54ab6, 0x81827dfff81e0866));
}

TEST(Dsnot, StaysWithinThePattern) {
    const Exchanged given = exchanged();
    EXPECT_THAT(
        zerosOfRows(compressed("dsnot", given.weight, values({{"pattern", pattern("2:4")}}), &given.inputs)),
        ElementsAre(0x3c9639ccc99656a5, 0x9666c63ac536c9ac, 0x6669a5a559955a96, 0xa3933c93cc966966));
}

TEST(Dsnot, StartsFromMagnitudeToo) {
    const Exchanged given = exchanged();
    EXPECT_THAT(zerosOfRows(compressed("dsnot", given.weight, values({{"start", std::string("magnitude")}}),
                                       &given.inputs)),
                ElementsAre(0x3c1e389cc99656b5, 0xdb66e739f1fe0000, 0x366da4ad55555296, 0x83807ffff01e0866));
}

TEST(Asvd, ScalesByTheSizesOfTheInputs) {
    const InputStatistics seen = inputs(Watch::Sizes);
    expectNear(
        compressed("asvd", weight(), values({{"keep", 0.75}}), &seen),
        {-0.028772F, -0.644837F, 0.597355F,  0.978347F,  -0.640842F, 0.222664F,  0.538274F,  -1.164304F,
         -0.505593F, 0.648298F,  -0.539458F, -0.491556F, 0.178685F,  -0.852146F, 0.211516F,  0.217726F,
         0.665882F,  -0.057529F, -0.023120F, -0.528046F, 0.525084F,  0.805574F,  -0.893248F, 1.087695F,
         0.691296F,  -0.829079F, 0.684777F,  0.587467F,  -0.189563F, 1.142330F,  -0.333464F, -0.198731F},
        2e-5F);
    expectNear(
        compressed("asvd", weight(), values({{"keep", 0.75}, {"size", std::string("max")}}), &seen),
        {-0.031375F, -0.624288F, 0.608850F,  0.950475F,  -0.660520F, 0.182445F,  0.564633F,  -1.217716F,
         -0.492600F, 0.696039F,  -0.594112F, -0.537480F, 0.220701F,  -0.874113F, 0.186457F,  0.289659F,
         0.596448F,  -0.064250F, -0.033631F, -0.495784F, 0.518235F,  0.781131F,  -0.869384F, 1.088640F,
         0.684254F,  -0.815788F, 0.679159F,  0.524126F,  -0.154165F, 1.160405F,  -0.383883F, -0.123076F},
        2e-5F);
}

}  // namespace
}  // namespace secateur
