// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/job_context.h"

namespace secateur {
namespace {

TEST(Printable, LeavesOrdinaryTextAlone) {
    for (const char* text : {"", "layer 3", "Größe: 5 %", "日本語", "emoji \xF0\x9F\x8C\xB1", "a\\b \"c\""})
        EXPECT_EQ(printable(text), text);
}

TEST(Printable, ShowsControlCharactersAsBytes) {
    EXPECT_EQ(printable("a\x1b[31mb"), "a\\x1b[31mb");
    EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(printable("a\r\n\tb\x7f"), "a\\x0d\\x0a\\x09b\\x7f");
    EXPECT_EQ(printable("a\xC2\x9B"
                        "31m"),
              "a\\x9b31m");
    EXPECT_EQ(printable("a\nb\x1b", 200, LineBreaks::Keep), "a\nb\\x1b");
}

TEST(Printable, ShowsWhatTurnsOrHidesText) {
    EXPECT_EQ(printable("a\xE2\x80\xAE"
                        "b"),
              "a\\u202eb");  // right-to-left override
    EXPECT_EQ(printable("a\xE2\x80\x8B"
                        "b"),
              "a\\u200bb");  // zero-width space
    EXPECT_EQ(printable("a\xE2\x81\xA6"
                        "b"),
              "a\\u2066b");  // isolate
    EXPECT_EQ(printable("\xEF\xBB\xBF"
                        "b"),
              "\\ufeffb");                                    // byte order mark
    EXPECT_EQ(printable("\xF3\xA0\x81\x81"), "\\U000e0041");  // a tag
    EXPECT_EQ(printable("a\xE2\x80\xA8"
                        "b"),
              "a\\u2028b");  // line separator
}

TEST(Printable, ShowsBrokenUtf8AsBytes) {
    EXPECT_EQ(printable("a\xFF\xFE"
                        "b"),
              "a\\xff\\xfeb");
    EXPECT_EQ(printable("\xC0\xAF"), "\\xc0\\xaf");           // overlong
    EXPECT_EQ(printable("\xE0\x80\xAF"), "\\xe0\\x80\\xaf");  // overlong
    EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // surrogate
    EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
    EXPECT_EQ(printable("\xE2\x82"), "\\xe2\\x82");  // cut off
    EXPECT_EQ(printable("\xE2\x82z"), "\\xe2\\x82z");
}

TEST(Printable, CutsAfterCodePoints) {
    EXPECT_EQ(printable("abcdef", 6), "abcdef");
    EXPECT_EQ(printable("abcdef", 5), "abcde...");
    EXPECT_EQ(printable("\xC3\xA4\xC3\xB6\xC3\xBC", 2), "\xC3\xA4\xC3\xB6...");
    EXPECT_EQ(printable(std::string(500, 'x')).size(), 203U);
    EXPECT_EQ(printableWhole(std::string(5000, 'x')).size(), 5000U);
}

TEST(PrintableJson, MeansTheSame) {
    const nlohmann::json value = {{"k\xC2\x9B", "a\x7f\x1b\xE2\x80\xAE\xF3\xA0\x81\x81 \xC3\xA4"},
                                  {"n", {1, 2.5, nullptr}}};
    const std::string shown = printableJson(value.dump(2));
    EXPECT_EQ(nlohmann::json::parse(shown), value);
    EXPECT_EQ(shown.find("\xC2\x9B"), std::string::npos);
    EXPECT_EQ(shown.find('\x7f'), std::string::npos);
    EXPECT_EQ(shown.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_NE(shown.find("\xC3\xA4"), std::string::npos);
}

TEST(Printable, IsWhatErrorsAndWarningsAreMadeOf) {
    const Error error(ErrorCode::Corrupt, "x\x1b]0;y\x07", "h\n\xff");
    EXPECT_EQ(error.message(), "x\\x1b]0;y\\x07");
    EXPECT_EQ(error.hint(), "h\\x0a\\xff");
    std::string warned;
    const JobContext context({}, {}, [&](const std::string& text) { warned = text; });
    context.warn("w\x1b");
    EXPECT_EQ(warned, "w\\x1b");
}

}  // namespace
}  // namespace secateur
