// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/written_form.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/data/shard_book.h"
#include "core/data/stock_network.h"

namespace secateur {

namespace {

constexpr const char* kSmaller = "hf";
constexpr const char* kMasked = "hf-masked";

// Full shapes for what is left, removed units being zeros; dropped layers are really gone.
NetworkConfig maskedNetwork(const NetworkState& state) {
    NetworkConfig masked = withDenseLinears(state.config);
    int heads = 0, kvHeads = 0, channels = 0;
    for (const LayerConfig& layer : state.opened->layers) {
        heads = std::max(heads, layer.heads);
        kvHeads = std::max(kvHeads, layer.kvHeads);
        channels = std::max(channels, layer.intermediateSize);
    }
    for (LayerConfig& layer : masked.layers) {
        layer.heads = heads;
        layer.kvHeads = kvHeads;
        layer.intermediateSize = channels;
    }
    return masked;
}

}  // namespace

const std::vector<std::string>& writtenFormats() {
    static const std::vector<std::string> kFormats{kSmaller, kMasked};
    return kFormats;
}

WrittenForm writtenForm(const NetworkState& state, const std::string& format) {
    if (format == kMasked) return {stockNetwork(maskedNetwork(state)), true, true};
    if (format != kSmaller)
        throw Error(ErrorCode::Unsupported, "unknown export '" + format + "'", "use hf or hf-masked");
    try {
        return {stockNetwork(state.config), true, false};
    } catch (const Error& notStock) {
        if (notStock.code() != ErrorCode::Unsupported) throw;
        return {state.config, false, false};
    }
}

std::optional<WeightFiles> weightFiles(const ModelSummary& model, const NetworkState& state,
                                       const std::string& format) {
    const std::optional<Dtype> dtype = weightDtype(model.dtype);
    if (!dtype) return std::nullopt;
    try {
        const WrittenForm form = writtenForm(state, format);
        const ShardSizes sizes = shardSizes(form.network, *dtype);
        return WeightFiles{format, form.stock, model.fileBytes, sizes.files, sizes.tensors};
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported) throw;
        return std::nullopt;
    }
}

}  // namespace secateur
