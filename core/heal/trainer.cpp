// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/trainer.h"

#include <algorithm>
#include <cmath>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "core/model/recorded_ops.h"

namespace secateur {

namespace {

constexpr std::int64_t kTokensAtOnce = 4096;  // larger batches are accumulated from parts of about this size

at::Tensor flatInputs(const at::Tensor& stream) {
    return stream.narrow(1, 0, stream.size(1) - 1).reshape({-1, stream.size(2)});
}

}  // namespace

Teacher::Teacher(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place, int seqLen)
    : checkpoint_(std::move(checkpoint)),
      place_(place),
      weights_(checkpoint_, place_),
      pass_(makePassContext(weights_.config(), place_, seqLen)) {
    weights_.keepResident(true);
}

at::Tensor Teacher::stream(const at::Tensor& ids) {
    const c10::NoGradGuard quiet;
    at::Tensor hidden = at::embedding(weights_.embedding(), ids.to(at::kCPU)).to(place_.device, at::kFloat);
    for (int position = 0; position < config().layerCount(); ++position)
        runLayer(pass_, position, weights_.layer(position), nullptr, hidden);
    return rmsNorm(hidden, weights_.finalNorm(), config().normEps, place_.products);
}

Trainer::Trainer(TrainableNetwork& network, Teacher* teacher, const HealOptions& options)
    : network_(network), teacher_(teacher), options_(options) {
    for (const Parameter& parameter : network_.parameters()) {
        first_.push_back(at::zeros_like(parameter.value, at::TensorOptions().requires_grad(false)));
        second_.push_back(at::zeros_like(parameter.value, at::TensorOptions().requires_grad(false)));
        counts_.push_back(
            at::zeros({}, at::TensorOptions().dtype(at::kFloat).device(parameter.value.device())));
    }
}

LossParts Trainer::accumulate(const at::Tensor& ids, double share) {
    LossParts parts;
    const at::Tensor x = flatInputs(network_.stream(ids));
    const at::Tensor targets = ids.narrow(1, 1, ids.size(1) - 1).reshape({-1});
    TeacherSide taught;
    if (teacher_ != nullptr)
        taught = {flatInputs(teacher_->stream(ids)), teacher_->head(), options_.temperature,
                  options_.crossEntropyShare};
    const at::Tensor loss =
        recordedLoss(x, network_.head(), targets, teacher_ != nullptr ? &taught : nullptr, parts);
    torch::autograd::backward({loss}, {at::full_like(loss, share)});
    return parts;
}

double Trainer::gradientNorm() const {
    double sum = 0.0;
    for (const Parameter& parameter : network_.parameters()) {
        const at::Tensor& gradient = parameter.value.grad();
        if (gradient.defined())
            sum += at::linalg_vector_norm(gradient).to(at::kDouble).square().item<double>();
    }
    return std::sqrt(sum);
}

void Trainer::update(double rate) {
    const c10::NoGradGuard quiet;
    for (const bool decays : {true, false}) {
        std::vector<at::Tensor> values, gradients, first, second, counts;
        for (std::size_t i = 0; i < network_.parameters().size(); ++i) {
            const Parameter& parameter = network_.parameters()[i];
            if (parameter.decays != decays || !parameter.value.grad().defined()) continue;
            values.push_back(parameter.value);
            gradients.push_back(parameter.value.grad());
            first.push_back(first_[i]);
            second.push_back(second_[i]);
            counts.push_back(counts_[i].fill_(static_cast<double>(done_ + 1)));
        }
        if (!values.empty())
            at::_fused_adamw_(values, gradients, first, second, {}, counts, rate, options_.beta1,
                              options_.beta2, decays ? options_.weightDecay : 0.0, options_.epsilon,
                              /*amsgrad=*/false,
                              /*maximize=*/false);
    }
}

HealPoint Trainer::step(const at::Tensor& ids, double rate) {
    // A function of the step alone, so that a resumed run drops the same activations.
    at::manual_seed(options_.seed * 1'000'003u + static_cast<std::uint64_t>(done_));
    const std::int64_t batch = ids.size(0);
    const std::int64_t atOnce = std::max<std::int64_t>(1, kTokensAtOnce / ids.size(1));
    HealPoint point;
    for (std::int64_t first = 0; first < batch; first += atOnce) {
        const std::int64_t some = std::min(atOnce, batch - first);
        const double share = static_cast<double>(some) / static_cast<double>(batch);
        const LossParts parts = accumulate(ids.narrow(0, first, some), share);
        point.crossEntropy += share * parts.crossEntropy;
        point.divergence += share * parts.divergence;
    }
    const double mix = teacher_ != nullptr ? options_.crossEntropyShare : 1.0;
    point.loss = mix * point.crossEntropy + (1.0 - mix) * point.divergence;
    point.gradientNorm = gradientNorm();
    point.rate = rate;
    if (!std::isfinite(point.loss) || !std::isfinite(point.gradientNorm)) {
        const int layer = network_.firstNotFinite(ids);
        throw Error(ErrorCode::Corrupt,
                    "step " + std::to_string(done_ + 1) + ": the loss is not a finite number" +
                        (layer >= 0 ? ", first in layer " + std::to_string(layer) : std::string()),
                    "lower the learning rate (--lr); the last checkpoint is good");
    }
    if (options_.clip > 0.0 && point.gradientNorm > options_.clip) {
        const double factor = options_.clip / (point.gradientNorm + 1e-6);
        for (const Parameter& parameter : network_.parameters())
            if (parameter.value.grad().defined()) parameter.value.mutable_grad().mul_(factor);
    }
    update(rate);
    for (const Parameter& parameter : network_.parameters()) parameter.value.mutable_grad().reset();
    point.step = ++done_;
    return point;
}

void Trainer::resumeAt(std::int64_t step) {
    done_ = step;
}

at::Tensor idsOf(const TokenWindows& windows, const std::vector<int>& which, const at::Device& device) {
    at::Tensor ids = at::empty({static_cast<std::int64_t>(which.size()), windows.seqLen}, at::kLong);
    auto* row = ids.mutable_data_ptr<std::int64_t>();
    for (const int window : which) {
        const auto part = windows.window(window);
        row = std::copy(part.begin(), part.end(), row);
    }
    return ids.to(device);
}

}  // namespace secateur
