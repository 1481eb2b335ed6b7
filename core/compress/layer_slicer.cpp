// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/layer_slicer.h"

#include "core/model/checks.h"
#include "core/model/tensors.h"

namespace secateur {

namespace {

UnitMask widen(const UnitMask& mask, int width) {
    UnitMask wide;
    for (const std::uint8_t keep : mask) wide.insert(wide.end(), static_cast<std::size_t>(width), keep);
    return wide;
}

at::Tensor rowsOf(const at::Tensor& tensor, const UnitMask& mask) {
    return tensor.index_select(0, at::tensor(keptIndices(mask), at::kLong));
}

at::Tensor columnsOf(const at::Tensor& weight, const UnitMask& mask) {
    return weight.index_select(1, at::tensor(keptIndices(mask), at::kLong));
}

at::Tensor zeroColumns(const at::Tensor& weight, const UnitMask& mask) {
    at::Tensor result = weight.clone();
    for (std::size_t i = 0; i < mask.size(); ++i)
        if (!mask[i]) result.select(1, static_cast<std::int64_t>(i)).zero_();
    return result;
}

}  // namespace

struct LayerSlicer::Branch {
    struct Reader {
        const char* module;
        UnitMask mask;  // over its rows
    };
    int position = 0;
    bool hasUnits = false;  // of the target: norm and linears are written
    bool dropped = false;   // the plan removes the whole branch: its old output bias goes too
    bool readerBias = false;
    bool writerBias = false;
    const char* norm = nullptr;
    std::vector<Reader> readers;
    const char* writer = nullptr;
    UnitMask mask;                    // over the writer's columns
    std::vector<const char*> copied;  // tensors that stay as they are
    at::Tensor compensation;          // f32 [D]
};

LayerSlicer::LayerSlicer(const Checkpoint& checkpoint, const PlanEdits& edits, SliceForm form)
    : checkpoint_(checkpoint), edits_(edits), form_(form) {}

at::Tensor LayerSlicer::stored(const std::string& name) const {
    if (!checkpoint_.has(name)) return {};
    at::Tensor tensor = viewOf(checkpoint_.tensor(name));
    requireFinite(tensor, checkpoint_.folder().string() + ": tensor " + name);
    return tensor;
}

at::Tensor LayerSlicer::merged(int position, const char* module, TensorName name) const {
    const LayerShares& shares = edits_.shares(position);
    if (shares.empty()) return stored(name(position, module));
    return blended(shares, [&](int other) { return stored(name(other, module)); });
}

at::Tensor LayerSlicer::weight(int position, const char* module) const {
    return merged(position, module, weightName);
}

at::Tensor LayerSlicer::bias(int position, const char* module, const at::Tensor& compensation,
                             std::int64_t size, at::ScalarType dtype) const {
    const at::Tensor old = merged(position, module, biasName);
    at::Tensor sum = old.defined() ? old.to(at::kFloat) : at::zeros({size}, at::kFloat);
    if (compensation.defined()) sum = sum + compensation;
    return sum.to(dtype);
}

LayerSlicer::Branch LayerSlicer::attention(int position, const LayerConfig& target) const {
    const LayerConfig& shape = checkpoint_.config().layers[static_cast<std::size_t>(position)];
    const int headDim = checkpoint_.config().headDim;
    Branch branch;
    branch.position = position;
    branch.hasUnits = target.heads > 0;
    branch.dropped = edits_.dropsAttention(position);
    branch.readerBias = target.qkvBias;
    branch.writerBias = target.oBias;
    branch.norm = "input_layernorm";
    branch.writer = "self_attn.o_proj";
    const UnitMask groups = branch.dropped ? UnitMask(static_cast<std::size_t>(shape.kvHeads), 0)
                                           : edits_.kept().kvGroups[static_cast<std::size_t>(position)];
    branch.mask = shape.kvHeads > 0 ? widen(groups, shape.heads / shape.kvHeads * headDim) : UnitMask();
    const UnitMask keyRows = widen(groups, headDim);
    branch.readers = {
        {"self_attn.q_proj", branch.mask}, {"self_attn.k_proj", keyRows}, {"self_attn.v_proj", keyRows}};
    if (checkpoint_.config().qkNorm) branch.copied = {"self_attn.q_norm", "self_attn.k_norm"};
    if (shape.heads > 0) branch.compensation = edits_.oBias(position, weight(position, branch.writer));
    return branch;
}

LayerSlicer::Branch LayerSlicer::mlp(int position, const LayerConfig& target) const {
    const LayerConfig& shape = checkpoint_.config().layers[static_cast<std::size_t>(position)];
    Branch branch;
    branch.position = position;
    branch.hasUnits = target.intermediateSize > 0;
    branch.dropped = edits_.dropsMlp(position);
    branch.readerBias = target.gateUpBias;
    branch.writerBias = target.downBias;
    branch.norm = "post_attention_layernorm";
    branch.writer = "mlp.down_proj";
    branch.mask = branch.dropped ? UnitMask(static_cast<std::size_t>(shape.intermediateSize), 0)
                                 : edits_.kept().channels[static_cast<std::size_t>(position)];
    branch.readers = {{"mlp.gate_proj", branch.mask}, {"mlp.up_proj", branch.mask}};
    if (shape.intermediateSize > 0)
        branch.compensation = edits_.downBias(position, weight(position, branch.writer));
    return branch;
}

void LayerSlicer::add(const Branch& branch, std::vector<OutputTensor>& out) const {
    const bool sliced = form_ == SliceForm::Sliced;
    const auto nameOf = [&](const char* module) { return weightName(branch.position, module); };
    at::ScalarType dtype = torchDtype(checkpoint_.tensor(kFinalNormName).dtype);
    if (branch.hasUnits) {
        out.push_back({nameOf(branch.norm), stored(nameOf(branch.norm))});
        for (const Branch::Reader& reader : branch.readers) {
            const at::Tensor full = weight(branch.position, reader.module);
            dtype = full.scalar_type();
            out.push_back({nameOf(reader.module), sliced ? rowsOf(full, reader.mask) : full});
            if (!branch.readerBias) continue;
            const at::Tensor old = bias(branch.position, reader.module, {}, full.size(0), dtype);
            out.push_back(
                {biasName(branch.position, reader.module), sliced ? rowsOf(old, reader.mask) : old});
        }
        const at::Tensor full = weight(branch.position, branch.writer);
        out.push_back(
            {nameOf(branch.writer), sliced ? columnsOf(full, branch.mask) : zeroColumns(full, branch.mask)});
        for (const char* module : branch.copied) out.push_back({nameOf(module), stored(nameOf(module))});
    }
    if (!branch.writerBias) return;
    const std::int64_t hidden = checkpoint_.config().hiddenSize;
    out.push_back({biasName(branch.position, branch.writer),
                   branch.dropped
                       ? at::zeros({hidden}, dtype)
                       : bias(branch.position, branch.writer, branch.compensation, hidden, dtype)});
}

std::vector<OutputTensor> LayerSlicer::slice(int position, int newPosition, const LayerConfig& target) const {
    std::vector<OutputTensor> out;
    add(attention(position, target), out);
    add(mlp(position, target), out);
    const std::string oldPrefix = "model.layers." + std::to_string(position) + ".";
    const std::string newPrefix = "model.layers." + std::to_string(newPosition) + ".";
    for (OutputTensor& entry : out) {
        entry.name = newPrefix + entry.name.substr(oldPrefix.size());
        entry.tensor = entry.tensor.contiguous();
    }
    return out;
}

}  // namespace secateur
