// SPDX-License-Identifier: GPL-3.0-or-later
//
// A linear that is the product of two: W = B A, with B [out, rank] and A [rank, in]. Multiplying takes
// rank (out + in) operations a token instead of out in.
#pragma once

#include <array>
#include <memory>

#include "core/model/linear.h"

namespace secateur {

class LowRankBody final : public LinearBody {
public:
    LowRankBody(at::Tensor a, at::Tensor b);
    // With adapters of their own. Neither has a bias.
    LowRankBody(Linear a, Linear b) : factors_{std::move(a), std::move(b)} {}

    [[nodiscard]] at::Tensor product(const at::Tensor& x) const override;
    [[nodiscard]] at::Tensor dense() const override;
    [[nodiscard]] std::vector<BodyTensor> tensors() const override {
        return {{kFactors[0], a()}, {kFactors[1], b()}};
    }
    [[nodiscard]] std::shared_ptr<const LinearBody> with(std::vector<at::Tensor> tensors) const override;
    [[nodiscard]] std::shared_ptr<const LinearBody> rows(const at::Tensor& index) const override;
    [[nodiscard]] std::shared_ptr<const LinearBody> columns(const at::Tensor& index) const override;
    [[nodiscard]] LinearForm form() const override;
    [[nodiscard]] std::span<const Linear> factors() const override { return factors_; }

private:
    [[nodiscard]] const at::Tensor& a() const noexcept { return factors_[0].weight; }
    [[nodiscard]] const at::Tensor& b() const noexcept { return factors_[1].weight; }

    std::array<Linear, 2> factors_;
};

}  // namespace secateur
