// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/batches.h"

#include <algorithm>

#include <c10/core/GradMode.h>

#include "core/model/forward.h"

namespace secateur {

at::Tensor idsOf(const TokenWindows& windows, const std::vector<int>& which, const at::Device& device) {
    at::Tensor ids = at::empty({static_cast<std::int64_t>(which.size()), windows.seqLen}, at::kLong);
    auto* row = ids.mutable_data_ptr<std::int64_t>();
    for (const int window : which) {
        const auto part = windows.window(window);
        row = std::copy(part.begin(), part.end(), row);
    }
    return ids.to(device);
}

at::Tensor inputsOf(const at::Tensor& stream) {
    return stream.narrow(1, 0, stream.size(1) - 1).reshape({-1, stream.size(2)});
}

at::Tensor targetsOf(const at::Tensor& ids) {
    return ids.narrow(1, 1, ids.size(1) - 1).reshape({-1});
}

at::Tensor windowLosses(const at::Tensor& stream, const at::Tensor& head, const at::Tensor& ids) {
    const c10::NoGradGuard quiet;
    const std::int64_t rows = logitRows(head.size(0));
    at::Tensor losses = at::empty({ids.size(0)}, at::kDouble);
    auto* loss = losses.mutable_data_ptr<double>();
    for (std::int64_t window = 0; window < ids.size(0); ++window) {
        const at::Tensor x = inputsOf(stream.narrow(0, window, 1));
        const at::Tensor targets = targetsOf(ids.narrow(0, window, 1));
        double sum = 0.0;
        for (std::int64_t first = 0; first < x.size(0); first += rows) {
            const std::int64_t some = std::min(rows, x.size(0) - first);
            const at::Tensor logits = at::linear(x.narrow(0, first, some), head).to(at::kFloat);
            sum += at::cross_entropy_loss(logits, targets.narrow(0, first, some), {}, at::Reduction::Sum)
                       .item<double>();
        }
        loss[window] = sum / static_cast<double>(x.size(0));
    }
    return losses;
}

}  // namespace secateur
