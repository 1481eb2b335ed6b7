// SPDX-License-Identifier: GPL-3.0-or-later
//
// The affine refit against a least-squares solution, and its fall-back.
#include "core/compress/refit.h"

#include <gmock/gmock.h>

#include "tests/compress/input_statistics.h"

namespace secateur {
namespace {

double error(const Refit& refit, const at::Tensor& weight, const at::Tensor& x, const at::Tensor& kept) {
    const at::Tensor wanted = at::linear(x, weight);
    const at::Tensor given = at::linear(x.index_select(1, kept), refit.weight, refit.bias);
    return (wanted - given).square().sum(1).mean().item<double>();
}

TEST(Refit, IsNoWorseThanTheBiasAndFarBetterForCorrelatedInputs) {
    at::manual_seed(1);
    const at::Tensor mixing = at::randn({6, 16});
    const auto draw = [&](int tokens) {
        return at::mm(at::randn({tokens, 6}), mixing) + 0.1 * at::randn({tokens, 16}) + 0.5;
    };
    const at::Tensor weight = at::randn({8, 16});
    const at::Tensor kept = at::tensor({0, 2, 3, 5, 8, 9, 12, 15}, at::kLong);
    const Refit refit = refitLinear(weight, {}, kept, inputsOf(draw(800)), inputsOf(draw(200)));
    EXPECT_GT(refit.lambda, 0.0);
    EXPECT_LT(refit.refitError, 0.2 * refit.biasError);
    const at::Tensor fresh = draw(2000);
    Refit bias = refit;
    bias.weight = weight.index_select(1, kept);
    const at::Tensor mean = fresh.mean(0);
    bias.bias = at::mv(weight, mean) - at::mv(bias.weight, mean.index_select(0, kept));
    EXPECT_LT(error(refit, weight, fresh, kept), 0.25 * error(bias, weight, fresh, kept));
}

TEST(Refit, FallsBackToTheBiasWhereTokensAreFew) {
    at::manual_seed(2);
    const at::Tensor weight = at::randn({8, 40});
    const at::Tensor kept = at::arange(0, 40, 2, at::kLong);
    const at::Tensor x = at::randn({24, 40}) + 1.0;
    const Refit refit =
        refitLinear(weight, {}, kept, inputsOf(x.narrow(0, 0, 20)), inputsOf(x.narrow(0, 20, 4)));
    if (refit.lambda > 0.0) {
        EXPECT_LT(refit.refitError, refit.biasError);
        return;
    }
    EXPECT_TRUE(at::allclose(refit.weight, weight.index_select(1, kept)));
    const at::Tensor removed = x.mean(0).index_fill(0, kept, 0.0);
    EXPECT_TRUE(at::allclose(refit.bias, at::mv(weight, removed), 1e-4, 1e-4));
}

TEST(Refit, KeepingEverythingChangesNothing) {
    at::manual_seed(3);
    const at::Tensor weight = at::randn({4, 8}), bias = at::randn({4});
    const at::Tensor x = at::randn({100, 8});
    const Refit refit = refitLinear(weight, bias, at::arange(8, at::kLong), inputsOf(x.narrow(0, 0, 80)),
                                    inputsOf(x.narrow(0, 80, 20)));
    EXPECT_TRUE(at::allclose(refit.weight, weight, 1e-4, 1e-4));
    EXPECT_TRUE(at::allclose(refit.bias, bias, 1e-4, 1e-4));
}

}  // namespace
}  // namespace secateur
