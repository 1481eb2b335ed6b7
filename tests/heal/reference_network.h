// SPDX-License-Identifier: GPL-3.0-or-later
//
// A plain Llama in float64 with library operations alone, whose gradients are autograd's: what the trainer's
// own kernels are compared with. For families without norms of queries and keys, biases and windows.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/heal/trainable_network.h"

namespace secateur::fixtures {

class ReferenceNetwork {
public:
    explicit ReferenceNetwork(const TrainableNetwork& network) : config_(network.config()) {
        for (const Parameter& parameter : network.parameters())
            weights_[parameter.name] = parameter.value.detach().to(at::kDouble).clone().requires_grad_(true);
    }

    struct Pass {
        std::vector<at::Tensor> streams, attention;
        at::Tensor logits;  // [batch, seq, vocab]
    };
    [[nodiscard]] Pass run(const at::Tensor& ids) const {
        Pass pass;
        at::Tensor x = at::embedding(of("model.embed_tokens.weight"), ids);
        for (int i = 0; i < config_.layerCount(); ++i) {
            const std::string stem = "model.layers." + std::to_string(i) + ".";
            pass.attention.push_back(attend(i, stem, norm(x, stem + "input_layernorm.weight")));
            x = x + pass.attention.back();
            const at::Tensor y = norm(x, stem + "post_attention_layernorm.weight");
            x = x + at::linear(at::silu(at::linear(y, of(stem + "mlp.gate_proj.weight"))) *
                                   at::linear(y, of(stem + "mlp.up_proj.weight")),
                               of(stem + "mlp.down_proj.weight"));
            pass.streams.push_back(x);
        }
        const std::string head = config_.tiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
        pass.logits = at::linear(norm(x, "model.norm.weight"), of(head));
        return pass;
    }
    [[nodiscard]] const at::Tensor& of(const std::string& name) const { return weights_.at(name); }

private:
    [[nodiscard]] at::Tensor norm(const at::Tensor& x, const std::string& name) const {
        return of(name) * x * (x.square().mean(-1, true) + config_.normEps).rsqrt();
    }
    [[nodiscard]] at::Tensor turned(const at::Tensor& x) const {  // [batch, heads, seq, head_dim]
        const std::int64_t half = config_.headDim / 2;
        const at::Tensor frequency =
            at::pow(config_.rope.theta, -at::arange(half, at::kDouble) * 2.0 / config_.headDim);
        const at::Tensor angle = at::outer(at::arange(x.size(2), at::kDouble), frequency);
        const at::Tensor cos = at::cat({angle, angle}, 1).cos(), sin = at::cat({angle, angle}, 1).sin();
        return x * cos + at::cat({-x.narrow(3, half, half), x.narrow(3, 0, half)}, 3) * sin;
    }
    [[nodiscard]] at::Tensor attend(int layer, const std::string& stem, const at::Tensor& x) const {
        const LayerConfig& shape = config_.layers[static_cast<std::size_t>(layer)];
        const std::int64_t batch = x.size(0), length = x.size(1);
        const auto heads = [&](const char* name, int count) {
            return at::linear(x, of(stem + "self_attn." + name + ".weight"))
                .view({batch, length, count, config_.headDim})
                .transpose(1, 2);
        };
        const int group = shape.heads / shape.kvHeads;
        const at::Tensor q = turned(heads("q_proj", shape.heads));
        const at::Tensor k = turned(heads("k_proj", shape.kvHeads)).repeat_interleave(group, 1);
        const at::Tensor v = heads("v_proj", shape.kvHeads).repeat_interleave(group, 1);
        const at::Tensor hidden = at::ones({length, length}, at::kBool).triu(1);
        const at::Tensor scores = (at::matmul(q, k.transpose(2, 3)) / std::sqrt(config_.headDim))
                                      .masked_fill(hidden, -std::numeric_limits<double>::infinity());
        const at::Tensor mixed = at::matmul(at::softmax(scores, -1), v).transpose(1, 2);
        return at::linear(mixed.reshape({batch, length, -1}), of(stem + "self_attn.o_proj.weight"));
    }

    NetworkConfig config_;
    std::map<std::string, at::Tensor> weights_;
};

}  // namespace secateur::fixtures
