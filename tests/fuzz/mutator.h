// SPDX-License-Identifier: GPL-3.0-or-later
//
// Damages bytes as bad disks, bad programs and bad people do: bits flipped, pieces cut out, doubled or put
// in, the end cut off. The same on every machine for the same seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace secateur::test {

class Mutator {
public:
    explicit Mutator(std::uint64_t seed) : generator_(seed) {}

    // A copy with one to four kinds of damage.
    std::string damage(std::string bytes) {
        const std::size_t count = 1 + below(4);
        for (std::size_t i = 0; i < count && !bytes.empty(); ++i) damageOnce(bytes);
        return bytes;
    }

private:
    // Not std::uniform_int_distribution, which differs between libraries.
    std::size_t below(std::size_t limit) { return generator_() % limit; }

    void damageOnce(std::string& bytes) {
        static constexpr std::string_view kWords[] = {"-1",     "1e99", "null",       "[[[[",
                                                      "}",      "\"",   "true",       "{}",
                                                      "[]",     "0",    "4294967296", "18446744073709551615",
                                                      "../../", "\\K",  "\\u0000",    "\xFF\xFF\xFF\xFF"};
        const std::size_t at = below(bytes.size());
        switch (below(6)) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
                break;
            case 1:
                bytes[at] = static_cast<char>(below(256));
                break;
            case 2:
                bytes.erase(at, 1 + below(16));
                break;
            case 3:
                bytes.insert(at, kWords[below(std::size(kWords))]);
                break;
            case 4:
                bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(64)));
                break;
            default:
                if (below(8) == 0) bytes.resize(at);
                break;
        }
    }

    std::mt19937_64 generator_;
};

}  // namespace secateur::test
