// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace secateur::tokenizer {

enum class UnicodeForm { Nfc, Nfd, Nfkc, Nfkd };

// UTF-8 in one of Unicode's normalization forms.
[[nodiscard]] std::string toUnicodeForm(const std::string& text, UnicodeForm form);

// Every character's full lower-case mapping, whatever stands around it.
[[nodiscard]] std::string toLowerCase(const std::string& text);

// Without combining marks (categories Mn, Mc, Me).
[[nodiscard]] std::string withoutMarks(const std::string& text);

}  // namespace secateur::tokenizer
