// SPDX-License-Identifier: GPL-3.0-or-later
//
// Components that the golden tokenizers do not use, on small vocabularies; expected pieces are those of HF
// tokenizers.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/storage/tokenizer/json_value.h"
#include "core/storage/tokenizer/normalizer.h"
#include "core/storage/tokenizer/pre_tokenizer.h"

namespace secateur::tokenizer {
namespace {

using Pieces = std::vector<std::string>;

class Collector : public PieceSink {
public:
    void take(std::string_view piece, bool) override { pieces.emplace_back(piece); }
    Pieces pieces;
};

Pieces split(const std::string& component, std::string_view text) {
    const JsonFile file("pre_tokenizer.json", component);
    Collector collector;
    readPreTokenizers(file.root()).split(text, true, collector);
    return collector.pieces;
}

Pieces splitAtDashes(const std::string& behavior, bool invert) {
    return split(R"({"type": "Split", "pattern": {"String": "-"}, "behavior": ")" + behavior +
                     R"(", "invert": )" + (invert ? "true}" : "false}"),
                 "-a--b-");
}

std::string normalized(const std::string& component, std::string text) {
    const JsonFile file("normalizer.json", component);
    for (const auto& normalizer : readNormalizers(file.root())) normalizer->apply(text);
    return text;
}

TEST(Split, TreatsMatchesAsTheBehaviorSays) {
    EXPECT_EQ(splitAtDashes("Isolated", false), (Pieces{"-", "a", "-", "-", "b", "-"}));
    EXPECT_EQ(splitAtDashes("Removed", false), (Pieces{"a", "b"}));
    EXPECT_EQ(splitAtDashes("Removed", true), (Pieces{"-", "-", "-", "-"}));
    EXPECT_EQ(splitAtDashes("MergedWithPrevious", false), (Pieces{"-", "a-", "-", "b-"}));
    EXPECT_EQ(splitAtDashes("MergedWithNext", false), (Pieces{"-a", "-", "-b", "-"}));
    EXPECT_EQ(splitAtDashes("Contiguous", false), (Pieces{"-", "a", "--", "b", "-"}));
}

TEST(PreTokenizers, CutDigitsWordsAndPunctuation) {
    EXPECT_EQ(split(R"({"type": "Digits", "individual_digits": true})", "a12"), (Pieces{"a", "1", "2"}));
    EXPECT_EQ(split(R"({"type": "Digits", "individual_digits": false})", "a12b"), (Pieces{"a", "12", "b"}));
    EXPECT_EQ(split(R"({"type": "Whitespace"})", "don't  stop!?"), (Pieces{"don", "'", "t", "stop", "!?"}));
    EXPECT_EQ(split(R"({"type": "WhitespaceSplit"})", " don't  stop"), (Pieces{"don't", "stop"}));
    EXPECT_EQ(split(R"({"type": "Punctuation"})", "a+b!"), (Pieces{"a", "+", "b", "!"}));
    EXPECT_EQ(split(R"({"type": "CharDelimiterSplit", "delimiter": "."})", "a.b"), (Pieces{"a", "b"}));
}

TEST(Metaspace, PutsItsMarkWhereTheSchemeSays) {
    const auto metaspace = [](const std::string& rest, std::string_view text) {
        return split(R"({"type": "Metaspace", "replacement": "_", )" + rest + "}", text);
    };
    EXPECT_EQ(metaspace(R"("prepend_scheme": "always", "split": true)", "a b"), (Pieces{"_a", "_b"}));
    EXPECT_EQ(metaspace(R"("prepend_scheme": "never", "split": false)", "a b"), (Pieces{"a_b"}));
    EXPECT_EQ(metaspace(R"("prepend_scheme": "first", "split": false)", " a"), (Pieces{"_a"}));
    EXPECT_EQ(metaspace(R"("add_prefix_space": true)", "a b"), (Pieces{"_a", "_b"}));
    EXPECT_EQ(metaspace(R"("add_prefix_space": false)", "a b"), (Pieces{"a", "_b"}));
}

TEST(Normalizers, RewriteText) {
    EXPECT_EQ(normalized(R"({"type": "NFC"})", "xe\u0301\u0316 \u1100\u1161"), "x\u00e9\u0316 \uac00");
    EXPECT_EQ(normalized(R"({"type": "NFD"})", "\u00e9"), "e\u0301");
    EXPECT_EQ(normalized(R"({"type": "NFKC"})", "\ufb01\u2163"), "fiIV");
    EXPECT_EQ(normalized(R"({"type": "NFKD"})", "\u00bd"), "1\u20442");
    EXPECT_EQ(normalized(R"({"type": "Lowercase"})", "\u0130A\u03a3"), "i\u0307a\u03c3");
    EXPECT_EQ(normalized(R"({"type": "StripAccents"})", "e\u0301"), "e");
    EXPECT_EQ(normalized(R"({"type": "Strip", "strip_left": true, "strip_right": false})", "\u3000 a "),
              "a ");
    EXPECT_EQ(normalized(R"({"type": "Replace", "pattern": {"Regex": "[0-9]+"}, "content": "#"})", "a12b3"),
              "a#b#");
    EXPECT_EQ(normalized(R"({"type": "Prepend", "prepend": "_"})", ""), "");
}

TEST(Regex, MeansWhatOnigurumaMeans) {
    const auto matches = [](const char* pattern, std::string_view text) {
        Match match;
        return Regex(pattern).find(text, 0, match);
    };
    EXPECT_FALSE(matches("\\s", "\u180e"));
    EXPECT_TRUE(matches("\\s", "\u0085"));
    EXPECT_TRUE(matches("^\\w$", "\u0301"));
    EXPECT_TRUE(matches("^\\h$", "f"));
    EXPECT_TRUE(matches("\\bb$", "a b"));
    EXPECT_FALSE(matches("\\bb", "ab"));
    EXPECT_TRUE(matches("^\\u00e9$", "\u00e9"));
    EXPECT_TRUE(matches("^a{,2}$", "aa"));
    EXPECT_FALSE(matches("a.b", "a\nb"));
    EXPECT_TRUE(matches("(?m:a.b)", "a\nb"));
    EXPECT_TRUE(matches("^b", "a\nb"));
    for (const char* refused :
         {"[a[b]]", "[a&&b]", "a{1,3}+", "(?<n>a)\\k<n>", "(?x) a", "[[:alpha:]]", "(?R)"}) {
        EXPECT_THROW(Regex{refused}, Error) << refused;
    }
}

}  // namespace
}  // namespace secateur::tokenizer
