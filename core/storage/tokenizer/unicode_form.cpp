// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/unicode_form.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>

#include <utf8proc.h>

#include "core/base/error.h"
#include "core/base/utf8.h"

namespace secateur::tokenizer {

namespace {

// Below this, NFC changes nothing and no character combines with the one before it; below 0x80 no form
// changes anything.
constexpr char32_t kFirstComposing = 0x300;
constexpr char32_t kFirstNotAscii = 0x80;

struct Range {
    char32_t first;
    char32_t last;
};

// Marks and characters with decompositions that came into Unicode after version 9, whose tables HF normalizes
// by: they are left where they stand.
constexpr std::array<Range, 42> kLate{
    {{0x7FD, 0x7FD},     {0x898, 0x89F},     {0x8CA, 0x8D3},     {0x9FE, 0x9FE},     {0xC3C, 0xC3C},
     {0xD3B, 0xD3C},     {0xEBA, 0xEBA},     {0x1715, 0x1715},   {0x1ABF, 0x1ACE},   {0x1DF6, 0x1DFA},
     {0x32FF, 0x32FF},   {0xA7F2, 0xA7F4},   {0xA82C, 0xA82C},   {0xAB69, 0xAB69},   {0x10781, 0x10785},
     {0x10787, 0x107B0}, {0x107B2, 0x107BA}, {0x10D24, 0x10D27}, {0x10EAB, 0x10EAC}, {0x10F46, 0x10F50},
     {0x10F82, 0x10F85}, {0x11070, 0x11070}, {0x1133B, 0x1133B}, {0x1145E, 0x1145E}, {0x11839, 0x1183A},
     {0x11930, 0x11930}, {0x11938, 0x11938}, {0x1193D, 0x1193E}, {0x11943, 0x11943}, {0x119E0, 0x119E0},
     {0x11A34, 0x11A34}, {0x11A47, 0x11A47}, {0x11A99, 0x11A99}, {0x11D42, 0x11D42}, {0x11D44, 0x11D45},
     {0x11D97, 0x11D97}, {0x16FF0, 0x16FF1}, {0x1E130, 0x1E136}, {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF},
     {0x1F16C, 0x1F16C}, {0x1FBF0, 0x1FBF9}}};

bool isLate(char32_t codePoint) {
    if (codePoint < kLate.front().first) return false;
    const auto range =
        std::find_if(kLate.begin(), kLate.end(), [&](const Range& r) { return codePoint <= r.last; });
    return range != kLate.end() && codePoint >= range->first;
}

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

// Only runs of characters that the form may change go through the library, each with the character before it.
std::string changed(const std::string& text, UnicodeForm form) {
    const char32_t firstAffected = form == UnicodeForm::Nfc ? kFirstComposing : kFirstNotAscii;
    std::string out;
    out.reserve(text.size());
    std::size_t runStart = 0;
    std::size_t previous = 0;
    bool inRun = false;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t start = i;
        const char32_t codePoint = nextCodePoint(text, i);
        const bool late = isLate(codePoint);
        const bool affected = codePoint >= firstAffected && !late;
        if (affected && !inRun) {
            out.append(text, runStart, previous - runStart);
            runStart = previous;
        } else if (!affected && inRun) {
            appendForm(out, std::string_view(text).substr(runStart, start - runStart), optionsOf(form));
            runStart = start;
        }
        inRun = affected;
        previous = late ? i : start;
    }
    if (inRun) {
        appendForm(out, std::string_view(text).substr(runStart), optionsOf(form));
    } else {
        out.append(text, runStart);
    }
    return out;
}

}  // namespace

std::string toUnicodeForm(const std::string& text, UnicodeForm form) {
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < kFirstNotAscii; });
    return ascii ? text : changed(text, form);
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
