// SPDX-License-Identifier: GPL-3.0-or-later
#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/storage/tokenizer/regex.h"

#include <array>

#include <pcre2.h>

#include "core/base/utf8.h"
#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

namespace {

constexpr std::uint32_t kMatchLimit = 1'000'000;  // steps of one match; what a sane expression never needs

std::string messageOf(int code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(code, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

// What a match writes to; one a thread, because expressions are shared between threads.
struct Scratch {
    pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
    pcre2_match_context* context = pcre2_match_context_create(nullptr);
    Scratch() { pcre2_set_match_limit(context, kMatchLimit); }
    ~Scratch() {
        pcre2_match_data_free(data);
        pcre2_match_context_free(context);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

}  // namespace

struct Regex::Code {
    pcre2_code* code = nullptr;
    bool compiledToMachineCode = false;
    std::string place;
    ~Code() { pcre2_code_free(code); }
};

Regex::Regex(std::string_view pattern, std::string place) {
    const std::string translated = translateRegex(pattern);
    auto compiled = std::make_shared<Code>();
    compiled->place = std::move(place);
    int error = 0;
    PCRE2_SIZE offset = 0;
    compiled->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                                   PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE, &error, &offset, nullptr);
    if (compiled->code == nullptr) {
        throw Error(ErrorCode::Corrupt, "is not a regular expression: " + messageOf(error));
    }
    compiled->compiledToMachineCode = pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE) == 0;
    code_ = std::move(compiled);
}

bool Regex::find(std::string_view text, std::size_t from, Match& match) const {
    thread_local Scratch scratch;
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    int found = PCRE2_ERROR_JIT_STACKLIMIT;
    if (code_->compiledToMachineCode) {
        found = pcre2_jit_match(code_->code, subject, text.size(), from, PCRE2_NO_UTF_CHECK, scratch.data,
                                scratch.context);
    }
    // The compiled form has a small stack; the interpreter keeps its state on the heap.
    if (found == PCRE2_ERROR_JIT_STACKLIMIT) {
        found = pcre2_match(code_->code, subject, text.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
                            scratch.data, scratch.context);
    }
    if (found == PCRE2_ERROR_NOMATCH) return false;
    if (found < 0) {
        throw Error(ErrorCode::Unsupported, code_->place + " gives up on this text: " + messageOf(found));
    }
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(scratch.data);
    match = {bounds[0], bounds[1]};
    // \K in a lookahead can put the start behind the end.
    if (match.begin > match.end) throw Error(ErrorCode::Unsupported, code_->place + " matches backwards");
    return true;
}

std::size_t Regex::behind(std::string_view text, std::size_t position) noexcept {
    return position + (position < text.size() ? sequenceLength(text[position]) : 1);
}

Regex compileRegex(const JsonValue& value) {
    try {
        return Regex(value.string(), value.place());
    } catch (const Error& error) {
        value.fail(error.code(), error.message(), error.hint());
    }
}

std::string escapeRegex(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("\\^$.[]|()?*+{}#-&~ ").find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

}  // namespace secateur::tokenizer
