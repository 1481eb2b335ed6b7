// SPDX-License-Identifier: GPL-3.0-or-later
//
// The "decoder" of tokenizer.json: turns tokens back into text.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace secateur::tokenizer {

class JsonValue;

// One stage. Thread rule: apply() may be called from several threads.
class Decoder {
public:
    virtual ~Decoder() = default;
    virtual void apply(std::vector<std::string>& tokens) const = 0;
};

using Decoders = std::vector<std::unique_ptr<Decoder>>;  // applied from first to last; what is left is joined

// The byte that a token such as "<0x0A>" stands for; -1 for other tokens.
[[nodiscard]] int fallbackByte(const std::string& token);

// Sequences come out flat. Throws Unsupported for a type it does not know, Corrupt for a damaged one.
[[nodiscard]] Decoders readDecoders(const JsonValue& component);

}  // namespace secateur::tokenizer
