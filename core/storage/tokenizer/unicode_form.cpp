// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/unicode_form.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include <utf8proc.h>

#include "core/base/error.h"
#include "core/storage/utf8.h"

namespace secateur::tokenizer {

namespace {

// Below this, NFC changes nothing and no character combines with the one before it.
constexpr char32_t kFirstComposing = 0x300;

utf8proc_option_t optionsOf(UnicodeForm form) {
    int options = UTF8PROC_STABLE;
    options |= form == UnicodeForm::Nfc || form == UnicodeForm::Nfkc ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
    if (form == UnicodeForm::Nfkc || form == UnicodeForm::Nfkd) options |= UTF8PROC_COMPAT;
    return static_cast<utf8proc_option_t>(options);
}

void appendForm(std::string& out, std::string_view text, utf8proc_option_t options) {
    utf8proc_uint8_t* mapped = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
    if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
    if (length < 0) {
        throw Error(ErrorCode::InvalidArgument,
                    std::string("the text cannot be normalized: ") + utf8proc_errmsg(length));
    }
    out.append(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
}

// Only runs of characters that can compose go through the library, each with the character before it.
std::string composed(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    std::size_t runStart = 0;
    std::size_t previous = 0;
    bool inRun = false;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t start = i;
        const bool composing = nextCodePoint(text, i) >= kFirstComposing;
        if (composing && !inRun) {
            out.append(text, runStart, previous - runStart);
            runStart = previous;
        } else if (!composing && inRun) {
            appendForm(out, std::string_view(text).substr(runStart, start - runStart),
                       optionsOf(UnicodeForm::Nfc));
            runStart = start;
        }
        inRun = composing;
        previous = start;
    }
    if (inRun) {
        appendForm(out, std::string_view(text).substr(runStart), optionsOf(UnicodeForm::Nfc));
    } else {
        out.append(text, runStart);
    }
    return out;
}

}  // namespace

std::string toUnicodeForm(const std::string& text, UnicodeForm form) {
    const bool ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) return text;
    if (form == UnicodeForm::Nfc) return composed(text);
    std::string out;
    appendForm(out, text, optionsOf(form));
    return out;
}

std::string toLowerCase(const std::string& text) {
    std::string lower;
    lower.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const char32_t codePoint = nextCodePoint(text, i);
        // The one character whose full mapping is longer than its simple one.
        if (codePoint == 0x130) {
            lower += "i\xCC\x87";
        } else {
            appendUtf8(lower,
                       static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(codePoint))));
        }
    }
    return lower;
}

std::string withoutMarks(const std::string& text) {
    std::string kept;
    kept.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t start = i;
        const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(nextCodePoint(text, i)));
        const bool mark = category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
        if (!mark) kept.append(text, start, i - start);
    }
    return kept;
}

}  // namespace secateur::tokenizer
