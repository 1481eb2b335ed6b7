// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reads text for calibration and evaluation. Plain .txt is one document; .jsonl gives one key ("text" unless
// told) of each line's object, documents joined by a blank line as the field's protocols do; what is packed
// with gzip is unpacked, whatever its name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace secateur {

struct Corpus {
    std::string text;    // UTF-8
    std::string sha256;  // of the file's bytes, hex
    // Where each document begins in `text` and how long it is; documents of a .jsonl lie a blank line apart.
    struct Span {
        std::size_t begin = 0;
        std::size_t length = 0;
    };
    std::vector<Span> documents;
};

// `textKey`: which string of a .jsonl file's objects is the text. Throws NotFound, Corrupt (naming the line
// of a .jsonl, or invalid UTF-8 with its byte offset), Unsupported for files of another format under a text's
// name, InvalidArgument when there is no text.
[[nodiscard]] Corpus readCorpus(const std::filesystem::path& file, const std::string& textKey = "text");

// Whether the name says that the file holds a JSON object a line.
[[nodiscard]] bool holdsJsonLines(std::filesystem::path file);

}  // namespace secateur
