// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace secateur::tokenizer {

// Ids of short words met lately. Direct-mapped and of fixed size: a new word takes the place of the one in
// its slot. Not thread-safe.
class WordCache {
public:
    // The ids of `word`; empty when it is not here.
    [[nodiscard]] std::span<const std::int32_t> find(std::string_view word) const noexcept {
        if (slots_.empty() || word.size() > kMaxBytes) return {};
        const Slot& slot = slots_[hash(word) & (kSlots - 1)];
        const bool same =
            slot.length == word.size() && std::memcmp(slot.text.data(), word.data(), word.size()) == 0;
        return {slot.ids.data(), same ? slot.count : std::size_t{0}};
    }

    void store(std::string_view word, std::span<const std::int32_t> ids) {
        if (word.size() > kMaxBytes || ids.size() > kMaxIds) return;
        if (slots_.empty()) slots_.resize(kSlots);
        Slot& slot = slots_[hash(word) & (kSlots - 1)];
        slot.length = static_cast<std::uint8_t>(word.size());
        slot.count = static_cast<std::uint8_t>(ids.size());
        std::memcpy(slot.text.data(), word.data(), word.size());
        std::memcpy(slot.ids.data(), ids.data(), ids.size_bytes());
    }

private:
    static constexpr std::size_t kSlots = 1 << 14;  // 1.2 MB in all
    static constexpr std::size_t kMaxBytes = 30;
    static constexpr std::size_t kMaxIds = 10;
    struct Slot {
        std::array<std::int32_t, kMaxIds> ids{};
        std::array<char, kMaxBytes> text{};
        std::uint8_t length = 0;
        std::uint8_t count = 0;
    };

    [[nodiscard]] static std::uint64_t hash(std::string_view word) noexcept {
        constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15u;
        std::uint64_t value = word.size() * kMultiplier;
        for (std::size_t i = 0; i < word.size(); i += 8) {
            std::uint64_t chunk = 0;
            std::memcpy(&chunk, word.data() + i, std::min<std::size_t>(8, word.size() - i));
            value = (value ^ chunk) * kMultiplier;
            value ^= value >> 29;
        }
        return value ^ value >> 32;
    }

    std::vector<Slot> slots_;
};

}  // namespace secateur::tokenizer
