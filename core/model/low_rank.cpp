// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/low_rank.h"

namespace secateur {

LowRankBody::LowRankBody(at::Tensor a, at::Tensor b) {
    factors_[0].weight = std::move(a);
    factors_[1].weight = std::move(b);
}

at::Tensor LowRankBody::product(const at::Tensor& x) const {
    return at::linear(at::linear(x, a().to(x.scalar_type())), b().to(x.scalar_type()));
}

at::Tensor LowRankBody::dense() const {
    return at::mm(b().to(at::kFloat), a().to(at::kFloat)).to(a().scalar_type());
}

std::shared_ptr<const LinearBody> LowRankBody::with(std::vector<at::Tensor> tensors) const {
    return std::make_shared<LowRankBody>(std::move(tensors.at(0)), std::move(tensors.at(1)));
}

std::shared_ptr<const LinearBody> LowRankBody::rows(const at::Tensor& index) const {
    return std::make_shared<LowRankBody>(a(), b().index_select(0, index));
}

std::shared_ptr<const LinearBody> LowRankBody::columns(const at::Tensor& index) const {
    return std::make_shared<LowRankBody>(a().index_select(1, index), b());
}

LinearForm LowRankBody::form() const {
    LinearForm form;
    form.rank = a().size(0);
    return form;
}

}  // namespace secateur
