// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/token_text.h"

#include <gtest/gtest.h>

namespace secateur {
namespace {

std::vector<std::string> textsOf(const std::vector<std::string>& bytes) {
    std::vector<std::string> texts;
    const std::vector<std::int32_t> ids(bytes.size(), 7);
    for (const TokenText& text : tokenTexts(ids, bytes)) texts.push_back(text.text);
    return texts;
}

TEST(TokenText, WholeCharactersAreShownAsTheyAre) {
    EXPECT_EQ(textsOf({" the", "\xC3\xA9t\xC3\xA9", "\xF0\x9F\x8C\xB3"}),
              (std::vector<std::string>{" the", "\xC3\xA9t\xC3\xA9", "\xF0\x9F\x8C\xB3"}));
}

TEST(TokenText, ControlsAreNamedAndNeverSteerTheReader) {
    EXPECT_EQ(textsOf({"\n", "a\tb\r\n", std::string("\x1B[2J")}),
              (std::vector<std::string>{"\\n", "a\\tb\\r\\n", "\\x1b[2J"}));
    const std::vector<std::int32_t> ids{1, 2};
    const auto texts = tokenTexts(ids, std::vector<std::string>{"end.\n", "\nthen"});
    EXPECT_TRUE(texts[0].endsLine);
    EXPECT_FALSE(texts[1].endsLine);
}

TEST(TokenText, PartsOfACharacterShowTheirBytesAndKnowTheWhole) {
    // A euro sign and a tree, each over several tokens, the tree beginning within a token.
    const std::vector<std::string> bytes{"\xE2\x82", "\xAC", "x\xF0\x9F", "\x8C", "\xB3y"};
    const std::vector<std::int32_t> ids{1, 2, 3, 4, 5};
    const auto texts = tokenTexts(ids, bytes);
    EXPECT_EQ(texts[0].text, "\\xe2\\x82");
    EXPECT_EQ(texts[1].text, "\\xac");
    EXPECT_EQ(texts[0].partOf, "\xE2\x82\xAC");
    EXPECT_EQ(texts[1].partOf, "\xE2\x82\xAC");
    EXPECT_EQ(texts[2].text, "x\\xf0\\x9f");
    for (int i = 2; i < 5; ++i) EXPECT_EQ(texts[static_cast<std::size_t>(i)].partOf, "\xF0\x9F\x8C\xB3") << i;
}

TEST(TokenText, BytesThatNeverBecomeACharacterArePartOfNone) {
    const std::vector<std::int32_t> ids{1, 2, 3};
    const auto texts = tokenTexts(ids, std::vector<std::string>{"\xE2\x82", "no", "\xE2"});
    EXPECT_EQ(texts[0].partOf, "");
    EXPECT_EQ(texts[2].partOf, "");
}

TEST(TokenText, IdsWithoutTextAreNumbers) {
    const std::vector<std::int32_t> ids{12, 7};
    EXPECT_EQ(tokenTexts(ids, {})[0].text, "#12");
    EXPECT_EQ(tokenTexts(ids, std::vector<std::string>{"a", ""})[1].text, "#7");
}

TEST(TextStream, HoldsBackWhatIsNotYetACharacter) {
    TextStream stream;
    EXPECT_EQ(stream.add("a\xE2"), "a");
    EXPECT_EQ(stream.add("\x82"), "");
    EXPECT_EQ(stream.add("\xAC b"), "\xE2\x82\xAC b");
    EXPECT_EQ(stream.add("c\xF0\x9F"), "c");
    EXPECT_EQ(stream.finish(), "\xF0\x9F") << "what never came to an end is not lost";
    EXPECT_EQ(stream.finish(), "");
}

}  // namespace
}  // namespace secateur
