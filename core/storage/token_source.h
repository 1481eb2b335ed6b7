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
// `pack` the documents of a text follow one another for training: the tokenizer's EOS (else the first
// "eos_token_id" of config.json) ends each, and with `bos` BOS begins each. Throws
// NotFound (file, tensor, tokenizer), Corrupt, InvalidArgument (a tensor that is not int32/int64, or not one-
// or two-dimensional; ids below 0).
[[nodiscard]] TokenStream readTokens(const TextSource& source, const std::filesystem::path& checkpointFolder,
                                     bool bos, bool pack = false);

}  // namespace secateur
