// SPDX-License-Identifier: GPL-3.0-or-later
//
// A TextSource as a stream of ids, whichever way it was given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/data/tokens.h"

namespace secateur {

// `checkpointFolder` gives the tokenizer when text is given. `bos` puts the BOS id first. With
// `eos` the documents of a text are packed for training: that id ends each, and BOS begins each. Throws
// NotFound (file, tensor, tokenizer), Corrupt, InvalidArgument (a tensor that is not int32/int64, or not one-
// or two-dimensional; ids below 0).
[[nodiscard]] TokenStream readTokens(const TextSource& source, const std::filesystem::path& checkpointFolder,
                                     bool bos, std::optional<std::int32_t> eos = std::nullopt);

}  // namespace secateur
