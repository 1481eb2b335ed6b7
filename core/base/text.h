// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text from files on its way to a terminal, a label or a log: what could steer the reader's screen is shown
// as an escape instead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace secateur {

enum class LineBreaks { Escape, Keep };

// `text` as valid UTF-8 without control characters: C0, DEL and C1 as "\xNN" (line breaks too, unless they
// are to be kept), controls of writing direction and characters of no width as "\u202e", bytes that are no
// UTF-8 as "\xNN". Longer text is cut after `most` code points of the original, with an ellipsis.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most = 200,
                                    LineBreaks breaks = LineBreaks::Escape);

// The same for text of any length that a message or a table is made of.
[[nodiscard]] std::string printableWhole(std::string_view text, LineBreaks breaks = LineBreaks::Escape);

// A word of a POSIX shell: quoted where it must be.
[[nodiscard]] std::string shellWord(const std::string& word);

// JSON text that means the same, with the characters that printable() escapes written as JSON's \u escapes.
// `json` is valid JSON in UTF-8.
[[nodiscard]] std::string printableJson(std::string_view json);

}  // namespace secateur
