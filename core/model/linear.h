// SPDX-License-Identifier: GPL-3.0-or-later
//
// A linear layer as a value: dense, or a body that knows its product (low rank). Thread rule: immutable once
// built; any thread may read it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/linear_name.h"

namespace secateur {

// A low-rank addition to one linear (LoRA, algorithms.md 7.4): scale * B A x, with dropout on the way into A.
struct Adapter {
    at::Tensor a;  // [rank, in]
    at::Tensor b;  // [out, rank]
    double scale = 1.0;
    double dropout = 0.0;    // in training passes, see PassContext::draw
    std::uint64_t seed = 0;  // of its dropout
    at::Tensor zeroMask;     // [out, in], 0 where the weight is zero and stays so; undefined: everywhere 1
};

// One tensor of a body, and the part below the linear's module that it is the weight of.
struct BodyTensor {
    std::string part;  // "a"
    at::Tensor tensor;
};

struct Linear;

// What a linear is that is not one dense matrix. Every form of a linear is one class derived from this.
class LinearBody {
public:
    virtual ~LinearBody() = default;
    // x: [..., in] -> [..., out], in the dtype of x, without bias.
    [[nodiscard]] virtual at::Tensor product(const at::Tensor& x) const = 0;
    // [out, in]
    [[nodiscard]] virtual at::Tensor dense() const = 0;
    [[nodiscard]] virtual std::vector<BodyTensor> tensors() const = 0;
    // The same body from other tensors, in the order of tensors(): moved to another device or dtype, or
    // sliced.
    [[nodiscard]] virtual std::shared_ptr<const LinearBody> with(std::vector<at::Tensor> tensors) const = 0;
    // The body of the linear that keeps only some outputs (rows) or inputs (columns). index: int64 [kept].
    [[nodiscard]] virtual std::shared_ptr<const LinearBody> rows(const at::Tensor& index) const = 0;
    [[nodiscard]] virtual std::shared_ptr<const LinearBody> columns(const at::Tensor& index) const = 0;
    [[nodiscard]] virtual LinearForm form() const = 0;
    // Linears that are applied one after the other to give the product; empty: the body is not such a chain.
    [[nodiscard]] virtual std::span<const Linear> factors() const;
};

struct Linear {
    at::Tensor weight;  // [out, in]; undefined when `body` is set, or there is no such linear
    std::shared_ptr<const LinearBody> body;  // null: dense
    at::Tensor bias;                         // [out]; undefined: none
    std::optional<Adapter> adapter;

    [[nodiscard]] bool defined() const { return weight.defined() || body != nullptr; }
    [[nodiscard]] bool isDense() const { return body == nullptr; }
    // [out, in], whatever the form.
    [[nodiscard]] at::Tensor dense() const { return body ? body->dense() : weight; }
    [[nodiscard]] at::Tensor product(const at::Tensor& x) const {
        return body ? body->product(x) : at::linear(x, weight);
    }
    // The matrix in place of the body.
    void makeDense() {
        if (!body) return;
        weight = body->dense();
        body.reset();
    }
};

// The tensors that a linear is multiplied with, its bias apart: one matrix, or those of its body.
[[nodiscard]] inline std::vector<at::Tensor> weightsOf(const Linear& linear) {
    std::vector<at::Tensor> tensors;
    if (linear.weight.defined()) tensors.push_back(linear.weight);
    if (linear.body)
        for (BodyTensor& part : linear.body->tensors()) tensors.push_back(std::move(part.tensor));
    return tensors;
}

inline std::span<const Linear> LinearBody::factors() const {
    return {};
}

}  // namespace secateur
