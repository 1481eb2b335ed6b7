// SPDX-License-Identifier: GPL-3.0-or-later
//
// What linears ask of a machine, by hand.
#include "core/planning/roofline.h"

#include <gmock/gmock.h>

#include "tests/planning/speed_toys.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

NetworkState leftBySteps(const std::vector<PlanStep>& steps) {
    Plan plan;
    plan.steps = steps;
    return stateAfter(toys::fourLayers(), plan);
}

TEST(Roofline, LoadsAreSumsOverLayers) {
    const auto loads = linearLoads(stateOf(toys::fourLayers()), 4, 2.0);
    ASSERT_EQ(loads.size(), 8u);
    EXPECT_EQ(loads[0], (LinearLoad{"q_proj", 4 * 16 * 16, 4 * (16 + 16), 4, 2 * 4 * 16 * 16}));
    EXPECT_EQ(loads[6], (LinearLoad{"down_proj", 4 * 32 * 16, 4 * (32 + 16), 4, 2 * 4 * 32 * 16}));
    EXPECT_EQ(loads[7], (LinearLoad{"lm_head", 100 * 16, 100 + 16, 4, 2 * 100 * 16}));
}

TEST(Roofline, MemoryBindsFewRowsAndArithmeticMany) {
    const LinearLoad load{"q_proj", 1'000'000, 2'000, 4, 0};
    const MachineRates machine{1e9, 1e11};
    const LoadTime one = loadTime(load, 1, machine);
    EXPECT_EQ(one.bytes, 4 * (1'000'000 + 2'000));
    EXPECT_EQ(one.flops, 2'000'000);
    EXPECT_NEAR(one.byMemory, 4.008e-3, 1e-9);
    EXPECT_NEAR(one.byArithmetic, 2e-5, 1e-12);
    EXPECT_TRUE(one.memoryBinds());
    EXPECT_EQ(one.least(), one.byMemory);
    const LoadTime many = loadTime(load, 512, machine);
    EXPECT_FALSE(many.memoryBinds());
    EXPECT_NEAR(many.least(), 512 * 2e-5, 1e-9);
}

TEST(Roofline, FormsThatSaveNoTimeAreNamed) {
    RecipeStep sparse{"sparsify", "wanda", {}, {0, 1}, {LinearName::Gate, LinearName::Up}};
    sparse.options.set("pattern", std::string("2:4"));
    RecipeStep quantized{"quantize", "rtn", {}, {}, {LinearName::Down}};
    quantized.options.set("bits", std::int64_t{4});
    EXPECT_THAT(formRemarks(leftBySteps({sparse, quantized}), "float32"),
                ElementsAre("The 4 linears of 4 bits save bytes in a packed file and no time here: they are "
                            "multiplied as float32 matrices, of which every number is read.",
                            "The zeros of 4 linears (50.0 %) save neither bytes nor time here: they are "
                            "stored, read and multiplied like other weights."));
    EXPECT_THAT(formRemarks(leftBySteps({ChopStep{{1}, {}, {}}}), "float32"), IsEmpty());
    // Codes are multiplied in full: only the file is smaller.
    const auto loads = linearLoads(leftBySteps({quantized}), 4, 2.0);
    EXPECT_EQ(loads[6].weights, 4 * 32 * 16);
    EXPECT_LT(loads[6].storedBytes, 4 * 32 * 16);
}

NetworkSpeed speedOfStep(double step, std::int64_t bytes) {
    NetworkSpeed result;
    result.weightBytes = bytes;
    result.batches.push_back(toys::madeUpTimes());
    result.batches[0].step = {step * 0.99, step, step * 1.01, 9};
    return result;
}

TEST(Roofline, FewerBytesThatAreNoFasterAreNamed) {
    const NetworkSpeed dense = speedOfStep(0.026, 1000);
    const auto remarks = speedRemarks(dense, speedOfStep(0.0257, 700));
    ASSERT_EQ(remarks.size(), 1u);
    EXPECT_THAT(remarks[0], HasSubstr("At batch 1 the plan reads 30.0 % fewer bytes of weights and writes no "
                                      "faster"));
    EXPECT_THAT(remarks[0], HasSubstr("46.2 %")) << "12 of 26 ms";
    EXPECT_THAT(speedRemarks(dense, speedOfStep(0.02, 700)), IsEmpty()) << "it is faster";
    EXPECT_THAT(speedRemarks(dense, speedOfStep(0.026, 999)), IsEmpty()) << "nothing to speak of is saved";
}

TEST(Quartiles, LieBetweenRanks) {
    EXPECT_EQ(quartilesOf({4.0, 1.0, 3.0, 2.0, 5.0}), (Quartiles{2.0, 3.0, 4.0, 5}));
    EXPECT_EQ(quartilesOf({2.0, 1.0}), (Quartiles{1.25, 1.5, 1.75, 2}));
    EXPECT_EQ(quartilesOf({}), Quartiles{});
    EXPECT_EQ(ratesOf({0.5, 1.0, 2.0, 3}, 8.0), (Quartiles{4.0, 8.0, 16.0, 3}));
    EXPECT_EQ(inWords(BenchPlace{"cpu", "bfloat16", "float32", 1}),
              "cpu, bfloat16 multiplied as float32, 1 thread");
    EXPECT_EQ(inWords(BenchPlace{"cuda:0", "float16", "float16", 4}), "cuda:0, float16");
}

}  // namespace
}  // namespace secateur
