// SPDX-License-Identifier: GPL-3.0-or-later
//
// The published code sorts whole rows to find where to cut. On the CPU a row is only partitioned around the
// cut, and a short group is ranked by comparing each entry with each; both give what a stable sort gives.
#include "core/compress/numeric/selection.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/model/parallel.h"

namespace secateur {

namespace {

constexpr int kShortGroup = 16;           // up to here comparing all pairs beats sorting
constexpr std::int64_t kEntries = 65536;  // that a part of a parallel loop looks at

at::Tensor firstInOrder(const at::Tensor& rows, std::int64_t count) {
    const at::Tensor order = std::get<1>(rows.sort(/*stable=*/true, /*dim=*/1, /*descending=*/false));
    at::Tensor mask = at::zeros(rows.sizes(), rows.options().dtype(at::kBool));
    return mask.scatter_(1, order.narrow(1, 0, count), true);
}

float nanLast(float value) {
    return value == value ? value : std::numeric_limits<float>::infinity();
}

// The marks that part(scores, marks, count) makes of `count` runs of `length` consecutive scores.
template <class Part>
at::Tensor marksOf(const at::Tensor& scores, std::int64_t length, const Part& part) {
    const at::Tensor dense = scores.contiguous();
    at::Tensor mask = at::empty(dense.sizes(), dense.options().dtype(at::kBool));
    const float* values = dense.const_data_ptr<float>();
    bool* marks = mask.mutable_data_ptr<bool>();
    inParallel(dense.numel() / length, std::max<std::int64_t>(kEntries / length, 1),
               [&](std::int64_t from, std::int64_t to) {
                   part(values + from * length, marks + from * length, to - from);
               });
    return mask;
}

// Marks the `count` smallest of a row; `ordered` is scratch of its length.
void markSmallest(const float* row, std::int64_t columns, std::int64_t count, std::vector<float>& ordered,
                  bool* mask) {
    for (std::int64_t i = 0; i < columns; ++i) ordered[static_cast<std::size_t>(i)] = nanLast(row[i]);
    const auto cut = ordered.begin() + count;
    std::nth_element(ordered.begin(), cut - 1, ordered.end());
    const float threshold = *(cut - 1);
    std::int64_t equal =
        count - std::count_if(ordered.begin(), cut, [=](float it) { return it < threshold; });
    for (std::int64_t i = 0; i < columns; ++i) {
        const float value = nanLast(row[i]);
        mask[i] = value < threshold || (value == threshold && equal-- > 0);
    }
}

// Marks the `zeros` smallest of each of `groups` groups.
void rankGroups(const float* scores, std::int64_t groups, const SparsePattern& pattern, bool* mask) {
    float group[kShortGroup];
    for (std::int64_t g = 0; g < groups; ++g, scores += pattern.of, mask += pattern.of) {
        for (int i = 0; i < pattern.of; ++i) group[i] = nanLast(scores[i]);
        for (int i = 0; i < pattern.of; ++i) {
            int before = 0;
            for (int other = 0; other < pattern.of; ++other)
                before += static_cast<int>(other < i ? group[other] <= group[i] : group[other] < group[i]);
            mask[i] = before < pattern.zeros;
        }
    }
}

}  // namespace

at::Tensor smallestOfGroups(const at::Tensor& scores, const SparsePattern& pattern) {
    if (!scores.is_cpu() || pattern.of > kShortGroup)
        return firstInOrder(scores.reshape({-1, pattern.of}), pattern.zeros).view(scores.sizes());
    return marksOf(scores, pattern.of, [&](const float* some, bool* marks, std::int64_t groups) {
        rankGroups(some, groups, pattern, marks);
    });
}

at::Tensor smallestOfRows(const at::Tensor& scores, double share) {
    const std::int64_t columns = scores.size(1);
    const auto count = static_cast<std::int64_t>(static_cast<double>(columns) * share);
    if (!scores.is_cpu() || count == 0) return firstInOrder(scores, count);
    return marksOf(scores, columns, [&](const float* some, bool* marks, std::int64_t rows) {
        std::vector<float> ordered(static_cast<std::size_t>(columns));
        for (std::int64_t first = 0; first < rows * columns; first += columns)
            markSmallest(some + first, columns, count, ordered, marks + first);
    });
}

at::Tensor smallestOfAll(const at::Tensor& scores, double share) {
    const at::Tensor flat = scores.flatten();
    const auto index = static_cast<std::int64_t>(static_cast<double>(flat.numel()) * share);
    const at::Tensor threshold = std::get<0>(flat.kthvalue(index + 1));
    return scores.le(threshold);
}

}  // namespace secateur
