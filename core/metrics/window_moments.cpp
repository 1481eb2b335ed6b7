// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/window_moments.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/model/host_values.h"
#include "core/model/kernels.h"
#include "core/model/parallel.h"

namespace secateur {

namespace {

// Where the moments of some channels of a window go.
struct MomentsPlace {
    float* mean;
    float* centred2;
    float* absMean;
};

// Channels handled together: a window's tile of this width stays in the second-level cache between the two
// passes over it.
constexpr std::int64_t kTile = 128;

template <class Value>
SECATEUR_INLINED void tileMomentsOf(const Value* x, std::int64_t seq, std::int64_t stride, std::int64_t width,
                                    const MomentsPlace& to) {
    std::array<float, kTile> sum{}, absolute{};
    for (std::int64_t t = 0; t < seq; ++t)
        for (std::int64_t c = 0; c < width; ++c) {
            const float value = kernels::widen(x[t * stride + c]);
            sum[c] += value;
            absolute[c] += std::fabs(value);
        }
    const float* mean = to.mean;
    for (std::int64_t c = 0; c < width; ++c) {
        to.mean[c] = sum[c] / static_cast<float>(seq);
        to.absMean[c] = absolute[c] / static_cast<float>(seq);
    }
    std::array<float, kTile> squares{};
    for (std::int64_t t = 0; t < seq; ++t)
        for (std::int64_t c = 0; c < width; ++c) {
            const float distance = kernels::widen(x[t * stride + c]) - mean[c];
            squares[c] += distance * distance;
        }
    std::copy_n(squares.data(), width, to.centred2);
}

SECATEUR_VECTOR_CLONES
void tileMoments(const float* x, std::int64_t seq, std::int64_t stride, std::int64_t width,
                 const MomentsPlace& to) {
    tileMomentsOf(x, seq, stride, width, to);
}

SECATEUR_VECTOR_CLONES
void tileMoments(const kernels::Bf16* x, std::int64_t seq, std::int64_t stride, std::int64_t width,
                 const MomentsPlace& to) {
    tileMomentsOf(x, seq, stride, width, to);
}

WindowMoments hostMoments(const at::Tensor& x) {
    const std::int64_t windows = x.size(0), seq = x.size(1), channels = x.size(2);
    WindowMoments moments{at::empty({windows, channels}, at::kFloat),
                          at::empty({windows, channels}, at::kFloat),
                          at::empty({windows, channels}, at::kFloat)};
    float* mean = moments.mean.mutable_data_ptr<float>();
    float* centred2 = moments.centred2.mutable_data_ptr<float>();
    float* absMean = moments.absMean.mutable_data_ptr<float>();
    const std::int64_t tiles = (channels + kTile - 1) / kTile;
    withHostValues(x, [&](const auto* data) {
        inParallel(windows * tiles, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                const std::int64_t window = i / tiles;
                const std::int64_t first = (i % tiles) * kTile;
                const std::int64_t at = window * channels + first;
                tileMoments(data + window * seq * channels + first, seq, channels,
                            std::min(kTile, channels - first), {mean + at, centred2 + at, absMean + at});
            }
        });
    });
    return moments;
}

}  // namespace

WindowMoments windowMoments(const at::Tensor& x) {
    if (hasHostLoops(x)) return hostMoments(x.contiguous());
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor mean = wide.mean(1, true);
    return {mean.squeeze(1).cpu(), (wide - mean).square_().sum(1).cpu(), wide.abs().mean(1).cpu()};
}

}  // namespace secateur
