// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/batches.h"

#include <algorithm>

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

}  // namespace secateur
