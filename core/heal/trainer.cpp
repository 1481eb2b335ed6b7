// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/trainer.h"

#include <algorithm>
#include <cmath>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "core/heal/batches.h"
#include "core/heal/heal_check.h"
#include "core/heal/layer_match.h"
#include "core/model/forward.h"
#include "core/model/parallel.h"
#include "core/planning/heal_forecast.h"

namespace secateur {

namespace {

constexpr std::int64_t kEmbeddingRowsAtOnce = 8192;

}  // namespace

Trainer::Trainer(TrainableNetwork& network, Teacher* teacher, const HealOptions& options, Moments filled)
    : network_(network),
      teacher_(options.method == HealMethod::Distill ? teacher : nullptr),
      options_(options),
      filled_(filled.updates) {
    for (const Parameter& parameter : network_.parameters()) {
        if (const auto found = filled.of.find(parameter.name); found != filled.of.end()) {
            first_.push_back(found->second.first.to(parameter.value.device()));
            second_.push_back(found->second.second.to(parameter.value.device()));
            filled.of.erase(found);
            // A zero that stays has no gradient; a mean of earlier ones would move it.
            if (parameter.keep.defined()) first_.back().mul_(parameter.keep);
            continue;
        }
        first_.push_back(at::zeros_like(parameter.value, at::TensorOptions().requires_grad(false)));
        second_.push_back(at::zeros_like(parameter.value, at::TensorOptions().requires_grad(false)));
    }
    count_ = at::zeros(
        {}, at::TensorOptions().dtype(at::kFloat).device(network_.parameters().front().value.device()));
    if (teacher_ == nullptr) return;
    if (wishes().wanted()) matched_ = matchedLayers(network.config(), teacher_->config());
    if (options_.embeddingShare > 0.0) measureEmbedding();
}

void Trainer::Parts::add(const Parts& other, double share) {
    loss.crossEntropy += share * other.loss.crossEntropy;
    loss.divergence += share * other.loss.divergence;
    hidden += share * other.hidden;
    attention += share * other.attention;
    embedding += share * other.embedding;
}

LayerOutputs Trainer::wishes() const {
    return {.wantsStreams = teacher_ != nullptr && options_.hiddenShare > 0.0,
            .wantsAttention = teacher_ != nullptr && options_.attentionShare > 0.0,
            .streams = {},
            .attention = {}};
}

void Trainer::measureEmbedding() {
    if (teacher_->config().hiddenSize != network_.config().hiddenSize)
        throw Error(ErrorCode::InvalidArgument,
                    "the teacher's hidden size is " + std::to_string(teacher_->config().hiddenSize) +
                        ", the student's " + std::to_string(network_.config().hiddenSize),
                    "leave out the share of the embedding table");
    const auto& parameters = network_.parameters();
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [](const Parameter& it) { return it.name == kEmbeddingName; });
    if (found == parameters.end())
        throw Error(ErrorCode::InvalidArgument, "the embedding table is frozen and cannot come nearer",
                    "leave out the share of the embedding table");
    embedding_ = static_cast<std::size_t>(found - parameters.begin());
    embeddingRows_ = std::min(network_.config().vocabSize, teacher_->config().vocabSize);
    double squares = 0.0;
    for (std::int64_t first = 0; first < embeddingRows_; first += kEmbeddingRowsAtOnce)
        squares += teacher_->embeddingRows(first, std::min(kEmbeddingRowsAtOnce, embeddingRows_ - first))
                       .square()
                       .sum(at::kDouble)
                       .item<double>();
    embeddingSize_ = squares / static_cast<double>(embeddingRows_ * network_.config().hiddenSize);
}

double Trainer::pullEmbedding() {
    if (!embedding_) return 0.0;
    const c10::NoGradGuard quiet;
    const at::Tensor table = network_.parameters()[*embedding_].value.detach();
    at::Tensor& gradient = gradients_[*embedding_];
    if (!gradient.defined()) gradient = at::zeros_like(table);
    const double unit = embeddingSize_ * static_cast<double>(embeddingRows_ * table.size(1));
    double squares = 0.0;
    for (std::int64_t first = 0; first < embeddingRows_; first += kEmbeddingRowsAtOnce) {
        const std::int64_t count = std::min(kEmbeddingRowsAtOnce, embeddingRows_ - first);
        const at::Tensor apart = table.narrow(0, first, count) - teacher_->embeddingRows(first, count);
        squares += apart.square().sum(at::kDouble).item<double>();
        gradient.narrow(0, first, count).add_(apart, 2.0 * options_.embeddingShare / unit);
    }
    return squares / unit;
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
    part.taught = taught.windows(first, count);
    part.share = share * static_cast<double>(count) / static_cast<double>(ids.size(0));
    part.draw = draw + static_cast<std::uint64_t>(first);
    return part;
}

Trainer::Lane Trainer::runLane(const Batch& batch, int lanes) const {
    Lane lane;
    LayerOutputs student = wishes();
    const at::Tensor x =
        inputsOf(network_.stream(batch.ids, student.wanted() ? &student : nullptr, batch.draw));
    const at::Tensor head = network_.head();
    const LossSetting setting{.teacher = teacher_ != nullptr ? &batch.side : nullptr,
                              .share = batch.share,
                              .logitRows = std::max<std::int64_t>(1, logitRows(head.size(0)) / lanes)};
    at::Tensor loss = recordedLoss(x, head, targetsOf(batch.ids), setting, lane.parts.loss);
    const auto compare = [&](const std::vector<at::Tensor>& learnt, const std::vector<at::Tensor>& taught,
                             const std::vector<at::Tensor>& sizes, double share) {
        if (learnt.empty()) return 0.0;
        const at::Tensor distance = meanDistance(learnt, taught, sizes);
        if (distance.requires_grad()) loss = loss + batch.share * share * distance;
        return distance.item<double>();
    };
    lane.parts.hidden =
        compare(student.streams, batch.taught.streams, batch.streamSizes, options_.hiddenShare);
    lane.parts.attention =
        compare(student.attention, batch.taught.attention, batch.attentionSizes, options_.attentionShare);
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
    inLanes(count, [&](std::int64_t i) {
        lanes[static_cast<std::size_t>(i)] =
            runLane(batch.windows(firstOf(i), firstOf(i + 1) - firstOf(i)), static_cast<int>(count));
    });
    Parts parts;
    for (std::int64_t i = 0; i < count; ++i) {
        const Lane& lane = lanes[static_cast<std::size_t>(i)];
        const double part = static_cast<double>(firstOf(i + 1) - firstOf(i)) / static_cast<double>(windows);
        parts.add(lane.parts, part);
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
    count_.fill_(static_cast<double>(filled_ + done_ + 1));
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

// Numbered by the step and the window, so that a resumed run drops the same activations.
Trainer::Batch Trainer::batchOf(const at::Tensor& ids, const std::vector<int>& which, std::int64_t first,
                                std::int64_t count) const {
    Batch part;
    part.ids = ids.narrow(0, first, count);
    part.share = static_cast<double>(count) / static_cast<double>(ids.size(0));
    part.draw = static_cast<std::uint64_t>(done_ * ids.size(0) + first);
    if (teacher_ == nullptr) return part;
    std::vector<int> numbers;
    if (!which.empty()) numbers.assign(which.begin() + first, which.begin() + first + count);
    part.taught = wishes();
    part.side = teacher_->side(part.ids, numbers, matched_, part.taught, options_);
    part.streamSizes = meanSquares(part.taught.streams);
    part.attentionSizes = meanSquares(part.taught.attention);
    return part;
}

HealPoint Trainer::pointOf(const Parts& parts, double rate) const {
    HealPoint point;
    point.crossEntropy = parts.loss.crossEntropy;
    point.divergence = parts.loss.divergence;
    point.hiddenDistance = parts.hidden;
    point.attentionDistance = parts.attention;
    point.embeddingDistance = parts.embedding;
    const double mix = teacher_ != nullptr ? options_.crossEntropyShare : 1.0;
    point.loss = mix * point.crossEntropy + (1.0 - mix) * point.divergence +
                 options_.hiddenShare * parts.hidden + options_.attentionShare * parts.attention +
                 options_.embeddingShare * parts.embedding;
    point.gradientNorm = gradientNorm();
    point.rate = rate;
    return point;
}

HealPoint Trainer::step(const at::Tensor& ids, double rate, const std::vector<int>& which) {
    const auto batch = static_cast<int>(ids.size(0));
    const int atOnce = windowsAtOnce(options_, batch, static_cast<int>(ids.size(1)));
    const int lanes = lanesAtOnce(network_.config(), options_,
                                  scaleOf(network_.place(), static_cast<int>(ids.size(1)), nullptr));
    Parts parts;
    gradients_.assign(network_.parameters().size(), {});
    for (int first = 0; first < batch; first += atOnce) {
        const Batch part = batchOf(ids, which, first, std::min(atOnce, batch - first));
        parts.add(accumulate(part, lanes), part.share);
    }
    parts.embedding = pullEmbedding();
    for (std::size_t i = 0; i < gradients_.size(); ++i)
        if (network_.parameters()[i].keep.defined() && gradients_[i].defined())
            gradients_[i].mul_(network_.parameters()[i].keep);
    HealPoint point = pointOf(parts, rate);
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
