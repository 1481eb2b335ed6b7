// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/training_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/model/kernels.h"
#include "core/model/parallel.h"
#include "core/model/vector_math.h"

namespace secateur::kernels {

namespace {

constexpr std::int64_t kLanes = 16;
constexpr std::int64_t kRowsTogether = 64;  // whose gradients of a weight are summed before the others'

// toX = scale (w g - unit mean(w g unit)), unit = x scale; adds g unit to `weightSum`.
SECATEUR_VECTOR_CLONES
void normRowBackward(const float* x, const float* weight, const float* gradient, float* toX, float* weightSum,
                     std::int64_t width, float eps) {
    const auto mean = static_cast<float>(dot<kLanes>(x, x, width) / static_cast<double>(width));
    const float scale = 1.0F / std::sqrt(mean + eps);
    for (std::int64_t i = 0; i < width; ++i) toX[i] = weight[i] * gradient[i];
    const auto along =
        static_cast<float>(dot<kLanes>(toX, x, width) / static_cast<double>(width)) * scale * scale * scale;
    for (std::int64_t i = 0; i < width; ++i) toX[i] = scale * toX[i] - along * x[i];
    if (weightSum == nullptr) return;
    for (std::int64_t i = 0; i < width; ++i) weightSum[i] += gradient[i] * x[i] * scale;
}

SECATEUR_VECTOR_CLONES
void swiGluGradients(const float* gate, const float* up, const float* gradient, float* toGate, float* toUp,
                     std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        const float sigmoid = 1.0F / (1.0F + exponential(-gate[i]));
        const float silu = gate[i] * sigmoid;
        toUp[i] = silu * gradient[i];
        toGate[i] = gradient[i] * up[i] * (sigmoid + silu * (1.0F - sigmoid));
    }
}

// A row of logits becomes exp(logit - largest); returns the largest, and the sum in `sum`.
SECATEUR_VECTOR_CLONES
float exponentials(float* row, std::int64_t classes, double& sum) {
    const float largest = largestOf(row, classes);
    std::array<float, kLanes> partial{};
    std::int64_t i = 0;
    for (; i + kLanes <= classes; i += kLanes) {
        for (std::int64_t lane = 0; lane < kLanes; ++lane) {
            row[i + lane] = exponential(row[i + lane] - largest);
            partial[lane] += row[i + lane];
        }
    }
    sum = sumOf(partial);
    for (; i < classes; ++i) {
        row[i] = exponential(row[i] - largest);
        sum += row[i];
    }
    return largest;
}

SECATEUR_VECTOR_CLONES
void multiply(float* row, std::int64_t count, float factor) {
    for (std::int64_t i = 0; i < count; ++i) row[i] *= factor;
}

}  // namespace

void rmsNormBackward(const float* x, const float* weight, const float* gradient, float* toX, float* toWeight,
                     std::int64_t rows, std::int64_t width, float eps) {
    const std::int64_t blocks = (rows + kRowsTogether - 1) / kRowsTogether;
    std::vector<float> sums(toWeight != nullptr ? static_cast<std::size_t>(blocks * width) : 0);
    inParallel(blocks, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t block = begin; block < end; ++block) {
            const std::int64_t last = std::min(rows, (block + 1) * kRowsTogether);
            for (std::int64_t row = block * kRowsTogether; row < last; ++row)
                normRowBackward(x + row * width, weight, gradient + row * width, toX + row * width,
                                toWeight != nullptr ? sums.data() + block * width : nullptr, width, eps);
        }
    });
    if (toWeight == nullptr) return;
    for (std::int64_t i = 0; i < width; ++i) {
        double sum = 0.0;
        for (std::int64_t block = 0; block < blocks; ++block)
            sum += sums[static_cast<std::size_t>(block * width + i)];
        toWeight[i] = static_cast<float>(sum);
    }
}

void swiGluBackward(const Halves<const float>& x, const float* gradient, const Halves<float>& to) {
    inParallel(x.rows, rowsTogether(x.width), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row)
            swiGluGradients(x.gate + row * x.stride, x.up + row * x.stride, gradient + row * x.width,
                            to.gate + row * to.stride, to.up + row * to.stride, x.width);
    });
}

double crossEntropy(float* logits, const std::int64_t* targets, std::int64_t rows, std::int64_t classes,
                    float scale) {
    std::vector<double> losses(static_cast<std::size_t>(rows));
    inParallel(rows, 8, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t index = begin; index < end; ++index) {
            float* row = logits + index * classes;
            const float wanted = row[targets[index]];
            double sum = 0.0;
            const float largest = exponentials(row, classes, sum);
            losses[static_cast<std::size_t>(index)] =
                std::log(sum) + static_cast<double>(largest) - static_cast<double>(wanted);
            multiply(row, classes, static_cast<float>(scale / sum));
            row[targets[index]] -= scale;
        }
    });
    double total = 0.0;
    for (const double loss : losses) total += loss;
    return total;
}

}  // namespace secateur::kernels
