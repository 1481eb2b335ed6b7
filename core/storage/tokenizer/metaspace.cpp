// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/metaspace.h"

#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

namespace {

// Files from before "prepend_scheme" have "add_prefix_space" alone.
Metaspace::Prepend schemeOf(const JsonValue& component) {
    const auto scheme = component.find("prepend_scheme");
    if (!scheme) {
        return component.boolOr("add_prefix_space", true) ? Metaspace::Prepend::Always
                                                          : Metaspace::Prepend::Never;
    }
    if (scheme->string() == "always") return Metaspace::Prepend::Always;
    if (scheme->string() == "first") return Metaspace::Prepend::First;
    if (scheme->string() == "never") return Metaspace::Prepend::Never;
    scheme->unsupported("is \"" + scheme->string() + "\"");
}

}  // namespace

Metaspace::Metaspace(const JsonValue& component)
    : replacement(component.get("replacement").string()),
      prepend(schemeOf(component)),
      split(component.boolOr("split", true)) {
    static_cast<void>(component.get("replacement").character());
}

std::string Metaspace::mark(std::string_view text, bool first) const {
    std::string marked;
    marked.reserve(text.size() + text.size() / 2);
    const bool marksStart = text.starts_with(' ') || text.starts_with(replacement);
    const bool wanted = prepend == Prepend::Always || (prepend == Prepend::First && first);
    if (wanted && !marksStart) marked += replacement;
    for (const char c : text) {
        if (c == ' ') {
            marked += replacement;
        } else {
            marked += c;
        }
    }
    return marked;
}

}  // namespace secateur::tokenizer
