// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/merge_table.h"

#include <bit>

namespace secateur::tokenizer {

MergeTable::MergeTable(std::size_t merges) {
    const std::size_t size = std::bit_ceil(2 * merges + 2);
    slots_.resize(size);
    mask_ = size - 1;
    shift_ = 64 - std::countr_zero(size);
    merged_.reserve(merges);
}

void MergeTable::add(std::int32_t left, std::int32_t right, std::int32_t merged) {
    const std::uint64_t key = keyOf(left, right);
    std::size_t i = slotOf(key);
    while (slots_[i].key != key && slots_[i].key != kEmpty) i = (i + 1) & mask_;
    slots_[i] = {key, static_cast<std::uint32_t>(merged_.size())};
    merged_.push_back(merged);
}

}  // namespace secateur::tokenizer
