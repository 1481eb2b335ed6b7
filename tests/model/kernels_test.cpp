// SPDX-License-Identifier: GPL-3.0-or-later
//
// The loops of a pass against LibTorch's own operations in float64, for both types of values.
#include "core/model/kernels.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/model/host_values.h"

namespace secateur {
namespace {

constexpr double kEps = 1e-5;

struct RowCase {
    int width;
    at::ScalarType dtype;
};

std::string caseName(const testing::TestParamInfo<RowCase>& info) {
    return (info.param.dtype == at::kFloat ? "f32_" : "bf16_") + std::to_string(info.param.width);
}

class Kernels : public testing::TestWithParam<RowCase> {
protected:
    Kernels() { at::manual_seed(5); }

    [[nodiscard]] static at::Tensor values(at::IntArrayRef sizes) {
        return (at::randn(sizes) * 3).to(GetParam().dtype);
    }
    // Within the rounding of the results, on the scale of the largest.
    static void expectNear(const at::Tensor& ours, const at::Tensor& expected) {
        const double tolerance = GetParam().dtype == at::kFloat ? 2e-6 : 4.1e-3;
        const at::Tensor off = (ours.to(at::kDouble) - expected).abs();
        EXPECT_LE(off.max().item<double>(), tolerance * expected.abs().max().item<double>());
    }
    int width_ = GetParam().width;
};

INSTANTIATE_TEST_SUITE_P(Widths, Kernels,
                         testing::Values(RowCase{1, at::kFloat}, RowCase{3, at::kFloat},
                                         RowCase{100, at::kFloat}, RowCase{192, at::kFloat},
                                         RowCase{1, at::kBFloat16}, RowCase{3, at::kBFloat16},
                                         RowCase{100, at::kBFloat16}, RowCase{192, at::kBFloat16}),
                         caseName);

TEST_P(Kernels, RmsNorm) {
    const at::Tensor x = at::randn({37, width_}) * 3, weight = at::randn({width_});
    const at::Tensor out = at::empty(x.sizes(), GetParam().dtype);
    withHostValues(out, [&](auto* to) {
        kernels::rmsNorm(x.const_data_ptr<float>(), weight.const_data_ptr<float>(), to, x.size(0), x.size(1),
                         static_cast<float>(kEps));
    });
    const at::Tensor wide = x.to(at::kDouble);
    expectNear(out, wide * (wide.square().mean(1, true) + kEps).rsqrt() * weight.to(at::kDouble));
}

TEST_P(Kernels, RotateTurnsPairsByTheAngleOfTheirPosition) {
    const std::int64_t batch = 2, seq = 5, heads = 3, half = width_;
    const at::Tensor x = values({batch, seq, heads, 2 * half}), angle = at::randn({seq, half});
    const at::Tensor cos = angle.cos(), sin = angle.sin(), turned = x.clone();
    withHostValues(turned, [&](auto* data) {
        kernels::rotate(data, cos.const_data_ptr<float>(), sin.const_data_ptr<float>(), batch, seq, heads,
                        2 * half);
    });
    const at::Tensor c = cos.to(at::kDouble).unsqueeze(1), s = sin.to(at::kDouble).unsqueeze(1);
    const at::Tensor a = x.narrow(3, 0, half).to(at::kDouble), b = x.narrow(3, half, half).to(at::kDouble);
    expectNear(turned, at::cat({a * c - b * s, b * c + a * s}, 3));
}

TEST_P(Kernels, SwiGluInPlaceAndIntoOtherMemory) {
    const at::Tensor gate = values({41, width_}), up = values({41, width_});
    const at::Tensor g = gate.to(at::kDouble), expected = g * at::sigmoid(g) * up.to(at::kDouble);
    const at::Tensor out = at::empty_like(gate), inPlace = gate.clone();
    for (const at::Tensor* to : {&out, &inPlace}) {
        const at::Tensor& from = to == &out ? gate : inPlace;
        withHostValues(*to, [&](auto* written) {
            using Value = std::remove_pointer_t<decltype(written)>;
            kernels::swiGlu<Value>({static_cast<const Value*>(from.const_data_ptr()),
                                    static_cast<const Value*>(up.const_data_ptr()), 41, width_, width_},
                                   written);
        });
        expectNear(*to, expected);
    }
}

TEST_P(Kernels, AddTo) {
    const at::Tensor x = values({97, width_}), sum = at::randn({97, width_}), before = sum.clone();
    withHostValues(x,
                   [&](const auto* from) { kernels::addTo(sum.mutable_data_ptr<float>(), from, x.numel()); });
    EXPECT_TRUE(at::equal(sum, before + x.to(at::kFloat)));
}

TEST_P(Kernels, LogitsInBlocksGiveCrossEntropies) {
    const std::int64_t rows = 29, cut = width_ / 3;
    const at::Tensor logits = values({rows, width_}), targets = at::randint(width_, {rows}, at::kLong);
    std::vector<kernels::LogitSum> sums(rows);
    for (const auto& [first, last] :
         {std::pair{std::int64_t{0}, cut}, std::pair{cut, std::int64_t{width_}}}) {
        const at::Tensor block = logits.slice(1, first, last).contiguous();
        withHostValues(block, [&, from = first, some = last - first](const auto* data) {
            kernels::addLogits(data, targets.const_data_ptr<std::int64_t>(), sums.data(), rows, from, some);
        });
    }
    const at::Tensor logs = at::log_softmax(logits.to(at::kDouble), 1);
    const at::Tensor expected = -logs.gather(1, targets.unsqueeze(1)).squeeze(1);
    for (std::int64_t row = 0; row < rows; ++row)
        EXPECT_NEAR(sums[static_cast<std::size_t>(row)].crossEntropy(), expected[row].item<double>(), 3e-6);
}

TEST_P(Kernels, RowProductsAndUnitRows) {
    const at::Tensor a = at::randn({33, width_}), b = at::randn({33, width_});
    const at::Tensor ab = at::empty({33}), aa = at::empty({33}), bb = at::empty({33}),
                     unit = at::empty_like(a);
    a[7].zero_();
    kernels::rowProducts(a.const_data_ptr<float>(), b.const_data_ptr<float>(), 33, width_,
                         ab.mutable_data_ptr<float>(), aa.mutable_data_ptr<float>(),
                         bb.mutable_data_ptr<float>());
    kernels::unitRows(a.const_data_ptr<float>(), unit.mutable_data_ptr<float>(), 33, width_);
    const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
    const auto off = [](const at::Tensor& ours, const at::Tensor& expected) {
        return (ours.to(at::kDouble) - expected).abs().max().item<double>();
    };
    EXPECT_LE(off(ab, (x * y).sum(1)), 1e-4);
    EXPECT_LE(off(aa, x.square().sum(1)), 1e-4);
    EXPECT_LE(off(bb, y.square().sum(1)), 1e-4);
    EXPECT_LE(off(unit, x / x.norm(2, {1}, true).clamp_min(1e-30)), 1e-6);
    EXPECT_EQ(unit[7].abs().sum().item<float>(), 0.0F);
}

TEST(Bf16, RoundsToTheNearestAsLibTorchDoes) {
    at::manual_seed(1);
    const at::Tensor x =
        at::cat({at::randn({4096}) * 1e3, at::randn({4096}) * 1e-30,
                 at::tensor({0.0F, -0.0F, 1.00390625F, 1.01171875F, INFINITY, -INFINITY, 3.4e38F})});
    const at::Tensor expected = x.to(at::kBFloat16);
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        kernels::Bf16 value{};
        kernels::put(value, x[i].item<float>());
        EXPECT_EQ(kernels::widen(value), expected[i].item<float>()) << x[i].item<float>();
    }
    kernels::Bf16 none{};
    kernels::put(none, std::bit_cast<float>(0x7FFFFFFFU));
    EXPECT_TRUE(std::isnan(kernels::widen(none)));
}

}  // namespace
}  // namespace secateur
