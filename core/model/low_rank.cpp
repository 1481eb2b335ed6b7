// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/low_rank.h"

namespace secateur {

at::Tensor LowRankBody::product(const at::Tensor& x) const {
    return at::linear(at::linear(x, a_.to(x.scalar_type())), b_.to(x.scalar_type()));
}

at::Tensor LowRankBody::dense() const {
    return at::mm(b_.to(at::kFloat), a_.to(at::kFloat)).to(a_.scalar_type());
}

std::shared_ptr<const LinearBody> LowRankBody::with(std::vector<at::Tensor> tensors) const {
    return std::make_shared<LowRankBody>(std::move(tensors.at(0)), std::move(tensors.at(1)));
}

std::shared_ptr<const LinearBody> LowRankBody::rows(const at::Tensor& index) const {
    return std::make_shared<LowRankBody>(a_, b_.index_select(0, index));
}

std::shared_ptr<const LinearBody> LowRankBody::columns(const at::Tensor& index) const {
    return std::make_shared<LowRankBody>(a_.index_select(1, index), b_);
}

LinearForm LowRankBody::form() const {
    LinearForm form;
    form.rank = a_.size(0);
    return form;
}

}  // namespace secateur
