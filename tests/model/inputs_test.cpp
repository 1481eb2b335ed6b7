// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sums over calibration inputs against float64, for shapes that fill no tile.
#include "core/model/inputs.h"

#include <gtest/gtest.h>

namespace secateur {
namespace {

double farthest(const at::Tensor& found, const at::Tensor& wanted) {
    return ((found.to(at::kDouble) - wanted).abs() / wanted.abs().clamp_min(1e-3)).max().item<double>();
}

TEST(InputAccumulator, SumsAreThoseOfFloat64) {
    at::manual_seed(3);
    const at::Tensor x = at::randn({5, 41, 300}) + 2.0;
    InputAccumulator accumulator;
    accumulator.add(x.narrow(0, 0, 2));
    accumulator.add(x.narrow(0, 2, 3));
    const InputStatistics found = accumulator.finish();
    const at::Tensor exact = x.reshape({-1, 300}).to(at::kDouble);
    EXPECT_EQ(found.tokens, 205);
    EXPECT_LT(farthest(found.mean, exact.mean(0)), 1e-6);
    EXPECT_LT(farthest(found.norm2, exact.square().sum(0).div(5.0)), 1e-6);
    EXPECT_LT(farthest(found.gram, exact.t().matmul(exact)), 1e-6);
}

// Wide enough for float32 and several blocks, the last of them narrower.
TEST(InputAccumulator, WideGramMatricesAreSymmetric) {
    at::manual_seed(5);
    const at::Tensor x = at::randn({2, 30, 900});
    InputAccumulator accumulator;
    accumulator.add(x);
    const at::Tensor once = accumulator.finish().gram.clone();
    const at::Tensor exact = x.reshape({-1, 900}).to(at::kDouble);
    EXPECT_LT((once.to(at::kDouble) - exact.t().matmul(exact)).abs().max().item<double>(), 1e-4);
    EXPECT_TRUE(once.equal(once.t()));
    accumulator.add(x);  // what was mirrored does not count twice
    EXPECT_TRUE(accumulator.finish().gram.allclose(once * 2.0, 1e-6, 1e-4));
}

TEST(InputAccumulator, InputsThatAreAViewOrOfAnotherDtypeCountTheSame) {
    at::manual_seed(4);
    const at::Tensor x = at::randn({3, 8, 20}).to(at::kBFloat16);
    InputAccumulator whole(Watch::Norms), turned(Watch::Norms);
    whole.add(x.to(at::kFloat));
    turned.add(x.transpose(1, 2).contiguous().transpose(1, 2));
    EXPECT_TRUE(whole.finish().norm2.equal(turned.finish().norm2));
    EXPECT_TRUE(whole.finish().mean.equal(turned.finish().mean));
}

}  // namespace
}  // namespace secateur
