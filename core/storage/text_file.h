// SPDX-License-Identifier: GPL-3.0-or-later
//
// A text file's content, unpacked when it is packed with gzip, within bounds. Internal to storage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace secateur {

// How large a text may be. Packed text may grow to `packedFloor` bytes, or `packedRatio` times its packed
// size where that is more: far above what text does, far below what a file made to fill the memory does.
struct TextLimits {
    std::uint64_t bytes = std::uint64_t{4} << 30;
    std::uint64_t packedFloor = 64u << 20;
    std::uint64_t packedRatio = 100;
};

struct FileText {
    std::string text;
    std::string sha256;  // of the file's bytes as stored
};

// Throws NotFound, InvalidArgument (no regular file, too large), Corrupt (damaged or truncated .gz, larger
// than the limits allow), Unsupported for what begins as a file of another format does, naming it.
[[nodiscard]] FileText readTextFile(const std::filesystem::path& file, const TextLimits& limits = {});

// Whether the name ends in .gz, in letters of either case.
[[nodiscard]] bool isPacked(const std::filesystem::path& file);
// The extension in lower-case letters, with its dot.
[[nodiscard]] std::string lowerExtension(const std::filesystem::path& file);

}  // namespace secateur
