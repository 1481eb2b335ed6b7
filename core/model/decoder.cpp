// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/decoder.h"

#include <algorithm>
#include <cmath>

#include "core/model/host_values.h"
#include "core/model/kernels.h"
#include "core/model/recorded_ops.h"
#include "core/model/tensors.h"

namespace secateur {

namespace {

// [batch, seq, heads * head_dim] -> [batch, seq, heads, head_dim]
at::Tensor splitHeads(const at::Tensor& x, int headDim) {
    return x.view({x.size(0), x.size(1), -1, headDim});
}

// KV heads serve contiguous query heads: k and v [batch, kv_heads, seq, head_dim] -> [batch, heads, seq,
// head_dim].
at::Tensor repeatHeads(const at::Tensor& x, std::int64_t groupSize) {
    if (groupSize == 1) return x;
    return x.unsqueeze(2)
        .expand({x.size(0), x.size(1), groupSize, x.size(2), x.size(3)})
        .reshape({x.size(0), x.size(1) * groupSize, x.size(2), x.size(3)});
}

double scoreScale(const NetworkConfig& config) {
    return 1.0 / std::sqrt(static_cast<double>(config.headDim));
}

// Whether a token does not see all tokens before it.
bool windowed(const LayerConfig& shape, std::int64_t seq) {
    return shape.slidingWindow > 0 && shape.slidingWindow < seq;
}

// What each of the tokens sees, as attention takes it; none: itself and all before it.
std::optional<at::Tensor> visible(const PassContext& pass, const LayerConfig& shape, std::int64_t seq) {
    if (pass.branches) {
        at::Tensor seen = pass.branches->visible;
        const at::Tensor& stands = pass.branches->positions;
        if (shape.slidingWindow > 0)
            seen = seen.logical_and((stands.unsqueeze(2) - stands.unsqueeze(1)).lt(shape.slidingWindow));
        return seen.unsqueeze(1);
    }
    if (!windowed(shape, seq)) return std::nullopt;
    return pass.slidingMask.narrow(0, 0, seq).narrow(1, 0, seq);
}

at::Tensor attend(const PassContext& pass, const LayerConfig& shape, const at::Tensor& q, const at::Tensor& k,
                  const at::Tensor& v) {
    const std::int64_t groupSize = shape.heads / shape.kvHeads;
    const std::int64_t seq = q.size(1);
    const double scale = scoreScale(pass.config);
    // One token sees all keys: the heads of a group are rows beside one another, and no key is repeated.
    if (seq == 1) {
        const at::Tensor rows = q.reshape({q.size(0), shape.kvHeads, groupSize, q.size(3)});
        return at::scaled_dot_product_attention(rows, k.transpose(1, 2), v.transpose(1, 2), {}, 0.0, false,
                                                scale)
            .reshape({q.size(0), 1, -1});
    }
    const at::Tensor query = q.transpose(1, 2);
    const at::Tensor key = repeatHeads(k.transpose(1, 2), groupSize);
    const at::Tensor value = repeatHeads(v.transpose(1, 2), groupSize);
    const std::optional<at::Tensor> mask = visible(pass, shape, seq);
    const at::Tensor out = at::scaled_dot_product_attention(query, key, value, mask, 0.0, !mask, scale);
    return out.transpose(1, 2).reshape({q.size(0), seq, -1});
}

// Masters of weights that learn are float32 and multiplied in the dtype of x; other weights have it already.
at::Tensor inDtypeOf(const at::Tensor& x, const at::Tensor& value) {
    return value.defined() ? value.to(x.scalar_type()) : value;
}

// x with some of its values zeroed.
at::Tensor dropped(const at::Tensor& x, const Adapter& adapter, std::uint64_t draw) {
    const at::Generator generator = seededGenerator(x.device(), adapter.seed * 1'000'003u + draw);
    return x * at::empty(x.sizes(), x.options().requires_grad(false))
                   .bernoulli_(1.0 - adapter.dropout, generator);
}

at::Tensor adapted(const at::Tensor& x, const Adapter& adapter, const std::optional<std::uint64_t>& draw) {
    const bool drops = adapter.dropout > 0.0 && draw;
    const at::Tensor input = drops ? dropped(x, adapter, *draw) : x;
    // What is kept makes up for what is dropped; the adapter is linear, so its output can as well be scaled.
    const double scale = drops ? adapter.scale / (1.0 - adapter.dropout) : adapter.scale;
    const at::Tensor y =
        adapter.zeroMask.defined()
            ? at::linear(input, inDtypeOf(x, at::mm(adapter.b, adapter.a) * adapter.zeroMask))
            : at::linear(at::linear(input, inDtypeOf(x, adapter.a)), inDtypeOf(x, adapter.b));
    return y.mul(scale);
}

at::Tensor withAdapter(const PassContext& pass, const at::Tensor& y, const at::Tensor& x,
                       const Linear& linear) {
    return linear.adapter ? y + adapted(x, *linear.adapter, pass.draw) : y;
}

// x W^T, with the adapters that the body's own linears have.
at::Tensor throughBody(const PassContext& pass, const at::Tensor& x, const LinearBody& body) {
    if (body.factors().empty()) return body.product(x);
    at::Tensor y = x;
    for (const Linear& factor : body.factors())
        y = withAdapter(pass, at::linear(y, inDtypeOf(y, factor.weight)), y, factor);
    return y;
}

// x W^T + bias, whatever the form of W.
at::Tensor multiplied(const PassContext& pass, const at::Tensor& x, const Linear& linear) {
    if (linear.isDense()) return at::linear(x, inDtypeOf(x, linear.weight), inDtypeOf(x, linear.bias));
    const at::Tensor y = throughBody(pass, x, *linear.body);
    return linear.bias.defined() ? y + inDtypeOf(x, linear.bias) : y;
}

// What several linears make of the same input.
std::vector<at::Tensor> project(const PassContext& pass, const at::Tensor& x,
                                std::initializer_list<const Linear*> linears) {
    std::vector<at::Tensor> weights, products;
    bool plain = true;
    for (const Linear* linear : linears) {
        weights.push_back(linear->weight);
        plain = plain && linear->isDense() && !linear->bias.defined();
    }
    if (plain && records({&x, &weights.front()})) {
        products = recordedProducts(x, weights);
    } else {
        for (const Linear* linear : linears) products.push_back(multiplied(pass, x, *linear));
    }
    std::size_t i = 0;
    for (const Linear* linear : linears) {
        products[i] = withAdapter(pass, products[i], x, *linear);
        ++i;
    }
    return products;
}

// hidden: f32, contiguous
void addInPlace(at::Tensor& hidden, const at::Tensor& sum) {
    if (!isHostFloat(hidden) || !hasHostLoops(sum) || !sum.is_contiguous()) {
        hidden.add_(sum);
        return;
    }
    withHostValues(sum, [&](const auto* values) {
        kernels::addTo(hidden.mutable_data_ptr<float>(), values, sum.numel());
    });
}

// hidden += x W^T, in one pass where both are f32 and W is dense. hidden: [batch, seq, D], contiguous.
void addProduct(const PassContext& pass, at::Tensor& hidden, const at::Tensor& x, const Linear& linear) {
    const bool recording = records({&hidden, &x, &linear.weight});
    const bool plain = linear.isDense() && !linear.adapter;
    if (plain && x.scalar_type() == hidden.scalar_type()) {
        at::Tensor rows = hidden.view({-1, hidden.size(2)});
        if (recording) {
            hidden = at::addmm(rows, x.reshape({-1, x.size(2)}), linear.weight.t()).view_as(hidden);
        } else {
            rows.addmm_(x.reshape({-1, x.size(2)}), linear.weight.t());
        }
        return;
    }
    const at::Tensor y =
        linear.isDense() ? at::linear(x, inDtypeOf(x, linear.weight)) : throughBody(pass, x, *linear.body);
    const at::Tensor sum = withAdapter(pass, y, x, linear);
    if (recording || sum.requires_grad()) {
        hidden = hidden + sum;
    } else {
        addInPlace(hidden, sum);
    }
}

void addBias(at::Tensor& hidden, const at::Tensor& bias) {
    if (!bias.defined()) return;
    if (records({&hidden, &bias})) {
        hidden = hidden + bias;
    } else {
        hidden.add_(bias);
    }
}

// Writes `more` behind the first `seen` positions, making room where there is none.
void append(at::Tensor& held, std::int64_t seen, const at::Tensor& more) {
    constexpr std::int64_t kRoom = 64;  // at least for so many tokens after the prompt
    const std::int64_t all = seen + more.size(1);
    if (!held.defined() || held.size(1) < all) {
        const at::Tensor roomy = at::empty(
            {more.size(0), std::max(2 * seen, all + kRoom), more.size(2), more.size(3)}, more.options());
        if (seen > 0) roomy.narrow(1, 0, seen).copy_(held.narrow(1, 0, seen));
        held = roomy;
    }
    held.narrow(1, seen, more.size(1)).copy_(more);
}

// Appends to what the cache holds; afterwards k and v are all that the new tokens see.
void extend(KvCache::Layer& cache, const LayerConfig& shape, at::Tensor& k, at::Tensor& v) {
    const bool first = cache.seen == 0;
    append(cache.keys, cache.seen, k);
    append(cache.values, cache.seen, v);
    cache.seen += k.size(1);
    if (first) return;
    const std::int64_t visible =
        shape.slidingWindow == 0 ? cache.seen : std::min<std::int64_t>(shape.slidingWindow, cache.seen);
    k = cache.keys.narrow(1, cache.seen - visible, visible);
    v = cache.values.narrow(1, cache.seen - visible, visible);
}

void turn(at::Tensor& x, const RopeTable& table) {
    if (records({&x})) {
        x = recordedRotate(x, table);
    } else {
        rotate(x, table);
    }
}

// x: [batch, seq, heads, head_dim], each token turned to where it stands in its text.
void turnInBranches(at::Tensor& x, const RopeTable& table) {
    at::Tensor tokens = x.contiguous().view({1, x.size(0) * x.size(1), x.size(2), x.size(3)});
    rotate(tokens, table);
    x = tokens.view(x.sizes());
}

at::Tensor turnAndAttend(const PassContext& pass, int position, at::Tensor& q, at::Tensor& k, at::Tensor& v) {
    const LayerConfig& shape = pass.config.layers[static_cast<std::size_t>(position)];
    if (pass.branches) {
        const RopeTable table = pass.rope.positions(pass.branches->positions.flatten());
        turnInBranches(q, table);
        turnInBranches(k, table);
        return attend(pass, shape, q, k, v);
    }
    if (records({&q, &k, &v}) && pass.cache == nullptr && !windowed(shape, q.size(1)) && canAttend(q, k, v))
        return recordedAttention(q, k, v, pass.rope.positions(0, q.size(1)), scoreScale(pass.config));
    turn(q, pass.rope);
    turn(k, pass.rope);
    if (pass.cache) extend(pass.cache->layers[static_cast<std::size_t>(position)], shape, k, v);
    return attend(pass, shape, q, k, v);
}

// silu(gate) * up; without recording in gate's memory
at::Tensor swiGlu(at::Tensor gate, const at::Tensor& up) {
    if (records({&gate, &up})) return recordedSwiGlu(gate, up);
    if (!hasHostLoops(gate) || !gate.is_contiguous() || !up.is_contiguous()) return at::silu_(gate).mul_(up);
    const std::int64_t width = gate.size(-1);
    withHostValues(gate, [&](auto* values) {
        using Value = std::remove_pointer_t<decltype(values)>;
        const auto* other = static_cast<const Value*>(up.const_data_ptr());
        kernels::swiGlu<Value>({values, other, gate.numel() / width, width, width}, values);
    });
    return gate;
}

}  // namespace

PassContext makePassContext(const NetworkConfig& config, const ComputePlace& place, int seqLen) {
    PassContext pass{config,  place,   ropeTable(config, seqLen, place.products, place.device),
                     {},      nullptr, nullptr,
                     nullptr, {}};
    int window = 0;
    for (const LayerConfig& layer : config.layers) window = std::max(window, layer.slidingWindow);
    if (window > 0 && window < seqLen) {
        const auto options = at::TensorOptions().dtype(at::kBool).device(place.device);
        const at::Tensor causal = at::ones({seqLen, seqLen}, options).tril();
        pass.slidingMask = causal.logical_and(at::ones({seqLen, seqLen}, options).triu(1 - window));
    }
    return pass;
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps, at::ScalarType dtype) {
    if (isHostFloat(x)) {
        if (records({&x, &weight})) return recordedRmsNorm(x, weight, eps).to(dtype);
        const at::Tensor rows = x.contiguous();
        const at::Tensor out = at::empty(rows.sizes(), hasHostLoops(at::kCPU, dtype) ? dtype : at::kFloat);
        withHostValues(out, [&](auto* values) {
            kernels::rmsNorm(rows.const_data_ptr<float>(), weight.const_data_ptr<float>(), values,
                             rows.numel() / rows.size(-1), rows.size(-1), static_cast<float>(eps));
        });
        return out.to(dtype);
    }
    return at::rms_norm(x, {x.size(-1)}, weight, eps).to(dtype);
}

void runAttention(const PassContext& pass, int position, const LayerWeights& weights, at::Tensor& hidden) {
    const LayerConfig& shape = pass.config.layers[static_cast<std::size_t>(position)];
    if (shape.heads > 0) {
        const at::ScalarType dtype = pass.place.products;
        const at::Tensor x = rmsNorm(hidden, weights.inputNorm, pass.config.normEps, dtype);
        if (pass.observer) pass.observer->see(position, Site::AttentionIn, x);
        const std::vector<at::Tensor> projected = project(pass, x, {&weights.q, &weights.k, &weights.v});
        at::Tensor q = splitHeads(projected[0], pass.config.headDim);
        at::Tensor k = splitHeads(projected[1], pass.config.headDim);
        at::Tensor v = splitHeads(projected[2], pass.config.headDim);
        if (pass.config.qkNorm) {
            q = rmsNorm(q.to(at::kFloat), weights.qNorm, pass.config.normEps, dtype);
            k = rmsNorm(k.to(at::kFloat), weights.kNorm, pass.config.normEps, dtype);
        }
        const at::Tensor mixed = turnAndAttend(pass, position, q, k, v);
        if (pass.observer) pass.observer->see(position, Site::AttentionOut, mixed);
        addProduct(pass, hidden, mixed, weights.o);
    }
    addBias(hidden, weights.o.bias);
}

void runMlp(const PassContext& pass, int position, const LayerWeights& weights, at::Tensor& hidden) {
    const LayerConfig& shape = pass.config.layers[static_cast<std::size_t>(position)];
    if (shape.intermediateSize > 0) {
        const at::Tensor x = rmsNorm(hidden, weights.mlpNorm, pass.config.normEps, pass.place.products);
        if (pass.observer) pass.observer->see(position, Site::MlpIn, x);
        const std::vector<at::Tensor> projected = project(pass, x, {&weights.gate, &weights.up});
        const at::Tensor gate = swiGlu(projected[0], projected[1]);
        if (pass.observer) pass.observer->see(position, Site::MlpMid, gate);
        addProduct(pass, hidden, gate, weights.down);
    }
    addBias(hidden, weights.down.bias);
}

void runLayer(const PassContext& pass, int position, const LayerWeights& weights, at::Tensor& hidden,
              Sublayers part) {
    if (part != Sublayers::Mlp) runAttention(pass, position, weights, hidden);
    if (part != Sublayers::Attention) runMlp(pass, position, weights, hidden);
}

}  // namespace secateur
