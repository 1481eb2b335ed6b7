// SPDX-License-Identifier: GPL-3.0-or-later
//
// The "normalizer" of tokenizer.json: rewrites text before it is split. Each piece between special tokens is
// normalized by itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace secateur::tokenizer {

class JsonValue;

// Thread rule: apply() may be called from several threads.
class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual void apply(std::string& text) const = 0;  // UTF-8 in, UTF-8 out
};

using Normalizers = std::vector<std::unique_ptr<Normalizer>>;  // applied from first to last

// Sequences come out flat. Throws Unsupported for a type it does not know, Corrupt for a damaged one.
[[nodiscard]] Normalizers readNormalizers(const JsonValue& component);

}  // namespace secateur::tokenizer
