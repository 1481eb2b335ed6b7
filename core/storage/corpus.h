// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reads text for calibration and evaluation. Plain .txt is one document; .jsonl gives the "text" key of each
// line, documents joined by a blank line as the field's protocols do; .gz of either is unpacked.
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

// Throws NotFound, Corrupt (naming the line of a .jsonl, or invalid UTF-8 with its byte offset),
// InvalidArgument when there is no text.
[[nodiscard]] Corpus readCorpus(const std::filesystem::path& file);

}  // namespace secateur
