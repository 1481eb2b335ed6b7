// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/trainer.h"

#include <algorithm>
#include <cmath>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "core/heal/batches.h"
#include "core/heal/heal_check.h"
#include "core/model/forward.h"
#include "core/model/parallel.h"
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

Trainer::Batch Trainer::Batch::windows(std::int64_t first, std::int64_t count) const {
    const std::int64_t predicted = ids.size(1) - 1;
    const auto rows = [&](const at::Tensor& all) {
        return all.defined() ? all.narrow(0, first * predicted, count * predicted) : all;
    };
    Batch part = *this;
    part.ids = ids.narrow(0, first, count);
    part.side.x = rows(side.x);
    part.side.topIds = rows(side.topIds);
    part.side.topLogProbability = rows(side.topLogProbability);
    for (at::Tensor& layer : part.taught) layer = layer.narrow(0, first, count);
    part.share = share * static_cast<double>(count) / static_cast<double>(ids.size(0));
    part.draw = draw + static_cast<std::uint64_t>(first);
    return part;
}

Trainer::Lane Trainer::runLane(const Batch& batch, int lanes) const {
    Lane lane;
    std::vector<at::Tensor> student;
    const at::Tensor x =
        inputsOf(network_.stream(batch.ids, matched_.empty() ? nullptr : &student, batch.draw));
    const at::Tensor head = network_.head();
    const LossSetting setting{.teacher = teacher_ != nullptr ? &batch.side : nullptr,
                              .share = batch.share,
                              .logitRows = std::max<std::int64_t>(1, logitRows(head.size(0)) / lanes)};
    at::Tensor loss = recordedLoss(x, head, targetsOf(batch.ids), setting, lane.parts.loss);
    if (!matched_.empty()) {
        const at::Tensor distance = hiddenDistance(student, batch);
        lane.parts.hidden = distance.item<double>();
        loss = loss + batch.share * options_.hiddenShare * distance;
    }
    std::vector<at::Tensor> leaves;
    for (const Parameter& parameter : network_.parameters()) leaves.push_back(parameter.value);
    lane.gradients = torch::autograd::grad({loss}, leaves, {}, /*retain_graph=*/std::nullopt,
                                           /*create_graph=*/false, /*allow_unused=*/true);
    return lane;
}

// Adds the gradients of some windows. Operations of LibTorch within a lane run on the lane's thread alone.
Trainer::Parts Trainer::accumulate(const Batch& batch, int most) {
    const std::int64_t windows = batch.ids.size(0);
    const std::int64_t count = std::min<std::int64_t>(most, windows);
    const auto firstOf = [&](std::int64_t lane) { return windows * lane / count; };
    std::vector<Lane> lanes(static_cast<std::size_t>(count));
    inParallel(count, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            Lane& lane = lanes[static_cast<std::size_t>(i)];
            try {
                lane =
                    runLane(batch.windows(firstOf(i), firstOf(i + 1) - firstOf(i)), static_cast<int>(count));
            } catch (...) {
                lane.problem = std::current_exception();
            }
        }
    });
    Parts parts;
    for (std::int64_t i = 0; i < count; ++i) {
        const Lane& lane = lanes[static_cast<std::size_t>(i)];
        if (lane.problem) std::rethrow_exception(lane.problem);
        const double part = static_cast<double>(firstOf(i + 1) - firstOf(i)) / static_cast<double>(windows);
        parts.loss.crossEntropy += part * lane.parts.loss.crossEntropy;
        parts.loss.divergence += part * lane.parts.loss.divergence;
        parts.hidden += part * lane.parts.hidden;
        for (std::size_t p = 0; p < gradients_.size(); ++p) {
            if (!lane.gradients[p].defined()) continue;
            if (gradients_[p].defined()) {
                gradients_[p].add_(lane.gradients[p]);
            } else {
                gradients_[p] = lane.gradients[p];
            }
        }
    }
    return parts;
}

// Mean over layers of the squared distance in units of the teacher's mean square, so that deep layers, whose
// streams are longer, weigh no more than shallow ones.
at::Tensor Trainer::hiddenDistance(const std::vector<at::Tensor>& student, const Batch& batch) {
    at::Tensor sum = at::zeros({}, student.front().options());
    for (std::size_t i = 0; i < student.size(); ++i)
        sum = sum + (student[i] - batch.taught[i]).square().mean() / batch.sizes[i];
    return sum / static_cast<double>(student.size());
}

std::vector<at::Tensor> Trainer::gradients() const {
    std::vector<at::Tensor> all;
    for (const at::Tensor& gradient : gradients_)
        if (gradient.defined()) all.push_back(gradient);
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
            if (parameter.decays != decays || !gradients_[i].defined()) continue;
            values.push_back(parameter.value);
            gradients.push_back(gradients_[i]);
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
    const auto batch = static_cast<int>(ids.size(0));
    const int atOnce = windowsAtOnce(options_, batch, static_cast<int>(ids.size(1)));
    const int lanes = lanesAtOnce(network_.config(), options_,
                                  scaleOf(network_.place(), static_cast<int>(ids.size(1)), nullptr));
    HealPoint point;
    gradients_.assign(network_.parameters().size(), {});
    for (int first = 0; first < batch; first += atOnce) {
        const int some = std::min(atOnce, batch - first);
        // Numbered by the step and the window, so that a resumed run drops the same activations.
        Batch part;
        part.ids = ids.narrow(0, first, some);
        part.share = static_cast<double>(some) / batch;
        // Of the step and the window, so that a resumed run drops the same activations.
        part.draw = static_cast<std::uint64_t>(done_ * batch + first);
        if (teacher_ != nullptr) {
            std::vector<int> numbers;
            if (!which.empty()) numbers.assign(which.begin() + first, which.begin() + first + some);
            part.side = teacher_->side(part.ids, numbers, matched_, part.taught, options_);
            for (const at::Tensor& layer : part.taught) part.sizes.push_back(layer.square().mean());
        }
        const Parts parts = accumulate(part, lanes);
        point.crossEntropy += part.share * parts.loss.crossEntropy;
        point.divergence += part.share * parts.loss.divergence;
        point.hiddenDistance += part.share * parts.hidden;
    }
    for (std::size_t i = 0; i < gradients_.size(); ++i)
        if (network_.parameters()[i].keep.defined() && gradients_[i].defined())
            gradients_[i].mul_(network_.parameters()[i].keep);
    const double mix = teacher_ != nullptr ? options_.crossEntropyShare : 1.0;
    point.loss = mix * point.crossEntropy + (1.0 - mix) * point.divergence +
                 options_.hiddenShare * point.hiddenDistance;
    point.gradientNorm = gradientNorm();
    point.rate = rate;
    requireFinite(point, ids);
    clip(point.gradientNorm);
    update(rate);
    gradients_.clear();
    point.step = ++done_;
    return point;
}

void Trainer::resumeAt(std::int64_t step) {
    done_ = step;
}

}  // namespace secateur
