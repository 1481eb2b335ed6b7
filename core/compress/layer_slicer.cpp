// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/layer_slicer.h"

#include "core/model/checks.h"
#include "core/model/tensors.h"

namespace secateur {

namespace {

at::Tensor indexTensor(const std::vector<std::int64_t>& indices) { return at::tensor(indices, at::kLong); }

UnitMask widen(const UnitMask& mask, int width) {
    UnitMask wide;
    for (const std::uint8_t keep : mask) wide.insert(wide.end(), static_cast<std::size_t>(width), keep);
    return wide;
}

at::Tensor zeroColumns(const at::Tensor& weight, const UnitMask& mask) {
    at::Tensor result = weight.clone();
    for (std::size_t i = 0; i < mask.size(); ++i)
        if (!mask[i]) result.select(1, static_cast<std::int64_t>(i)).zero_();
    return result;
}

}  // namespace

LayerSlicer::LayerSlicer(const Checkpoint& checkpoint, const PlanEdits& edits, SliceForm form)
    : checkpoint_(checkpoint), edits_(edits), form_(form) {}

at::Tensor LayerSlicer::stored(const std::string& name) const {
    if (!checkpoint_.has(name)) return {};
    at::Tensor tensor = viewOf(checkpoint_.tensor(name));
    requireFinite(tensor, checkpoint_.folder().string() + ": tensor " + name);
    return tensor;
}

at::Tensor LayerSlicer::writtenBias(const std::string& name, const at::Tensor& compensation, std::int64_t size,
                                    at::ScalarType dtype) const {
    const at::Tensor old = stored(name);
    at::Tensor sum = old.defined() ? old.to(at::kFloat) : at::zeros({size}, at::kFloat);
    if (compensation.defined()) sum = sum + compensation;
    return sum.to(dtype);
}

std::vector<OutputTensor> LayerSlicer::slice(int position, int newPosition, const LayerConfig& target) const {
    std::vector<OutputTensor> out;
    addAttention(position, target, out);
    addMlp(position, target, out);
    const std::string oldPrefix = "model.layers." + std::to_string(position) + ".";
    const std::string newPrefix = "model.layers." + std::to_string(newPosition) + ".";
    for (OutputTensor& entry : out) {
        entry.name = newPrefix + entry.name.substr(oldPrefix.size());
        entry.tensor = entry.tensor.contiguous();
    }
    return out;
}

void LayerSlicer::addAttention(int position, const LayerConfig& target, std::vector<OutputTensor>& out) const {
    const auto weightOf = [&](const char* module) { return stored(weightName(position, module)); };
    const auto put = [&](const std::string& name, const at::Tensor& tensor) { out.push_back({name, tensor}); };
    const LayerConfig& shape = checkpoint_.config().layers[static_cast<std::size_t>(position)];
    const at::Tensor o = weightOf("self_attn.o_proj");
    const at::ScalarType dtype = o.defined() ? o.scalar_type() : torchDtype(checkpoint_.tensor(kFinalNormName).dtype);
    const bool dropped = edits_.dropsAttention(position);
    if (target.heads > 0) {
        const UnitMask groups = dropped ? UnitMask(static_cast<std::size_t>(shape.kvHeads), 0)
                                        : edits_.kept().kvGroups[static_cast<std::size_t>(position)];
        const int headDim = checkpoint_.config().headDim;
        const int queryWidth = shape.heads / shape.kvHeads * headDim;
        const UnitMask queryMask = widen(groups, queryWidth);
        const bool sliced = form_ == SliceForm::Sliced;
        const at::Tensor queryRows = indexTensor(keptIndices(queryMask));
        const at::Tensor keyRows = indexTensor(keptIndices(widen(groups, headDim)));
        put(weightName(position, "input_layernorm"), weightOf("input_layernorm"));
        for (const char* module : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}) {
            const bool query = module[10] == 'q';
            const at::Tensor& rows = query ? queryRows : keyRows;
            const at::Tensor weight = weightOf(module);
            put(weightName(position, module), sliced ? weight.index_select(0, rows) : weight);
            if (!target.qkvBias) continue;
            const at::Tensor bias = writtenBias(biasName(position, module), {}, weight.size(0), dtype);
            put(biasName(position, module), sliced ? bias.index_select(0, rows) : bias);
        }
        put(weightName(position, "self_attn.o_proj"), sliced ? o.index_select(1, queryRows) : zeroColumns(o, queryMask));
        if (checkpoint_.config().qkNorm)
            for (const char* module : {"self_attn.q_norm", "self_attn.k_norm"}) put(weightName(position, module), weightOf(module));
    }
    if (!target.oBias) return;
    const std::string name = biasName(position, "self_attn.o_proj");
    const std::int64_t hidden = checkpoint_.config().hiddenSize;
    // A dropped sublayer contributes nothing, its old bias included.
    put(name, dropped ? at::zeros({hidden}, dtype)
                      : writtenBias(name, o.defined() ? edits_.oBias(position, o) : at::Tensor(), hidden, dtype));
}

void LayerSlicer::addMlp(int position, const LayerConfig& target, std::vector<OutputTensor>& out) const {
    const auto weightOf = [&](const char* module) { return stored(weightName(position, module)); };
    const auto put = [&](const std::string& name, const at::Tensor& tensor) { out.push_back({name, tensor}); };
    const LayerConfig& shape = checkpoint_.config().layers[static_cast<std::size_t>(position)];
    const at::Tensor down = weightOf("mlp.down_proj");
    const at::ScalarType dtype = down.defined() ? down.scalar_type() : torchDtype(checkpoint_.tensor(kFinalNormName).dtype);
    const bool dropped = edits_.dropsMlp(position);
    if (target.intermediateSize > 0) {
        const UnitMask mask = dropped ? UnitMask(static_cast<std::size_t>(shape.intermediateSize), 0)
                                      : edits_.kept().channels[static_cast<std::size_t>(position)];
        const bool sliced = form_ == SliceForm::Sliced;
        const at::Tensor rows = indexTensor(keptIndices(mask));
        put(weightName(position, "post_attention_layernorm"), weightOf("post_attention_layernorm"));
        for (const char* module : {"mlp.gate_proj", "mlp.up_proj"}) {
            const at::Tensor weight = weightOf(module);
            put(weightName(position, module), sliced ? weight.index_select(0, rows) : weight);
            if (!target.gateUpBias) continue;
            const at::Tensor bias = writtenBias(biasName(position, module), {}, weight.size(0), dtype);
            put(biasName(position, module), sliced ? bias.index_select(0, rows) : bias);
        }
        put(weightName(position, "mlp.down_proj"), sliced ? down.index_select(1, rows) : zeroColumns(down, mask));
    }
    if (!target.downBias) return;
    const std::string name = biasName(position, "mlp.down_proj");
    const std::int64_t hidden = checkpoint_.config().hiddenSize;
    put(name, dropped ? at::zeros({hidden}, dtype)
                      : writtenBias(name, down.defined() ? edits_.downBias(position, down) : at::Tensor(), hidden, dtype));
}

}  // namespace secateur
