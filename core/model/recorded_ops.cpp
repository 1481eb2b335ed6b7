// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/recorded_ops.h"

#include <algorithm>

#include <torch/csrc/autograd/custom_function.h>

#include "core/model/decoder.h"
#include "core/model/forward.h"
#include "core/model/tensors.h"
#include "core/model/training_kernels.h"

namespace secateur {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

// What the loops over host memory take.
bool onHost(std::initializer_list<const at::Tensor*> tensors) {
    return std::all_of(tensors.begin(), tensors.end(), [](const at::Tensor* tensor) {
        return isHostFloat(*tensor) && tensor->is_contiguous();
    });
}

class RmsNorm : public Function<RmsNorm> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                              double eps) {
        context->save_for_backward({x, weight});
        context->saved_data["eps"] = eps;
        return rmsNorm(x, weight, eps, at::kFloat);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const std::int64_t width = saved[0].size(-1);
        const at::Tensor x = saved[0].reshape({-1, width}).contiguous();
        const at::Tensor gradient = gradients[0].reshape({-1, width}).contiguous();
        const double eps = context->saved_data["eps"].toDouble();
        const bool learns = context->needs_input_grad(1);
        at::Tensor toX = at::empty_like(x);
        at::Tensor toWeight = learns ? at::empty_like(saved[1]) : at::Tensor();
        kernels::rmsNormBackward(x.const_data_ptr<float>(), saved[1].const_data_ptr<float>(),
                                 gradient.const_data_ptr<float>(), toX.mutable_data_ptr<float>(),
                                 learns ? toWeight.mutable_data_ptr<float>() : nullptr, x.size(0), width,
                                 static_cast<float>(eps));
        return {toX.view_as(saved[0]), toWeight, at::Tensor()};
    }
};

class Rotate : public Function<Rotate> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const RopeTable& table) {
        context->save_for_backward({table.cos, table.sin, table.wideCos, table.wideSin});
        return rotated(x, table);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const RopeTable table{saved[0], saved[1], saved[2], saved[3]};
        return {rotated(gradients[0], table, true), at::Tensor()};
    }
};

class SwiGlu : public Function<SwiGlu> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& gate, const at::Tensor& up) {
        context->save_for_backward({gate, up});
        if (!onHost({&gate, &up})) return at::silu(gate).mul_(up);
        at::Tensor out = at::empty_like(gate);
        kernels::swiGlu(gate.const_data_ptr<float>(), up.const_data_ptr<float>(),
                        out.mutable_data_ptr<float>(), gate.numel());
        return out;
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor gradient = gradients[0].contiguous();
        if (onHost({&saved[0], &saved[1], &gradient})) {
            at::Tensor gate = at::empty_like(saved[0]), up = at::empty_like(saved[1]);
            kernels::swiGluBackward(saved[0].const_data_ptr<float>(), saved[1].const_data_ptr<float>(),
                                    gradient.const_data_ptr<float>(), gate.mutable_data_ptr<float>(),
                                    up.mutable_data_ptr<float>(), gradient.numel());
            return {gate, up};
        }
        const at::Tensor toUp = at::silu(saved[0]).mul_(gradients[0]);
        const at::Tensor toGate = at::silu_backward(gradients[0] * saved[1], saved[0]);
        return {toGate, toUp};
    }
};

struct Divergence {
    at::Tensor sum;       // over rows, nats
    at::Tensor gradient;  // with respect to logits / temperature
};

// KL(teacher || student) over the whole vocabulary.
Divergence fullDivergence(const at::Tensor& logStudent, const at::Tensor& logTeacher) {
    const at::Tensor p = logTeacher.exp();
    return {(p * (logTeacher - logStudent)).sum(), logStudent.exp().sub_(p)};
}

// The same over k + 1 outcomes: the teacher's k tokens, and all others together.
Divergence topDivergence(const at::Tensor& logStudent, const at::Tensor& ids, const at::Tensor& logTeacher) {
    constexpr double kLeast = 1e-10;
    at::Tensor q = logStudent.exp();
    const at::Tensor p = logTeacher.exp();
    const at::Tensor top = q.gather(1, ids);
    const at::Tensor pRest = (1.0 - p.sum(1, true)).clamp_min(kLeast);
    const at::Tensor qRest = (1.0 - top.sum(1, true)).clamp_min(kLeast);
    const at::Tensor sum =
        (p * (logTeacher - logStudent.gather(1, ids))).sum() + (pRest * (pRest.log() - qRest.log())).sum();
    at::Tensor gradient = q.mul_(1.0 - pRest / qRest);
    gradient.scatter_(1, ids, top - p);
    return {sum, gradient};
}

struct Rows {
    at::Tensor targets;
    at::Tensor teacherLogits;  // undefined when the teacher's top tokens are given
    at::Tensor topIds, topLogProbability;
};

// Adds the loss of some rows to `parts` (as sums) and returns `scale` times its gradient with respect to
// their logits, maybe in their memory.
at::Tensor rowsLoss(at::Tensor logits, const Rows& rows, const TeacherSide* teacher, double scale,
                    LossParts& parts) {
    if (teacher == nullptr && onHost({&logits})) {
        const at::Tensor targets = rows.targets.contiguous();
        parts.crossEntropy +=
            kernels::crossEntropy(logits.mutable_data_ptr<float>(), targets.const_data_ptr<std::int64_t>(),
                                  logits.size(0), logits.size(1), static_cast<float>(scale));
        return logits;
    }
    const at::Tensor logProbability = at::log_softmax(logits, -1);
    const at::Tensor index = rows.targets.unsqueeze(1);
    parts.crossEntropy -= logProbability.gather(1, index).sum().item<double>();
    at::Tensor gradient = logProbability.exp();
    gradient.scatter_add_(1, index, at::full_like(index, -1, gradient.options()));
    if (teacher == nullptr) return gradient.mul_(scale);
    const double temperature = teacher->temperature;
    const at::Tensor logStudent =
        temperature == 1.0 ? logProbability : at::log_softmax(logits / temperature, -1);
    const Divergence divergence =
        rows.topIds.defined()
            ? topDivergence(logStudent, rows.topIds, rows.topLogProbability)
            : fullDivergence(logStudent, at::log_softmax(rows.teacherLogits / temperature, -1));
    parts.divergence += temperature * temperature * divergence.sum.item<double>();
    gradient.mul_(teacher->crossEntropyShare * scale);
    return gradient.add_(divergence.gradient, temperature * (1.0 - teacher->crossEntropyShare) * scale);
}

Rows rowsOf(const at::Tensor& targets, const TeacherSide* teacher, std::int64_t first, std::int64_t some) {
    Rows rows{targets.narrow(0, first, some), {}, {}, {}};
    if (teacher == nullptr) return rows;
    if (teacher->topIds.defined()) {
        rows.topIds = teacher->topIds.narrow(0, first, some);
        rows.topLogProbability = teacher->topLogProbability.narrow(0, first, some);
    } else {
        rows.teacherLogits = at::linear(teacher->x.narrow(0, first, some), teacher->head).to(at::kFloat);
    }
    return rows;
}

class Loss : public Function<Loss> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& head,
                              const at::Tensor& targets, const TeacherSide* teacher, LossParts* parts) {
        const std::int64_t tokens = x.size(0);
        const std::int64_t rows = logitRows(head.size(0));
        const auto scale = 1.0 / static_cast<double>(tokens);
        const at::Tensor product = head.to(x.scalar_type());
        at::Tensor toX = at::empty_like(x);
        at::Tensor toHead = head.requires_grad() ? at::zeros_like(head) : at::Tensor();
        *parts = {};
        for (std::int64_t first = 0; first < tokens; first += rows) {
            const std::int64_t some = std::min(rows, tokens - first);
            const at::Tensor part = x.narrow(0, first, some);
            const at::Tensor gradient =
                rowsLoss(at::linear(part, product).to(at::kFloat), rowsOf(targets, teacher, first, some),
                         teacher, scale, *parts)
                    .to(x.scalar_type());
            at::Tensor target = toX.narrow(0, first, some);
            at::mm_out(target, gradient, product);
            if (!toHead.defined()) continue;
            if (toHead.scalar_type() == gradient.scalar_type()) {
                toHead.addmm_(gradient.t(), part);
            } else {
                toHead.add_(at::mm(gradient.t(), part));
            }
        }
        parts->crossEntropy *= scale;
        parts->divergence *= scale;
        context->save_for_backward({toX, toHead});
        const double share = teacher == nullptr ? 1.0 : teacher->crossEntropyShare;
        const double loss = share * parts->crossEntropy + (1.0 - share) * parts->divergence;
        return at::scalar_tensor(loss, x.options().dtype(at::kFloat));
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        // A batch that runs at once has the share 1: nothing to multiply.
        const bool whole = gradients[0].is_cpu() && gradients[0].item<float>() == 1.0F;
        const auto scaled = [&](const at::Tensor& tensor) {
            return whole || !tensor.defined() ? tensor : tensor * gradients[0];
        };
        return {scaled(saved[0]), scaled(saved[1]), at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

}  // namespace

bool records(std::initializer_list<const at::Tensor*> tensors) {
    return c10::GradMode::is_enabled() &&
           std::any_of(tensors.begin(), tensors.end(),
                       [](const at::Tensor* tensor) { return tensor->defined() && tensor->requires_grad(); });
}

at::Tensor recordedRmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    return RmsNorm::apply(x, weight, eps);
}

at::Tensor recordedRotate(const at::Tensor& x, const RopeTable& table) {
    return Rotate::apply(x, table);
}

at::Tensor recordedSwiGlu(const at::Tensor& gate, const at::Tensor& up) {
    return SwiGlu::apply(gate, up);
}

at::Tensor recordedLoss(const at::Tensor& x, const at::Tensor& head, const at::Tensor& targets,
                        const TeacherSide* teacher, LossParts& parts) {
    return Loss::apply(x, head, targets, teacher, &parts);
}

}  // namespace secateur
