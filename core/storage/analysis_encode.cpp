// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/storage/analysis_layout.h"

namespace secateur {
namespace {

void requireSize(const std::vector<float>& values, std::size_t expected, const std::string& place) {
    if (values.size() != expected)
        throw Error(ErrorCode::Internal, place + " would have " + std::to_string(values.size()) +
                                             " values, not " + std::to_string(expected));
}

void writeProvenance(const h5::Group& root, const Analysis& analysis) {
    const CalibrationInfo& calibration = analysis.calibration;
    h5::writeText(root, "format", kAnalysisFormat);
    h5::writeInteger(root, "version", kAnalysisVersion);
    h5::writeText(root, "tool", analysis.tool);
    h5::writeText(root, "model_name", analysis.modelName);
    h5::writeText(root, "model_fingerprint", analysis.modelFingerprint);
    h5::writeInteger(root, "original_layers", analysis.originalLayers);
    h5::writeIntegers(root, "chopped_layers", analysis.choppedLayers);
    h5::writeText(root, "dtype", analysis.dtype);
    h5::writeText(root, "statistics", name(analysis.statistics));
    h5::writeInteger(root, "tokens", analysis.tokens);
    h5::writeText(root, "calibration_source", calibration.source);
    h5::writeText(root, "calibration_sha256", calibration.sha256);
    h5::writeInteger(root, "calibration_samples", calibration.samples);
    h5::writeInteger(root, "calibration_seq_len", calibration.seqLen);
    h5::writeUnsigned(root, "calibration_seed", calibration.seed);
    h5::writeText(root, "calibration_sampling", calibration.sampling);
    h5::writeInteger(root, "calibration_bos", calibration.bos ? 1 : 0);
}

// A linear that the layer lacks has no group.
void writeChannels(const h5::Group& layer, const char* linear, const ChannelStatistics& statistics) {
    const std::size_t channels = statistics.mean.size();
    const auto missing = [&](const ChannelDataset& dataset) {
        return !dataset.everywhere && (statistics.*dataset.values).empty();
    };
    for (const ChannelDataset& dataset : kChannelDatasets)
        if (!missing(dataset))
            requireSize(statistics.*dataset.values, channels,
                        layer.place + "/" + linear + "/" + dataset.note.name);
    if (channels == 0) return;
    const h5::Group group = h5::createGroup(layer, linear);
    for (const ChannelDataset& dataset : kChannelDatasets)
        if (!missing(dataset)) h5::writeFloats(group, dataset.note, statistics.*dataset.values, {channels});
}

void writeLayers(const h5::Group& root, const Analysis& analysis) {
    const h5::Group layers = h5::createGroup(root, "layers");
    std::vector<int> numbers;
    for (const LayerAnalysis& layer : analysis.layers) {
        numbers.push_back(layer.layer);
        const h5::Group group = h5::createGroup(layers, std::to_string(layer.layer));
        h5::writeInteger(group, "heads", layer.heads);
        h5::writeInteger(group, "kv_heads", layer.kvHeads);
        writeChannels(group, "o_proj", layer.oProj);
        writeChannels(group, "down_proj", layer.downProj);
    }
    h5::writeIntegers(layers, "order", numbers);
}

// First order by unit, as readers that know no other order expect it: mlp adds up gate, up and down.
void writeFirstOrder(const h5::Group& group, const LayerSaliency& layer) {
    const auto of = [&](LinearName linear) -> const std::vector<float>& {
        return layer.of(Saliency::First, linear);
    };
    const char* meaning = kSaliencyMeanings[static_cast<std::size_t>(Saliency::First)];
    for (const LinearName linear : kAttentionLinears)
        if (!of(linear).empty())
            h5::writeFloats(group, {name(linear), "nats", meaning}, of(linear), {of(linear).size()});
    if (of(LinearName::Down).empty()) return;
    std::vector<float> mlp = of(LinearName::Down);
    for (const LinearName linear : {LinearName::Gate, LinearName::Up}) {
        requireSize(of(linear), mlp.size(), group.place + "/mlp");
        for (std::size_t i = 0; i < mlp.size(); ++i) mlp[i] += of(linear)[i];
    }
    h5::writeFloats(group,
                    {"mlp", "nats",
                     "sum of |w * dL/dw| over the rows of gate and up and the column of down of a channel"},
                    mlp, {mlp.size()});
}

void writeGradients(const h5::Group& root, const Analysis& analysis) {
    const h5::Group gradients = h5::createGroup(root, "gradients");
    h5::writeInteger(gradients, "windows", analysis.gradients->windows);
    h5::writeNumber(gradients, "loss", analysis.gradients->loss);
    for (const LayerAnalysis& layer : analysis.layers) {
        const h5::Group group = h5::createGroup(gradients, std::to_string(layer.layer));
        writeFirstOrder(group, layer.saliency);
        for (const Saliency saliency : kAllSaliencies) {
            const h5::Group of = h5::createGroup(group, name(saliency));
            for (const LinearName linear : kAllLinears) {
                const std::vector<float>& values = layer.saliency.of(saliency, linear);
                if (values.empty()) continue;
                const char* meaning = kSaliencyMeanings[static_cast<std::size_t>(saliency)];
                h5::writeFloats(of, {name(linear), "nats", meaning}, values, {values.size()});
            }
        }
    }
}

template <typename Values, typename Table>
void writeTable(const h5::Group& root, const char* groupName, const Values& values, const Table& table,
                const h5::Shape& shape) {
    std::size_t elements = 1;
    for (const std::uint64_t size : shape) elements *= size;
    const h5::Group group = h5::createGroup(root, groupName);
    for (const auto& dataset : table) {
        requireSize(values.*dataset.values, elements, group.place + "/" + dataset.note.name);
        h5::writeFloats(group, dataset.note, values.*dataset.values, shape);
    }
}

}  // namespace

std::vector<std::byte> encodeAnalysis(const Analysis& analysis, const std::string& file) {
    const h5::Group root = h5::createImage(file);
    const std::uint64_t layers = analysis.layers.size();
    writeProvenance(root, analysis);
    writeLayers(root, analysis);
    if (!analysis.residual.cosine.empty())
        writeTable(root, "residual", analysis.residual, kResidualDatasets, {layers});
    if (!analysis.angular.allTokens.empty()) {
        writeTable(root, "angular", analysis.angular, kAngularDatasets, {layers + 1, layers + 1});
        h5::writeInteger(h5::openGroup(root, "angular"), "windows", analysis.angular.windows);
    }
    if (analysis.leaveOneOut) {
        writeTable(root, "leave_one_out", *analysis.leaveOneOut, kLeaveOneOutDatasets, {layers});
        h5::writeNumber(h5::openGroup(root, "leave_one_out"), "dense_perplexity",
                        analysis.leaveOneOut->densePerplexity);
    }
    if (analysis.gradients) writeGradients(root, analysis);
    return h5::takeImage(root);
}

}  // namespace secateur
