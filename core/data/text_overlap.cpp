// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text_overlap.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

namespace secateur {

namespace {

constexpr std::size_t kRun = 16;

std::uint64_t hashOf(std::span<const std::int32_t> ids) {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, a token at a time
    for (const std::int32_t id : ids) hash = (hash ^ static_cast<std::uint32_t>(id)) * 0x100000001b3U;
    return hash;
}

template <class Each>
void forEachRun(std::span<const std::int32_t> window, std::size_t length, const Each& each) {
    for (std::size_t i = 0; i + length <= window.size(); ++i) each(hashOf(window.subspan(i, length)));
}

}  // namespace

const char* name(TextPurpose purpose) noexcept {
    return purpose == TextPurpose::Calibration ? "calibration" : "training";
}

std::optional<TextPurpose> textPurpose(const std::string& word) noexcept {
    for (const TextPurpose purpose : {TextPurpose::Calibration, TextPurpose::Training})
        if (word == name(purpose)) return purpose;
    return std::nullopt;
}

std::string inWords(const TextOverlap& overlap) {
    const char* how =
        overlap.purpose == TextPurpose::Calibration ? "calibrated on this text: " : "seen in training: ";
    return how + std::to_string(overlap.windows) + " of " + std::to_string(overlap.of) +
           (overlap.of == 1 ? " window" : " windows");
}

int windowsSeen(const TokenWindows& judged, const TokenWindows& used) {
    const std::size_t length =
        std::min({kRun, static_cast<std::size_t>(judged.seqLen), static_cast<std::size_t>(used.seqLen)});
    if (length == 0) return 0;
    // What is judged is short, what was used may be all that a network was trained on: only the former is
    // kept.
    std::unordered_map<std::uint64_t, bool> wasUsed;
    for (int i = 0; i < judged.count(); ++i)
        forEachRun(judged.window(i), length, [&](std::uint64_t run) { wasUsed.emplace(run, false); });
    for (int i = 0; i < used.count(); ++i) {
        forEachRun(used.window(i), length, [&](std::uint64_t run) {
            if (const auto known = wasUsed.find(run); known != wasUsed.end()) known->second = true;
        });
    }
    int seen = 0;
    for (int i = 0; i < judged.count(); ++i) {
        std::size_t runs = 0, common = 0;
        forEachRun(judged.window(i), length, [&](std::uint64_t run) {
            ++runs;
            common += wasUsed.at(run) ? 1 : 0;
        });
        seen += 2 * common >= runs ? 1 : 0;
    }
    return seen;
}

}  // namespace secateur
