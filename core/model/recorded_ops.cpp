// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/recorded_ops.h"

#include <algorithm>

#include <torch/csrc/autograd/custom_function.h>

#include "core/model/attention_kernels.h"
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

// The tensor of which `parts` are consecutive pieces along `dim`; undefined when they are not.
at::Tensor wholeOf(at::TensorList parts, std::int64_t dim) {
    const at::Tensor& first = parts.front();
    std::vector<std::int64_t> sizes = first.sizes().vec();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const at::Tensor& part = parts[i];
        const std::int64_t offset =
            first.storage_offset() + sizes[static_cast<std::size_t>(dim)] * first.stride(dim);
        if (!part.is_alias_of(first) || part.strides() != first.strides() || part.storage_offset() != offset)
            return {};
        sizes[static_cast<std::size_t>(dim)] += part.size(dim);
    }
    return first.detach().as_strided(sizes, first.strides(), first.storage_offset());
}

// Rows of x as a matrix, copied only when they lie unevenly.
at::Tensor matrixOf(const at::Tensor& x) {
    return x.reshape({-1, x.size(-1)});
}

class Products : public Function<Products> {
public:
    static variable_list forward(AutogradContext* context, const at::Tensor& x, at::TensorList weights) {
        variable_list saved{x};
        saved.insert(saved.end(), weights.begin(), weights.end());
        context->save_for_backward(saved);
        return split(at::linear(x, inDtypeOf(x, weights)), weights, x.dim() - 1);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const at::TensorList weights = at::TensorList(saved).slice(1);
        const std::int64_t columns = saved[0].dim() - 1;
        at::Tensor gradient = wholeOf(gradients, columns);
        if (!gradient.defined()) gradient = at::cat(gradients, columns);
        const at::Tensor rows = matrixOf(gradient);
        variable_list all{context->needs_input_grad(0)
                              ? at::mm(rows, inDtypeOf(rows, weights)).view_as(saved[0])
                              : at::Tensor()};
        if (context->needs_input_grad(1)) {
            const at::Tensor toWhole = at::mm(rows.t(), matrixOf(saved[0])).to(weights.front().scalar_type());
            const variable_list toWeights = split(toWhole, weights, 0);
            all.insert(all.end(), toWeights.begin(), toWeights.end());
        }
        all.resize(saved.size());
        return all;
    }

private:
    static at::Tensor inDtypeOf(const at::Tensor& x, at::TensorList weights) {
        return wholeOf(weights, 0).to(x.scalar_type());
    }
    // Pieces along `dim`, one for each weight and as wide as it has outputs.
    static variable_list split(const at::Tensor& whole, at::TensorList weights, std::int64_t dim) {
        variable_list parts;
        std::int64_t first = 0;
        for (const at::Tensor& weight : weights) {
            parts.push_back(whole.narrow(dim, first, weight.size(0)));
            first += weight.size(0);
        }
        return parts;
    }
};

// What the loops over tokens and heads take: the heads of a token lie together, and the windows one after
// another.
bool hasTokenHeads(const at::Tensor& x) {
    return isHostFloat(x) && x.stride(3) == 1 && x.stride(2) == x.size(3) &&
           x.stride(0) == x.size(1) * x.stride(1);
}

kernels::TokenHeads<const float> tokenHeads(const at::Tensor& x) {
    return {x.const_data_ptr<float>(), x.stride(1)};
}

kernels::TokenHeads<float> mutableTokenHeads(const at::Tensor& x) {
    return {x.mutable_data_ptr<float>(), x.stride(1)};
}

class Attention : public Function<Attention> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& k,
                              const at::Tensor& v, const RopeTable& table, double scale) {
        at::Tensor out = at::empty({q.size(0), q.size(1), q.size(2) * q.size(3)}, q.options());
        at::Tensor logSums = at::empty({q.size(0), q.size(2), q.size(1)}, q.options());
        kernels::attention(shapeOf(q, k, scale), tokenHeads(q), tokenHeads(k), tokenHeads(v),
                           {table.cos.const_data_ptr<float>(), table.sin.const_data_ptr<float>()},
                           out.mutable_data_ptr<float>(), logSums.mutable_data_ptr<float>());
        context->save_for_backward({q, k, v, table.cos, table.sin, out, logSums});
        context->saved_data["scale"] = scale;
        return out;
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &q = saved[0], &k = saved[1], &v = saved[2], &out = saved[5];
        const std::int64_t heads = q.size(2), kvHeads = k.size(2);
        const at::Tensor gradient = gradients[0].contiguous();
        // Together, as the product that made q, k and v wants them.
        const at::Tensor all = at::empty({q.size(0), q.size(1), heads + 2 * kvHeads, q.size(3)}, q.options());
        const at::Tensor toQ = all.narrow(2, 0, heads);
        const at::Tensor toK = all.narrow(2, heads, kvHeads);
        const at::Tensor toV = all.narrow(2, heads + kvHeads, kvHeads);
        kernels::attentionBackward(
            shapeOf(q, k, context->saved_data["scale"].toDouble()), tokenHeads(q), tokenHeads(k),
            tokenHeads(v), {saved[3].const_data_ptr<float>(), saved[4].const_data_ptr<float>()},
            out.const_data_ptr<float>(), saved[6].const_data_ptr<float>(), gradient.const_data_ptr<float>(),
            mutableTokenHeads(toQ), mutableTokenHeads(toK), mutableTokenHeads(toV));
        return {toQ, toK, toV, at::Tensor(), at::Tensor()};
    }

private:
    static kernels::AttentionShape shapeOf(const at::Tensor& q, const at::Tensor& k, double scale) {
        return {q.size(0), q.size(1), q.size(2), k.size(2), q.size(3), static_cast<float>(scale)};
    }
};

// gate and up as rows of the same stride, for the loops over host memory.
template <typename Value>
kernels::Halves<Value> halvesOf(Value* gate, Value* up, const at::Tensor& like) {
    return {gate, up, like.numel() / std::max<std::int64_t>(like.size(-1), 1), like.size(-1),
            like.stride(-2)};
}

bool hasRows(const at::Tensor& gate, const at::Tensor& up) {
    if (!isHostFloat(gate) || !isHostFloat(up) || gate.strides() != up.strides() || gate.dim() < 2)
        return false;
    if (gate.stride(-1) != 1) return false;
    for (std::int64_t dim = 0; dim + 2 < gate.dim(); ++dim)
        if (gate.stride(dim) != gate.size(dim + 1) * gate.stride(dim + 1)) return false;
    return true;
}

class SwiGlu : public Function<SwiGlu> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& gate, const at::Tensor& up) {
        context->save_for_backward({gate, up});
        if (!hasRows(gate, up)) return at::silu(gate).mul_(up);
        at::Tensor out = at::empty(gate.sizes(), gate.options());
        kernels::swiGlu(halvesOf(gate.const_data_ptr<float>(), up.const_data_ptr<float>(), gate),
                        out.mutable_data_ptr<float>());
        return out;
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &gate = saved[0], &up = saved[1];
        // Together, as the product that made gate and up wants them.
        std::vector<std::int64_t> sizes = gate.sizes().vec();
        const std::int64_t width = sizes.back();
        sizes.back() = 2 * width;
        const at::Tensor all = at::empty(sizes, gate.options());
        at::Tensor toGate = all.narrow(-1, 0, width), toUp = all.narrow(-1, width, width);
        const at::Tensor gradient = gradients[0].contiguous();
        if (hasRows(gate, up) && isHostFloat(gradient)) {
            kernels::swiGluBackward(
                halvesOf(gate.const_data_ptr<float>(), up.const_data_ptr<float>(), gate),
                gradient.const_data_ptr<float>(),
                halvesOf(toGate.mutable_data_ptr<float>(), toUp.mutable_data_ptr<float>(), toGate));
        } else {
            at::mul_out(toUp, at::silu(gate), gradient);
            at::silu_backward_out(toGate, gradient * up, gate);
        }
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
    const std::int64_t all = logits.size(1);
    const std::int64_t shared = teacher->vocabulary > 0 ? std::min(teacher->vocabulary, all) : all;
    const at::Tensor logStudent = temperature == 1.0 && shared == all
                                      ? logProbability
                                      : at::log_softmax(logits.narrow(1, 0, shared) / temperature, -1);
    const Divergence divergence =
        rows.topIds.defined()
            ? topDivergence(logStudent, rows.topIds, rows.topLogProbability)
            : fullDivergence(logStudent, at::log_softmax(rows.teacherLogits / temperature, -1));
    parts.divergence += temperature * temperature * divergence.sum.item<double>();
    gradient.mul_(teacher->crossEntropyShare * scale);
    gradient.narrow(1, 0, shared)
        .add_(divergence.gradient, temperature * (1.0 - teacher->crossEntropyShare) * scale);
    return gradient;
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
                              const at::Tensor& targets, const LossSetting& setting, LossParts* parts) {
        const TeacherSide* teacher = setting.teacher;
        const std::int64_t tokens = x.size(0);
        const std::int64_t rows = setting.logitRows > 0 ? setting.logitRows : logitRows(head.size(0));
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
                         teacher, scale * setting.share, *parts)
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
        return at::scalar_tensor(setting.share * loss, x.options().dtype(at::kFloat));
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        // A loss that nothing was done to: nothing to multiply.
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

std::vector<at::Tensor> recordedProducts(const at::Tensor& x, at::TensorList weights) {
    if (weights.size() > 1 && wholeOf(weights, 0).defined()) return Products::apply(x, weights);
    std::vector<at::Tensor> products;
    for (const at::Tensor& weight : weights) products.push_back(at::linear(x, weight.to(x.scalar_type())));
    return products;
}

bool canAttend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    return hasTokenHeads(q) && hasTokenHeads(k) && hasTokenHeads(v) && q.size(1) == k.size(1) &&
           q.size(3) % kernels::kAttentionWidth == 0;
}

at::Tensor recordedAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                             const RopeTable& table, double scale) {
    return Attention::apply(q, k, v, table, scale);
}

at::Tensor recordedSwiGlu(const at::Tensor& gate, const at::Tensor& up) {
    return SwiGlu::apply(gate, up);
}

at::Tensor recordedLoss(const at::Tensor& x, const at::Tensor& head, const at::Tensor& targets,
                        const LossSetting& setting, LossParts& parts) {
    return Loss::apply(x, head, targets, setting, &parts);
}

}  // namespace secateur
