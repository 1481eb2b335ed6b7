// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/layer_outputs.h"

namespace secateur {

LayerOutputs LayerOutputs::windows(std::int64_t first, std::int64_t count) const {
    LayerOutputs part{wantsStreams, wantsAttention, {}, {}};
    for (const at::Tensor& stream : streams) part.streams.push_back(stream.narrow(0, first, count));
    for (const at::Tensor& added : attention)
        part.attention.push_back(added.defined() ? added.narrow(0, first, count) : added);
    return part;
}

at::Tensor meanDistance(const std::vector<at::Tensor>& learnt, const std::vector<at::Tensor>& taught,
                        const std::vector<at::Tensor>& sizes) {
    at::Tensor sum;
    int layers = 0;
    for (std::size_t i = 0; i < learnt.size(); ++i) {
        if (!learnt[i].defined() || !taught[i].defined()) continue;
        const at::Tensor distance = (learnt[i] - taught[i]).square().mean() / sizes[i];
        sum = sum.defined() ? sum + distance : distance;
        ++layers;
    }
    return layers > 0 ? sum / static_cast<double>(layers) : at::zeros({}, at::kFloat);
}

std::vector<at::Tensor> meanSquares(const std::vector<at::Tensor>& tensors) {
    std::vector<at::Tensor> sizes;
    for (const at::Tensor& tensor : tensors)
        sizes.push_back(tensor.defined() ? tensor.square().mean() : tensor);
    return sizes;
}

}  // namespace secateur
