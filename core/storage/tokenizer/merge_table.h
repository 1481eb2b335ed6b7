// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace secateur::tokenizer {

// Which pairs of tokens merge, in what order of preference, and into what. A flat hash table: the hottest
// look-up of encoding.
class MergeTable {
public:
    static constexpr std::uint32_t kNoMerge = 0xFFFFFFFF;

    explicit MergeTable(std::size_t merges);
    // A pair that is there already takes the new rank, as in HF. Ranks are given in ascending order from 0.
    void add(std::int32_t left, std::int32_t right, std::int32_t merged);

    [[nodiscard]] std::uint32_t rank(std::int32_t left, std::int32_t right) const noexcept {
        const std::uint64_t key = keyOf(left, right);
        for (std::size_t i = slotOf(key);; i = (i + 1) & mask_) {
            if (slots_[i].key == key) return slots_[i].rank;
            if (slots_[i].key == kEmpty) return kNoMerge;
        }
    }
    [[nodiscard]] std::int32_t merged(std::uint32_t rank) const noexcept { return merged_[rank]; }

private:
    static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};
    struct Slot {
        std::uint64_t key = kEmpty;
        std::uint32_t rank = kNoMerge;
    };
    [[nodiscard]] static std::uint64_t keyOf(std::int32_t left, std::int32_t right) noexcept {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 |
               static_cast<std::uint32_t>(right);
    }
    [[nodiscard]] std::size_t slotOf(std::uint64_t key) const noexcept {
        return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15u >> shift_);
    }

    std::vector<Slot> slots_;  // a power of two, at most half full
    std::size_t mask_ = 0;
    int shift_ = 0;
    std::vector<std::int32_t> merged_;  // [rank]
};

}  // namespace secateur::tokenizer
