// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/attention_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/model/kernels.h"
#include "core/model/parallel.h"
#include "core/model/vector_math.h"

namespace secateur::kernels {

namespace {

constexpr std::int64_t kRows =
    4;  // of a block of a product, which with two vectors across fills the registers
constexpr std::int64_t kTile = 64;  // queries whose probabilities exist at a time
using Vector = float __attribute__((vector_size(32)));
constexpr std::int64_t kVector = 8;
static_assert(kAttentionWidth == 2 * kVector);

SECATEUR_INLINED void load(Vector& value, const float* from) {
    std::memcpy(&value, from, sizeof value);
}

SECATEUR_INLINED void store(float* to, const Vector& value) {
    std::memcpy(to, &value, sizeof value);
}

// A matrix read by its strides, so that a transposed one needs no copy.
struct Left {
    const float* data;
    std::int64_t row;
    std::int64_t step;
};
struct Right {
    const float* data;
    std::int64_t row;
};
struct Result {
    float* data;
    std::int64_t row;
    bool adds;
};

// `Rows` rows and 16 columns of a product over `count` steps.
template <int Rows>
SECATEUR_INLINED void block(const Left& a, const Right& b, const Result& c, std::int64_t count) {
    Vector sum[Rows][2] = {};
    for (int r = 0; c.adds && r < Rows; ++r)
        for (int half = 0; half < 2; ++half) load(sum[r][half], c.data + r * c.row + half * kVector);
    for (std::int64_t i = 0; i < count; ++i) {
        Vector left, right;
        load(left, b.data + i * b.row);
        load(right, b.data + i * b.row + kVector);
        for (int r = 0; r < Rows; ++r) {
            const float factor = a.data[r * a.row + i * a.step];
            sum[r][0] += factor * left;
            sum[r][1] += factor * right;
        }
    }
    for (int r = 0; r < Rows; ++r)
        for (int half = 0; half < 2; ++half) store(c.data + r * c.row + half * kVector, sum[r][half]);
}

// `rows` <= kRows rows and `columns` (a multiple of 16) columns.
SECATEUR_INLINED void rowsProduct(const Left& a, const Right& b, const Result& c, std::int64_t rows,
                                  std::int64_t columns, std::int64_t count) {
    for (std::int64_t column = 0; column < columns; column += kAttentionWidth) {
        const Right right{b.data + column, b.row};
        const Result result{c.data + column, c.row, c.adds};
        if (rows == kRows) {
            block<kRows>(a, right, result, count);
            continue;
        }
        for (std::int64_t r = 0; r < rows; ++r)
            block<1>({a.data + r * a.row, a.row, a.step}, right, {result.data + r * c.row, c.row, c.adds},
                     count);
    }
}

SECATEUR_INLINED std::int64_t padded(std::int64_t count) {
    return (count + kAttentionWidth - 1) / kAttentionWidth * kAttentionWidth;
}

// One head of one token, turned (`sign` 1) or turned back (-1) and scaled.
SECATEUR_INLINED void turn(const float* x, float* out, const Rotation& rotation, std::int64_t position,
                           std::int64_t headDim, float sign, float scale) {
    const std::int64_t half = headDim / 2;
    const float* cos = rotation.cos + position * half;
    const float* sin = rotation.sin + position * half;
    for (std::int64_t i = 0; i < half; ++i) {
        const float a = x[i];
        const float b = x[i + half];
        const float turn = sign * sin[i];
        out[i] = scale * (a * cos[i] - b * turn);
        out[i + half] = scale * (b * cos[i] + a * turn);
    }
}

SECATEUR_INLINED void transpose(const float* x, std::int64_t stride, float* out, std::int64_t seq,
                                std::int64_t width, std::int64_t headDim) {
    for (std::int64_t i = 0; i < headDim; ++i) {
        for (std::int64_t t = 0; t < seq; ++t) out[i * width + t] = x[t * stride + i];
        for (std::int64_t t = seq; t < width; ++t) out[i * width + t] = 0.0F;
    }
}

// Scores of the keys up to the row's own become probabilities, what is beyond becomes zero; returns the
// logarithm of the sum of their exponentials.
SECATEUR_INLINED float softmax(float* row, std::int64_t count, std::int64_t width) {
    const float most = largestOf(row, count);
    for (std::int64_t i = count; i < width; ++i) row[i] = -std::numeric_limits<float>::infinity();
    float partial[kAttentionWidth] = {};
    for (std::int64_t i = 0; i < width; i += kAttentionWidth) {
        for (std::int64_t lane = 0; lane < kAttentionWidth; ++lane) {
            row[i + lane] = exponential(row[i + lane] - most);
            partial[lane] += row[i + lane];
        }
    }
    float sum = 0.0F;
    for (const float one : partial) sum += one;
    const float factor = 1.0F / sum;
    for (std::int64_t i = 0; i < width; ++i) row[i] *= factor;
    for (std::int64_t i = count; i < width; ++i) row[i] = 0.0F;
    return most + std::log(sum);
}

// One KV head of one window and the query heads that it serves.
struct Unit {
    const AttentionShape& shape;
    const Rotation& rotation;
    const float* q;
    std::int64_t qStride;
    const float* k;
    std::int64_t kStride;
    const float* v;
    std::int64_t vStride;
    std::int64_t group;  // query heads
};

// Products of some rows of x, the first of position `first`, with the keys that each may see: [rows, width].
// `keys`: [headDim, width].
SECATEUR_INLINED void againstKeys(const float* x, std::int64_t stride, const float* keys, std::int64_t width,
                                  std::int64_t headDim, std::int64_t first, std::int64_t rows, float* out) {
    for (std::int64_t i = 0; i < rows; i += kRows) {
        const std::int64_t some = std::min(kRows, rows - i);
        rowsProduct({x + i * stride, stride, 1}, {keys, width}, {out + i * width, width, false}, some,
                    padded(first + i + some), headDim);
    }
}

// Sums over the keys that each row may see of x [rows, width] times the key's `values` [seq, headDim].
SECATEUR_INLINED void overKeys(const float* x, std::int64_t width, const Right& values, std::int64_t seq,
                               std::int64_t headDim, std::int64_t first, std::int64_t rows,
                               const Result& out) {
    for (std::int64_t i = 0; i < rows; i += kRows)
        rowsProduct({x + i * width, width, 1}, values, {out.data + i * out.row, out.row, out.adds},
                    std::min(kRows, rows - i), headDim, std::min(first + i + kRows, seq));
}

// Rotated keys as rows [seq, headDim] and as columns [headDim, width].
SECATEUR_INLINED void turnKeys(const Unit& unit, std::int64_t width, float* rows, float* columns) {
    const std::int64_t d = unit.shape.headDim;
    const std::int64_t seq = unit.shape.seq;
    for (std::int64_t t = 0; t < seq; ++t)
        turn(unit.k + t * unit.kStride, rows + t * d, unit.rotation, t, d, 1.0F, 1.0F);
    transpose(rows, d, columns, seq, width, d);
}

// Rotated and scaled queries of a tile, and their scores.
SECATEUR_INLINED void scoresOf(const Unit& unit, const float* q, std::int64_t first, std::int64_t rows,
                               const float* keys, std::int64_t width, float* turned, float* scores) {
    const std::int64_t d = unit.shape.headDim;
    for (std::int64_t i = 0; i < rows; ++i)
        turn(q + (first + i) * unit.qStride, turned + i * d, unit.rotation, first + i, d, 1.0F,
             unit.shape.scale);
    againstKeys(turned, d, keys, width, d, first, rows, scores);
}

SECATEUR_VECTOR_CLONES
void attend(const Unit& unit, float* out, std::int64_t outStride, float* logSums,
            std::vector<float>& scratch) {
    const std::int64_t d = unit.shape.headDim;
    const std::int64_t seq = unit.shape.seq;
    const std::int64_t width = padded(seq);
    scratch.resize(static_cast<std::size_t>(d * width + kTile * (d + width) + seq * d));
    float* keys = scratch.data();  // [headDim, width]
    float* turned = keys + d * width;
    float* scores = turned + kTile * d;
    float* turnedKeys = scores + kTile * width;
    turnKeys(unit, width, turnedKeys, keys);
    for (std::int64_t head = 0; head < unit.group; ++head) {
        for (std::int64_t first = 0; first < seq; first += kTile) {
            const std::int64_t rows = std::min(kTile, seq - first);
            scoresOf(unit, unit.q + head * d, first, rows, keys, width, turned, scores);
            for (std::int64_t i = 0; i < rows; ++i)
                logSums[head * seq + first + i] =
                    softmax(scores + i * width, first + i + 1,
                            padded(std::min(first + i / kRows * kRows + kRows, seq)));
            overKeys(scores, width, {unit.v, unit.vStride}, seq, d, first, rows,
                     {out + head * d + first * outStride, outStride, false});
        }
    }
}

struct UnitGradients {
    const float* out;
    const float* toOut;
    std::int64_t outStride;
    const float* logSums;
    float* toQ;
    std::int64_t toQStride;
    float* toK;
    std::int64_t toKStride;
    float* toV;
    std::int64_t toVStride;
};

SECATEUR_VECTOR_CLONES
void attendBackward(const Unit& unit, const UnitGradients& gradients, std::vector<float>& scratch) {
    const std::int64_t d = unit.shape.headDim;
    const std::int64_t seq = unit.shape.seq;
    const std::int64_t width = padded(seq);
    scratch.resize(static_cast<std::size_t>(2 * d * width + 3 * seq * d + kTile * (2 * d + 2 * width)));
    float* keys = scratch.data();      // [headDim, width]
    float* values = keys + d * width;  // [headDim, width]
    float* turnedKeys = values + d * width;
    float* toKeys = turnedKeys + seq * d;
    float* toValues = toKeys + seq * d;
    float* turned = toValues + seq * d;
    float* toTurned = turned + kTile * d;
    float* scores = toTurned + kTile * d;
    float* toScores = scores + kTile * width;
    turnKeys(unit, width, turnedKeys, keys);
    transpose(unit.v, unit.vStride, values, seq, width, d);
    std::fill(toKeys, toKeys + 2 * seq * d, 0.0F);
    for (std::int64_t head = 0; head < unit.group; ++head) {
        const float* toOut = gradients.toOut + head * d;
        const float* out = gradients.out + head * d;
        for (std::int64_t first = 0; first < seq; first += kTile) {
            const std::int64_t rows = std::min(kTile, seq - first);
            const std::int64_t stride = gradients.outStride;
            scoresOf(unit, unit.q + head * d, first, rows, keys, width, turned, scores);
            againstKeys(toOut + first * stride, stride, values, width, d, first, rows, toScores);
            const std::int64_t seen = padded(std::min(first + rows, seq));
            for (std::int64_t i = 0; i < rows; ++i) {
                const std::int64_t position = first + i;
                float along = 0.0F;
                for (std::int64_t c = 0; c < d; ++c)
                    along += toOut[position * stride + c] * out[position * stride + c];
                const float logSum = gradients.logSums[head * seq + position];
                float* p = scores + i * width;
                float* g = toScores + i * width;
                const std::int64_t end = padded(position + 1);
                for (std::int64_t j = 0; j < end; ++j) {
                    p[j] = exponential(p[j] - logSum);
                    g[j] = p[j] * (g[j] - along);
                }
                for (std::int64_t j = position + 1; j < seen; ++j) p[j] = g[j] = 0.0F;
            }
            overKeys(toScores, width, {turnedKeys, d}, seq, d, first, rows, {toTurned, d, false});
            for (std::int64_t i = 0; i < rows; ++i)
                turn(toTurned + i * d, gradients.toQ + head * d + (first + i) * gradients.toQStride,
                     unit.rotation, first + i, d, -1.0F, unit.shape.scale);
            // A key is seen by the queries from its own position on.
            for (std::int64_t j = 0; j < first + rows; j += kRows) {
                const std::int64_t some = std::min(kRows, first + rows - j);
                const std::int64_t from = std::max<std::int64_t>(0, j - first);
                rowsProduct({toScores + from * width + j, 1, width}, {turned + from * d, d},
                            {toKeys + j * d, d, true}, some, d, rows - from);
                rowsProduct({scores + from * width + j, 1, width}, {toOut + (first + from) * stride, stride},
                            {toValues + j * d, d, true}, some, d, rows - from);
            }
        }
    }
    for (std::int64_t t = 0; t < seq; ++t) {
        turn(toKeys + t * d, gradients.toK + t * gradients.toKStride, unit.rotation, t, d, -1.0F, 1.0F);
        std::copy(toValues + t * d, toValues + (t + 1) * d, gradients.toV + t * gradients.toVStride);
    }
}

// The first token's head of a window.
template <typename Value>
Value* headAt(const AttentionShape& shape, const TokenHeads<Value>& all, std::int64_t window,
              std::int64_t head) {
    return all.data + window * shape.seq * all.stride + head * shape.headDim;
}

Unit unitAt(const AttentionShape& shape, const Rotation& rotation, TokenHeads<const float> q,
            TokenHeads<const float> k, TokenHeads<const float> v, std::int64_t window, std::int64_t kvHead) {
    const std::int64_t group = shape.heads / shape.kvHeads;
    return {shape,
            rotation,
            headAt(shape, q, window, kvHead * group),
            q.stride,
            headAt(shape, k, window, kvHead),
            k.stride,
            headAt(shape, v, window, kvHead),
            v.stride,
            group};
}

// Calls `work(window, kvHead, scratch)` for every unit.
template <typename Work>
void forEachUnit(const AttentionShape& shape, const Work& work) {
    inParallel(shape.batch * shape.kvHeads, 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> scratch;
        for (std::int64_t i = begin; i < end; ++i) work(i / shape.kvHeads, i % shape.kvHeads, scratch);
    });
}

}  // namespace

void attention(const AttentionShape& shape, TokenHeads<const float> q, TokenHeads<const float> k,
               TokenHeads<const float> v, const Rotation& rotation, float* out, float* logSums) {
    const TokenHeads<float> outs{out, shape.heads * shape.headDim};
    const std::int64_t group = shape.heads / shape.kvHeads;
    forEachUnit(shape, [&](std::int64_t window, std::int64_t kvHead, std::vector<float>& scratch) {
        const std::int64_t first = kvHead * group;
        attend(unitAt(shape, rotation, q, k, v, window, kvHead), headAt(shape, outs, window, first),
               outs.stride, logSums + (window * shape.heads + first) * shape.seq, scratch);
    });
}

void attentionBackward(const AttentionShape& shape, TokenHeads<const float> q, TokenHeads<const float> k,
                       TokenHeads<const float> v, const Rotation& rotation, const float* out,
                       const float* logSums, const float* toOut, TokenHeads<float> toQ, TokenHeads<float> toK,
                       TokenHeads<float> toV) {
    const std::int64_t outStride = shape.heads * shape.headDim;
    const TokenHeads<const float> outs{out, outStride}, toOuts{toOut, outStride};
    const std::int64_t group = shape.heads / shape.kvHeads;
    forEachUnit(shape, [&](std::int64_t window, std::int64_t kvHead, std::vector<float>& scratch) {
        const std::int64_t first = kvHead * group;
        const UnitGradients gradients{headAt(shape, outs, window, first),
                                      headAt(shape, toOuts, window, first),
                                      outStride,
                                      logSums + (window * shape.heads + first) * shape.seq,
                                      headAt(shape, toQ, window, first),
                                      toQ.stride,
                                      headAt(shape, toK, window, kvHead),
                                      toK.stride,
                                      headAt(shape, toV, window, kvHead),
                                      toV.stride};
        attendBackward(unitAt(shape, rotation, q, k, v, window, kvHead), gradients, scratch);
    });
}

}  // namespace secateur::kernels
