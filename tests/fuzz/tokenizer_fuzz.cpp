// SPDX-License-Identifier: GPL-3.0-or-later
//
// libFuzzer entry for both tokenizer formats: whatever the bytes, reading and using them ends well or in an
// Error. Build it with clang's -fsanitize=fuzzer, or let tests/storage/tokenizer_mutation_test.cpp drive it.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/base/error.h"
#include "core/storage/tokenizer/json_tokenizer.h"
#include "core/storage/tokenizer/json_value.h"
#include "core/storage/tokenizer/sentencepiece_tokenizer.h"

namespace {

using namespace secateur;

constexpr std::string_view kText =
    " Hello  world\r\n\n\t12345 na\xC3\xAFve cafe\xCC\x81 \xEF\xAC\x81 \xE6\x97\xA5\xE6\x9C\xAC "
    "\xF0\x9F\x98\x80 <s> </s>"
    "<|endoftext|>don't \xE2\x96\x81 \x01 "
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

std::unique_ptr<Tokenizer> opened(std::string_view bytes) {
    if (!bytes.starts_with('{'))
        return std::make_unique<tokenizer::SentencePieceTokenizer>("fuzz.model", bytes);
    const tokenizer::JsonFile json("fuzz.json", bytes);
    return std::make_unique<tokenizer::JsonTokenizer>(json.root());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto tokenizer = opened({reinterpret_cast<const char*>(data), size});
        const auto ids = tokenizer->encode(kText, true);
        static_cast<void>(tokenizer->decode(ids, false));
        static_cast<void>(tokenizer->decode(ids, true));
        static_cast<void>(tokenizer->bosId());
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
