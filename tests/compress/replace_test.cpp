// SPDX-License-Identifier: GPL-3.0-or-later
//
// The linear map by which an MLP stands for the layers after it.
#include "core/compress/replace.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace secateur {
namespace {

at::Tensor toyOutputs() {
    return at::tensor({1.0, 0.0, 2.0, 1.0, -1.0, 3.0, 0.5, 2.0}, at::kDouble).view({4, 2});
}

TEST(ReplaceMe, FindsALinearMapThatThereIs) {
    const at::Tensor m = toyOutputs();
    const at::Tensor map = at::tensor({2.0, -1.0, 0.5, 3.0}, at::kDouble).view({2, 2});
    const LinearMap fit = fittedMap(at::mm(m.t(), m), at::mm(m.t(), at::mm(m, map)), "layer 0");
    EXPECT_EQ(fit.ridge, 0.0);
    EXPECT_TRUE(at::allclose(fit.map, map, 1e-12, 1e-12)) << fit.map;
}

TEST(ReplaceMe, IsTheLeastSquaresSolution) {
    const at::Tensor m = at::tensor({2.0, 0.0, 0.0, 1.0, 1.5, 0.0, 0.0, -2.0}, at::kDouble).view({4, 2});
    const at::Tensor y = at::tensor({1.0, 3.0, 2.0, 0.0, 0.0, 1.0, 1.0, 4.0}, at::kDouble).view({4, 2});
    const LinearMap fit = fittedMap(at::mm(m.t(), m), at::mm(m.t(), y), "layer 0");
    // Columns of M are orthogonal: T_ij = m_i . y_j / |m_i|^2.
    const at::Tensor wanted =
        at::tensor({2.0 / 6.25, 7.5 / 6.25, 0.0 / 5.0, -8.0 / 5.0}, at::kDouble).view({2, 2});
    EXPECT_TRUE(at::allclose(fit.map, wanted, 1e-12, 1e-12)) << fit.map;
}

TEST(ReplaceMe, OutputsThatDependOnEachOtherGetARidge) {
    const at::Tensor m = at::tensor({1.0, 1.0, 2.0, 2.0, -1.0, -1.0}, at::kDouble).view({3, 2});
    const LinearMap fit = fittedMap(at::mm(m.t(), m), at::mm(m.t(), m), "layer 0");
    EXPECT_GT(fit.ridge, 0.0);
    EXPECT_TRUE(at::allclose(at::mm(m, fit.map), m, 1e-6, 1e-6));
}

TEST(ReplaceMe, OutputsThatAreNothingAreRefused) {
    const at::Tensor nothing = at::zeros({2, 2}, at::kDouble);
    EXPECT_THROW(static_cast<void>(fittedMap(nothing, nothing, "layer 3, down_proj")), Error);
}

}  // namespace
}  // namespace secateur
