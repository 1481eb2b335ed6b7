// SPDX-License-Identifier: GPL-3.0-or-later
//
// A linear that is the product of two: W = B A, with B [out, rank] and A [rank, in]. Multiplying takes
// rank (out + in) operations a token instead of out in.
#pragma once

#include <memory>

#include "core/model/linear.h"

namespace secateur {

class LowRankBody final : public LinearBody {
public:
    LowRankBody(at::Tensor a, at::Tensor b) : a_(std::move(a)), b_(std::move(b)) {}

    [[nodiscard]] at::Tensor product(const at::Tensor& x) const override;
    [[nodiscard]] at::Tensor dense() const override;
    [[nodiscard]] std::vector<BodyTensor> tensors() const override {
        return {{"a.weight", a_}, {"b.weight", b_}};
    }
    [[nodiscard]] std::shared_ptr<const LinearBody> with(std::vector<at::Tensor> tensors) const override;
    [[nodiscard]] std::shared_ptr<const LinearBody> rows(const at::Tensor& index) const override;
    [[nodiscard]] std::shared_ptr<const LinearBody> columns(const at::Tensor& index) const override;
    [[nodiscard]] LinearForm form() const override;

private:
    at::Tensor a_, b_;
};

}  // namespace secateur
