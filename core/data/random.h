// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace secateur {

// SplitMix64; the whole of its state is one number (docs/formats/sampling.md).
class SplitMix64 {
public:
    explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() noexcept {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
        z = (z ^ z >> 27) * 0x94D049BB133111EBu;
        return z ^ z >> 31;
    }

private:
    std::uint64_t state_;
};

// A draw from 0 to n - 1; n is small, so that the remainder is as good as even.
[[nodiscard]] inline std::size_t below(SplitMix64& random, std::size_t n) noexcept {
    return static_cast<std::size_t>(random.next() % n);
}

// Fisher-Yates, from the last entry down.
template <class Value>
void shuffle(std::vector<Value>& values, SplitMix64& random) {
    for (std::size_t left = values.size(); left > 1; --left)
        std::swap(values[left - 1], values[below(random, left)]);
}

}  // namespace secateur
