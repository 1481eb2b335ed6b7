// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fused attention against its formula in float64, with the gradients of LibTorch's autograd.
#include "core/model/attention_kernels.h"

#include <cmath>
#include <ostream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

namespace secateur {
namespace {

struct AttentionCase {
    std::int64_t seq, headDim, heads, kvHeads;
};

std::ostream& operator<<(std::ostream& out, const AttentionCase& one) {
    return out << one.seq << " tokens, " << one.heads << " / " << one.kvHeads << " heads of " << one.headDim;
}

class AttentionKernels : public ::testing::TestWithParam<AttentionCase> {
protected:
    static constexpr std::int64_t kBatch = 3;

    AttentionKernels() {
        at::manual_seed(11);
        const AttentionCase& one = GetParam();
        const std::int64_t all = one.heads + 2 * one.kvHeads;
        // Magnitudes of trained networks: some rows of probabilities are sharp, others flat.
        together_ = at::randn({kBatch, one.seq, all, one.headDim}) * 2;
        const at::Tensor angles = at::randn({one.seq, one.headDim / 2}) * 3;
        cos_ = angles.cos();
        sin_ = angles.sin();
    }

    [[nodiscard]] static at::Tensor part(const at::Tensor& together, int which) {
        const AttentionCase& one = GetParam();
        const std::int64_t first = which == 0 ? 0 : one.heads + (which - 1) * one.kvHeads;
        return together.narrow(2, first, which == 0 ? one.heads : one.kvHeads);
    }
    [[nodiscard]] at::Tensor turned(const at::Tensor& x) const {
        const std::int64_t half = GetParam().headDim / 2;
        const at::Tensor cos = cos_.to(at::kDouble).unsqueeze(1), sin = sin_.to(at::kDouble).unsqueeze(1);
        const at::Tensor a = x.narrow(3, 0, half), b = x.narrow(3, half, half);
        return at::cat({a * cos - b * sin, b * cos + a * sin}, 3);
    }
    // By the formula: softmax(q k^T / sqrt(d)) v over the positions up to one's own.
    [[nodiscard]] at::Tensor expected(const at::Tensor& together) const {
        const AttentionCase& one = GetParam();
        const std::int64_t group = one.heads / one.kvHeads;
        const auto repeated = [&](const at::Tensor& x) {
            return x.repeat_interleave(group, 2).transpose(1, 2);
        };
        const at::Tensor q = turned(part(together, 0)).transpose(1, 2);
        const at::Tensor k = repeated(turned(part(together, 1))), v = repeated(part(together, 2));
        const at::Tensor scores = at::matmul(q, k.transpose(2, 3)) / std::sqrt(double(one.headDim));
        const at::Tensor hidden = at::ones({one.seq, one.seq}, at::kBool).triu(1);
        const at::Tensor p = at::softmax(scores.masked_fill(hidden, -INFINITY), -1);
        return at::matmul(p, v).transpose(1, 2);
    }
    template <typename Value>
    [[nodiscard]] static kernels::TokenHeads<Value> heads(const at::Tensor& together, int which) {
        const at::Tensor one = part(together, which);
        if constexpr (std::is_const_v<Value>) {
            return {one.const_data_ptr<float>(), one.stride(1)};
        } else {
            return {one.mutable_data_ptr<float>(), one.stride(1)};
        }
    }

    at::Tensor together_, cos_, sin_;
};

// Lengths about the sizes of blocks and tiles, one position alone, and heads that are grouped or not.
INSTANTIATE_TEST_SUITE_P(Shapes, AttentionKernels,
                         ::testing::Values(AttentionCase{128, 32, 6, 3}, AttentionCase{1, 16, 2, 1},
                                           AttentionCase{5, 16, 4, 4}, AttentionCase{63, 48, 2, 1},
                                           AttentionCase{64, 64, 8, 2}, AttentionCase{65, 32, 3, 3},
                                           AttentionCase{150, 128, 4, 1}));

TEST_P(AttentionKernels, ValuesAndGradientsAreTheFormulas) {
    const AttentionCase& one = GetParam();
    const at::Tensor leaf = together_.to(at::kDouble).requires_grad_(true);
    const at::Tensor wanted = expected(leaf);
    const at::Tensor toward = at::randn(wanted.sizes(), at::kFloat);
    torch::autograd::backward({wanted}, {toward.to(at::kDouble)});

    const kernels::AttentionShape shape{kBatch,      one.seq,
                                        one.heads,   one.kvHeads,
                                        one.headDim, static_cast<float>(1.0 / std::sqrt(one.headDim))};
    const kernels::Rotation rotation{cos_.const_data_ptr<float>(), sin_.const_data_ptr<float>()};
    at::Tensor out = at::full({kBatch, one.seq, one.heads, one.headDim}, NAN);
    at::Tensor logSums = at::full({kBatch, one.heads, one.seq}, NAN);
    kernels::attention(shape, heads<const float>(together_, 0), heads<const float>(together_, 1),
                       heads<const float>(together_, 2), rotation, out.mutable_data_ptr<float>(),
                       logSums.mutable_data_ptr<float>());
    EXPECT_LE((out.to(at::kDouble) - wanted).abs().max().item<double>(),
              3e-6 * wanted.abs().max().item<double>());

    const at::Tensor gradient = at::full_like(together_, NAN);
    kernels::attentionBackward(shape, heads<const float>(together_, 0), heads<const float>(together_, 1),
                               heads<const float>(together_, 2), rotation, out.const_data_ptr<float>(),
                               logSums.const_data_ptr<float>(), toward.const_data_ptr<float>(),
                               heads<float>(gradient, 0), heads<float>(gradient, 1),
                               heads<float>(gradient, 2));
    for (const int which : {0, 1, 2}) {
        const at::Tensor ours = part(gradient, which).to(at::kDouble), theirs = part(leaf.grad(), which);
        const double size = theirs.abs().max().item<double>();
        // One position sees itself alone: nothing flows back to q and k.
        EXPECT_LE((ours - theirs).abs().max().item<double>(), 1e-5 * std::max(size, 1.0)) << which;
    }
}

TEST(AttentionKernelsEdges, NanReachesThePositionsThatSeeIt) {
    at::Tensor q = at::randn({1, 6, 1, 16}), k = at::randn({1, 6, 1, 16}), v = at::randn({1, 6, 1, 16});
    k[0][3][0][7] = NAN;
    const at::Tensor cos = at::ones({6, 8}), sin = at::zeros({6, 8});
    at::Tensor out = at::zeros({6, 16}), logSums = at::zeros({6});
    kernels::attention({1, 6, 1, 1, 16, 0.25F}, {q.const_data_ptr<float>(), 16},
                       {k.const_data_ptr<float>(), 16}, {v.const_data_ptr<float>(), 16},
                       {cos.const_data_ptr<float>(), sin.const_data_ptr<float>()},
                       out.mutable_data_ptr<float>(), logSums.mutable_data_ptr<float>());
    for (int position = 0; position < 6; ++position)
        EXPECT_EQ(at::isnan(out[position]).any().item<bool>(), position >= 3) << position;
}

}  // namespace
}  // namespace secateur
