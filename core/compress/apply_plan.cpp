// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/apply_plan.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/compress/model_card.h"
#include "core/model/edited_source.h"
#include "core/model/tensors.h"
#include "core/planning/planner.h"
#include "core/planning/written_form.h"
#include "core/storage/checkpoint_writer.h"

namespace secateur {

namespace {

// Where the units that are left lie in a layer of full width. Units of a layer that was narrower from the
// start come first.
std::vector<std::int64_t> placesOf(const UnitMask& mask, int kept) {
    std::vector<std::int64_t> places = keptIndices(mask);
    if (static_cast<int>(places.size()) == kept) return places;
    places.resize(static_cast<std::size_t>(kept));
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::int64_t>(i);
    return places;
}

// `size` rows (dimension 0) or columns (1), zero but for those at `places`.
at::Tensor scattered(const at::Tensor& values, int dimension, const at::Tensor& places, std::int64_t size) {
    if (values.size(dimension) == size) return values;
    std::vector<std::int64_t> shape = values.sizes().vec();
    shape[static_cast<std::size_t>(dimension)] = size;
    return at::zeros(shape, values.options()).index_copy_(dimension, places, values);
}

void scatterRows(Linear& linear, const at::Tensor& places, std::int64_t size) {
    if (linear.weight.defined()) linear.weight = scattered(linear.weight, 0, places, size);
    if (linear.bias.defined()) linear.bias = scattered(linear.bias, 0, places, size);
}

// A layer at full width, the removed units zero: v's rows give zeros to o's columns, and so do gate and up to
// down's.
void widen(LayerWeights& layer, const LayerState& state, const LayerConfig& shape,
           const NetworkConfig& target, const LayerConfig& full) {
    if (shape.kvHeads > 0) {
        const std::vector<std::int64_t> groups = placesOf(state.kvGroups, shape.kvHeads);
        const at::Tensor keys = widenedIndex(groups, target.headDim);
        const at::Tensor queries =
            widenedIndex(groups, std::int64_t{shape.heads / shape.kvHeads} * target.headDim);
        const std::int64_t keyRows = std::int64_t{full.kvHeads} * target.headDim;
        const std::int64_t queryRows = std::int64_t{full.heads} * target.headDim;
        scatterRows(layer.q, queries, queryRows);
        scatterRows(layer.k, keys, keyRows);
        scatterRows(layer.v, keys, keyRows);
        layer.o.weight = scattered(layer.o.weight, 1, queries, queryRows);
    }
    if (shape.intermediateSize > 0) {
        const at::Tensor channels = at::tensor(placesOf(state.channels, shape.intermediateSize), at::kLong);
        scatterRows(layer.gate, channels, full.intermediateSize);
        scatterRows(layer.up, channels, full.intermediateSize);
        layer.down.weight = scattered(layer.down.weight, 1, channels, full.intermediateSize);
    }
}

class Output {
public:
    Output(CheckpointWriter& writer, const ApplyPlanOptions& options) : writer_(writer), options_(options) {}

    void add(const std::string& name, const at::Tensor& tensor) {
        at::Tensor written = options_.outDtype ? tensor.to(*options_.outDtype) : tensor;
        written = written.contiguous();
        writer_.add(name, storedDtype(written.scalar_type()), written.sizes().vec(), bytesOf(written));
    }

private:
    CheckpointWriter& writer_;
    const ApplyPlanOptions& options_;
};

// What the target has and the layer lacks: zeros, and ones for the norm of a sublayer whose output is zero.
at::Tensor missing(const LayerTensor& tensor, const NetworkConfig& network, const LayerConfig& layer,
                   at::ScalarType dtype) {
    const std::string module = tensor.module;
    if (tensor.kind == LayerTensor::Kind::Norm)
        return at::ones({module.ends_with("layernorm") ? network.hiddenSize : network.headDim}, dtype);
    const LinearName linear = *linearNamed(module.substr(module.find('.') + 1));
    const LinearShape shape = shapeOf(network, layer, linear);
    if (tensor.kind == LayerTensor::Kind::Weight) return at::zeros({shape.out, shape.in}, dtype);
    // An output bias stays when the sublayer has lost its units.
    const bool output = linear == LinearName::O || linear == LinearName::Down;
    return at::zeros({output ? network.hiddenSize : shape.out}, dtype);
}

void writeLayer(LayerSource& source, const NetworkState& state, const WrittenForm& target, int position,
                Output& output) {
    const auto index = static_cast<std::size_t>(position);
    const LayerConfig& shape = target.network.layers[index];
    LayerWeights layer = source.layer(position);
    for (const LinearName name : kAllLinears) {
        Linear& linear = layer.linear(name);
        if (shape.rank(name) == 0) linear.makeDense();
    }
    if (target.masked) widen(layer, state.layers[index], state.config.layers[index], target.network, shape);
    for (const LayerTensor& tensor : layerTensors()) {
        if (!tensor.present(target.network, shape)) continue;
        const std::vector<std::string> names = tensor.storedNames(position, shape);
        if (names.size() > 1) {
            const std::vector<at::Tensor> factors = weightsOf(layer.*tensor.linear);
            for (std::size_t i = 0; i < names.size(); ++i) output.add(names[i], factors.at(i));
            continue;
        }
        const at::Tensor& value = tensor.in(layer);
        output.add(names.front(),
                   value.defined() ? value : missing(tensor, target.network, shape, source.dtype()));
    }
    source.release(position);
}

void writeTensors(LayerSource& source, const NetworkState& state, const WrittenForm& target, Output& output,
                  JobContext& context) {
    const int layers = state.config.layerCount();
    context.beginStage("apply", layers + 1.0, "layers", 0.0, 1.0);
    output.add(kEmbeddingName, source.embedding());
    for (int position = 0; position < layers; ++position) {
        context.checkStop();
        writeLayer(source, state, target, position, output);
        context.advanceTo(position + 1.0);
    }
    output.add(kFinalNormName, source.finalNorm());
    if (!state.config.tiedEmbeddings) output.add(kOutputHeadName, source.outputHead());
    context.advanceTo(layers + 1.0);
}

}  // namespace

ApplyReport writeNetwork(LayerSource& source, const NetworkState& state, const Checkpoint& checkpoint,
                         const Plan& plan, const std::filesystem::path& folder,
                         const ApplyPlanOptions& options, JobContext& context) {
    const WrittenForm target = writtenForm(state, options.format);
    ApplyReport report;
    report.path = folder.string();
    report.format = options.format;
    report.stock = target.stock;
    report.accounting = account(checkpoint.summary(), state);
    if (!report.stock)
        report.warnings.emplace_back(
            target.network.lowRank()
                ? "linears are stored as the two that they are the product of: stock transformers loads this "
                  "only with trust_remote_code=True (hf-masked writes whole matrices)"
                : "layers have different widths: stock transformers loads this only with "
                  "trust_remote_code=True");

    const Dtype dtype = options.outDtype ? storedDtype(*options.outDtype) : storedDtype(source.dtype());
    const std::int64_t bytes = totalParameters(target.network) * static_cast<std::int64_t>(byteSize(dtype));
    CheckpointWriter writer(folder, bytes, {.overwrite = options.overwrite});
    Output output(writer, options);
    writeTensors(source, state, target, output, context);
    const WeightFiles files{options.format, target.stock, checkpoint.summary().fileBytes, writer.fileBytes(),
                            writer.tensorBytes()};
    report.accounting = asWritten(report.accounting, target.network, files, byteSize(dtype));
    writer.writeConfig(target.network, dtype, target.stock ? HfLayout::Stock : HfLayout::PerLayer,
                       checkpoint.configJson());
    writer.copyCompanions(checkpoint.folder());
    writer.writeFile("secateur-plan.json", toJson(plan));
    writer.writeFile("README.md", modelCard(checkpoint.summary(), plan, report, options.tool));
    writer.finish();
    return report;
}

}  // namespace secateur
