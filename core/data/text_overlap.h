// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether a number was measured on text that the network, or the plan, has seen before. Texts are compared by
// their tokens, so that copies and other cuts of a file are found.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/tokens.h"

namespace secateur {

enum class TextPurpose { Calibration, Training };
[[nodiscard]] const char* name(TextPurpose purpose) noexcept;  // "calibration", "training"
[[nodiscard]] std::optional<TextPurpose> textPurpose(const std::string& name) noexcept;

// So many of the windows that a number was measured on had been used for something else.
struct TextOverlap {
    TextPurpose purpose = TextPurpose::Calibration;
    std::string source;  // file name of the text that was used
    int windows = 0;
    int of = 0;
    bool operator==(const TextOverlap&) const = default;
};

// "seen in training: 32 of 32 windows", "calibrated on this text: 12 of 32 windows"
[[nodiscard]] std::string inWords(const TextOverlap& overlap);

// Windows of `judged` of which at least half the runs of 16 tokens occur in `used`. Stories repeat shorter
// phrases and single sentences, so one common run alone says nothing.
[[nodiscard]] int windowsSeen(const TokenWindows& judged, const TokenWindows& used);

}  // namespace secateur
