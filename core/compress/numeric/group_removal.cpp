// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/numeric/group_removal.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "core/base/error.h"
#include "core/compress/numeric/ridge.h"

namespace secateur {

namespace {

constexpr int kInverseAttempts = 6;
constexpr double kGone = std::numeric_limits<double>::infinity();

at::Tensor invertedWithRidge(const at::Tensor& covariance, double damping, const std::string& where) {
    if (!at::isfinite(covariance).all().item<bool>())
        throw Error(ErrorCode::Corrupt, where + ": the covariance of its inputs holds NaN or Inf");
    const auto inverse = factoredWithRidge(
        covariance.clone(), {damping, 1e-3, kInverseAttempts}, [](const at::Tensor& matrix) {
            const at::Tensor lower = lowerFactor(matrix);
            return lower.defined() ? at::cholesky_inverse(lower) : at::Tensor();
        });
    if (!inverse)
        throw Error(ErrorCode::InvalidArgument, where + ": the covariance of its inputs cannot be factored",
                    "use more calibration text, or a larger damping");
    return inverse->factor;
}

class Removal {
public:
    Removal(const at::Tensor& weight, const at::Tensor& covariance, const GroupRemoval& removal,
            const std::string& where)
        : removal_(removal),
          groups_(weight.size(1) / removal.width),
          columns_(weight.to(at::kDouble).t().clone(at::MemoryFormat::Contiguous)),
          inverse_(invertedWithRidge(covariance.to(at::kDouble), removal.damping, where)),
          order_(static_cast<std::size_t>(groups_), -1.0F) {
        if (removal.addsSignal) signal_ = at::mm(covariance.to(at::kDouble), columns_);
    }

    std::vector<float> run() {
        const std::int64_t count = std::clamp<std::int64_t>(removal_.count, 0, groups_ - 1);
        const std::int64_t rounds =
            std::clamp<std::int64_t>(removal_.rounds, 1, std::max<std::int64_t>(count, 1));
        std::int64_t gone = 0;
        for (std::int64_t round = 0; round < rounds && gone < count; ++round) {
            const std::int64_t some = count / rounds + (round < count % rounds ? 1 : 0);
            const std::vector<std::int64_t> order = ascending(losses());
            const std::vector<std::int64_t> chosen(order.begin(), order.begin() + some);
            for (const std::int64_t group : chosen)
                order_[static_cast<std::size_t>(group)] = static_cast<float>(gone++);
            remove(chosen);
        }
        for (const std::int64_t group : ascending(losses()))
            if (order_[static_cast<std::size_t>(group)] < 0.0F)
                order_[static_cast<std::size_t>(group)] = static_cast<float>(gone++);
        return order_;
    }

private:
    // Of each group; infinite where it has gone.
    [[nodiscard]] std::vector<double> losses() const {
        std::vector<double> losses(static_cast<std::size_t>(groups_), kGone);
        at::Tensor ofInputs;
        if (removal_.width == 1)
            ofInputs = columns_.square().sum(1) / inverse_.diagonal().clamp_min(1e-300) / 2.0;
        for (std::int64_t group = 0; group < groups_; ++group) {
            const auto at = static_cast<std::size_t>(group);
            if (order_[at] >= 0.0F) continue;
            losses[at] = removal_.width == 1 ? ofInputs[group].item<double>() : lossOf(group);
            if (removal_.addsSignal)
                losses[at] += (part(columns_, group) * part(signal_, group)).sum().item<double>();
        }
        return losses;
    }

    [[nodiscard]] double lossOf(std::int64_t group) const {
        const at::Tensor own = part(columns_, group);
        const at::Tensor block = part(inverse_, group).narrow(1, group * removal_.width, removal_.width);
        const at::Tensor factor = lowerFactor(block);
        if (!factor.defined()) return 0.0;  // inputs that say nothing of their own
        return (own * at::cholesky_solve(own, factor)).sum().item<double>() / 2.0;
    }

    [[nodiscard]] at::Tensor part(const at::Tensor& rows, std::int64_t group) const {
        return rows.narrow(0, group * removal_.width, removal_.width);
    }

    static std::vector<std::int64_t> ascending(const std::vector<double>& losses) {
        std::vector<std::int64_t> order(losses.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, {},
                                 [&](std::int64_t group) { return losses[static_cast<std::size_t>(group)]; });
        return order;
    }

    void remove(const std::vector<std::int64_t>& groups) {
        std::vector<std::int64_t> inputs;
        for (const std::int64_t group : groups)
            for (std::int64_t i = 0; i < removal_.width; ++i) inputs.push_back(group * removal_.width + i);
        const at::Tensor index = at::tensor(inputs, at::kLong).to(columns_.device());
        const at::Tensor across = inverse_.index_select(1, index);
        const auto factor = factoredWithRidge(across.index_select(0, index), {0.0, 1e-10, 11});
        if (factor) {
            columns_.sub_(
                at::mm(across, at::cholesky_solve(columns_.index_select(0, index), factor->factor)));
            inverse_.sub_(at::mm(across, at::cholesky_solve(across.t(), factor->factor)));
        }
        columns_.index_fill_(0, index, 0.0);
        inverse_.index_fill_(0, index, 0.0);
        inverse_.index_fill_(1, index, 0.0);
    }

    const GroupRemoval& removal_;
    std::int64_t groups_;
    at::Tensor columns_;  // [in, out] f64: as they are by now
    at::Tensor inverse_;  // [in, in] f64: of H over the inputs that are left
    at::Tensor signal_;   // [in, out] f64: H W of the dense weights
    std::vector<float> order_;
};

}  // namespace

std::vector<float> removalOrder(const at::Tensor& weight, const at::Tensor& covariance,
                                const GroupRemoval& removal, const std::string& where) {
    return Removal(weight, covariance, removal, where).run();
}

}  // namespace secateur
