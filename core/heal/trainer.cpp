// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/trainer.h"

#include <algorithm>
#include <cmath>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "core/heal/batches.h"
#include "core/planning/heal_forecast.h"

namespace secateur {

namespace {

std::vector<int> originalPositions(const NetworkConfig& student, const NetworkConfig& teacher) {
    if (student.hiddenSize != teacher.hiddenSize)
        throw Error(ErrorCode::InvalidArgument,
                    "the teacher's hidden size is " + std::to_string(teacher.hiddenSize) +
                        ", the student's " + std::to_string(student.hiddenSize),
                    "leave out --hidden-share");
    std::vector<int> positions;
    for (const LayerConfig& layer : student.layers) {
        const auto original = std::find_if(
            teacher.layers.begin(), teacher.layers.end(),
            [&](const LayerConfig& candidate) { return candidate.originalLayer == layer.originalLayer; });
        if (original == teacher.layers.end())
            throw Error(ErrorCode::InvalidArgument,
                        "the teacher has no layer " + std::to_string(layer.originalLayer) +
                            ", which a layer of the student comes from",
                        "use the checkpoint that was compressed as the teacher");
        positions.push_back(static_cast<int>(original - teacher.layers.begin()));
    }
    return positions;
}

}  // namespace

Trainer::Trainer(TrainableNetwork& network, Teacher* teacher, const HealOptions& options)
    : network_(network),
      teacher_(options.method == HealMethod::Distill ? teacher : nullptr),
      options_(options) {
    for (const Parameter& parameter : network_.parameters()) {
        first_.push_back(at::zeros_like(parameter.value, at::TensorOptions().requires_grad(false)));
        second_.push_back(at::zeros_like(parameter.value, at::TensorOptions().requires_grad(false)));
    }
    count_ = at::zeros(
        {}, at::TensorOptions().dtype(at::kFloat).device(network_.parameters().front().value.device()));
    if (teacher_ != nullptr && options.hiddenShare > 0.0)
        matched_ = originalPositions(network.config(), teacher_->config());
}

Trainer::Parts Trainer::accumulate(const at::Tensor& ids, const std::vector<int>& which, double share) {
    Parts parts;
    std::vector<at::Tensor> student, taught;
    const at::Tensor x = inputsOf(network_.stream(ids, matched_.empty() ? nullptr : &student));
    TeacherSide side;
    if (teacher_ != nullptr) side = teacher_->side(ids, which, matched_, taught, options_);
    at::Tensor loss =
        recordedLoss(x, network_.head(), targetsOf(ids), teacher_ != nullptr ? &side : nullptr, parts.loss);
    if (!matched_.empty()) {
        const at::Tensor distance = hiddenDistance(student, taught);
        parts.hidden = distance.item<double>();
        loss = loss + options_.hiddenShare * distance;
    }
    torch::autograd::backward({loss}, {at::full_like(loss, share)});
    return parts;
}

// Mean over layers of the squared distance in units of the teacher's mean square, so that deep layers, whose
// streams are longer, weigh no more than shallow ones.
at::Tensor Trainer::hiddenDistance(const std::vector<at::Tensor>& student,
                                   const std::vector<at::Tensor>& teacher) const {
    at::Tensor sum = at::zeros({}, student.front().options());
    for (std::size_t i = 0; i < student.size(); ++i)
        sum = sum + (student[i] - teacher[i]).square().mean() / teacher[i].square().mean();
    return sum / static_cast<double>(student.size());
}

std::vector<at::Tensor> Trainer::gradients() const {
    std::vector<at::Tensor> all;
    for (const Parameter& parameter : network_.parameters())
        if (parameter.value.grad().defined()) all.push_back(parameter.value.grad());
    return all;
}

double Trainer::gradientNorm() const {
    std::vector<at::Tensor> norms;
    for (const at::Tensor& gradient : gradients()) norms.push_back(at::linalg_vector_norm(gradient));
    if (norms.empty()) return 0.0;
    // One number comes back from the device, not one a tensor: each would wait for all work before it.
    return at::linalg_vector_norm(at::stack(norms).to(at::kDouble)).item<double>();
}

void Trainer::update(double rate) {
    const c10::NoGradGuard quiet;
    count_.fill_(static_cast<double>(done_ + 1));
    for (const bool decays : {true, false}) {
        std::vector<at::Tensor> values, gradients, first, second;
        for (std::size_t i = 0; i < network_.parameters().size(); ++i) {
            const Parameter& parameter = network_.parameters()[i];
            if (parameter.decays != decays || !parameter.value.grad().defined()) continue;
            values.push_back(parameter.value);
            gradients.push_back(parameter.value.grad());
            first.push_back(first_[i]);
            second.push_back(second_[i]);
        }
        const std::vector<at::Tensor> counts(values.size(), count_);
        if (!values.empty())
            at::_fused_adamw_(values, gradients, first, second, {}, counts, rate, options_.beta1,
                              options_.beta2, decays ? options_.weightDecay : 0.0, options_.epsilon,
                              /*amsgrad=*/false,
                              /*maximize=*/false);
    }
}

void Trainer::requireFinite(const HealPoint& point, const at::Tensor& ids) const {
    if (std::isfinite(point.loss) && std::isfinite(point.gradientNorm)) return;
    const int layer = network_.firstNotFinite(ids);
    throw Error(ErrorCode::Corrupt,
                "step " + std::to_string(done_ + 1) + ": the loss is not a finite number" +
                    (layer >= 0 ? ", first in layer " + std::to_string(layer) : std::string()),
                "lower the learning rate (--lr); the last checkpoint is good");
}

void Trainer::clip(double norm) const {
    if (options_.clip <= 0.0 || norm <= options_.clip) return;
    at::_foreach_mul_(gradients(), options_.clip / (norm + 1e-6));
}

HealPoint Trainer::step(const at::Tensor& ids, double rate, const std::vector<int>& which) {
    // A function of the step alone, so that a resumed run drops the same activations.
    at::manual_seed(options_.seed * 1'000'003u + static_cast<std::uint64_t>(done_));
    const auto batch = static_cast<int>(ids.size(0));
    const int atOnce = windowsAtOnce(options_, batch, static_cast<int>(ids.size(1)));
    HealPoint point;
    for (int first = 0; first < batch; first += atOnce) {
        const int some = std::min(atOnce, batch - first);
        const double share = static_cast<double>(some) / batch;
        std::vector<int> part;
        if (!which.empty()) part.assign(which.begin() + first, which.begin() + first + some);
        const Parts parts = accumulate(ids.narrow(0, first, some), part, share);
        point.crossEntropy += share * parts.loss.crossEntropy;
        point.divergence += share * parts.loss.divergence;
        point.hiddenDistance += share * parts.hidden;
    }
    for (const Parameter& parameter : network_.parameters())
        if (parameter.keep.defined() && parameter.value.grad().defined())
            parameter.value.mutable_grad().mul_(parameter.keep);
    const double mix = teacher_ != nullptr ? options_.crossEntropyShare : 1.0;
    point.loss = mix * point.crossEntropy + (1.0 - mix) * point.divergence +
                 options_.hiddenShare * point.hiddenDistance;
    point.gradientNorm = gradientNorm();
    point.rate = rate;
    requireFinite(point, ids);
    clip(point.gradientNorm);
    update(rate);
    for (const Parameter& parameter : network_.parameters()) parameter.value.mutable_grad().reset();
    point.step = ++done_;
    return point;
}

void Trainer::resumeAt(std::int64_t step) {
    done_ = step;
}

}  // namespace secateur
