// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text as token ids, and the windows that statistics and perplexity are computed on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace secateur {

// Where text comes from: exactly one of `textFile` (.txt, .jsonl with a key `textKey`, .gz of either) and
// `tokensFile` (a safetensors file with an int32 tensor `tokensName`, no tokenizer involved) is set.
struct TextSource {
    std::string textFile;
    std::string tokensFile;
    std::string tokensName;
    std::string textKey = "text";  // of the objects in a .jsonl file
    [[nodiscard]] bool empty() const noexcept { return textFile.empty() && tokensFile.empty(); }
    // The one that is set.
    [[nodiscard]] const std::string& file() const noexcept {
        return textFile.empty() ? tokensFile : textFile;
    }
    bool operator==(const TextSource&) const = default;
};

enum class Sampling {
    Sequential,  // windows 0, 1, 2, ... of seqLen tokens
    Random,      // starts drawn with the documented generator (docs/formats/sampling.md), with replacement
};

struct WindowOptions {
    int samples = 0;  // windows; 0 = all there are
    int seqLen = 128;
    int skip = 0;  // windows left out at the beginning, as far as there remain as many as are asked for;
                   // Sequential alone
    Sampling sampling = Sampling::Sequential;
    std::uint64_t seed = 0;
    bool bos = false;     // put the tokenizer's BOS once before the whole text
    bool packed = false;  // training: documents follow one another, each with the tokenizer's EOS at its end
                          // and, with `bos`, BOS before it
    bool operator==(const WindowOptions&) const = default;
};

// A whole text as ids.
struct TokenStream {
    std::vector<std::int32_t> ids;
    std::string source;                     // file name, for provenance
    std::string sha256;                     // of the file's bytes
    std::optional<std::int64_t> textBytes;  // UTF-8 bytes that were tokenized; none for ids given directly
};

// Windows of equal length, stored one after the other.
struct TokenWindows {
    int seqLen = 0;
    std::vector<std::int32_t> ids;  // [count * seqLen]
    std::string source;
    std::string sha256;
    TextSource text;  // where they were read; empty for windows that were made otherwise
    int skip = 0;     // windows of the text before the first
    Sampling sampling = Sampling::Sequential;
    std::uint64_t seed = 0;
    bool bos = false;
    std::optional<double> bytesPerToken;  // of the whole text; none for ids given directly

    [[nodiscard]] int count() const noexcept {
        return seqLen == 0 ? 0 : static_cast<int>(ids.size()) / seqLen;
    }
    [[nodiscard]] std::span<const std::int32_t> window(int index) const {
        return std::span(ids).subspan(static_cast<std::size_t>(index) * seqLen, seqLen);
    }
};

// Cuts a stream into windows; the tail shorter than a window is dropped. Throws InvalidArgument when there is
// not one whole window. `warn` is called when fewer windows exist than were asked for.
class JobContext;
[[nodiscard]] TokenWindows cutWindows(const TokenStream& stream, const WindowOptions& options,
                                      const JobContext& context);

}  // namespace secateur
