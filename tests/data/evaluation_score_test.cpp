// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <gmock/gmock.h>

#include "core/data/evaluation.h"

namespace secateur {
namespace {

using testing::ElementsAre;

Task task() {
    Task result{"own", TaskKind::Choice, "", "", {}};
    result.questions.push_back({{{"c", " a", "a"}, {"c", " abcdefgh", "abcdefgh"}}, 1, 1});
    result.questions.push_back(
        {{{"c", " x", "x"}, {"c", " \u00e9\u00e9\u00e9", "\u00e9\u00e9\u00e9"}}, 0, 2});
    result.questions.push_back({{{"c", " p", "p"}, {"c", " q", "q"}}, 0, 3});
    return result;
}

TaskScore scored(std::initializer_list<std::pair<double, double>> pairs) {
    std::vector<std::vector<AnswerScore>> scores;
    for (const auto& [first, second] : pairs) scores.push_back({{first, false}, {second, false}});
    return scoreOf(task(), scores);
}

// a: -2 of 1 character, abcdefgh: -4 of 8: the second per character. x: -1, three accented letters: -3.6 of 3
// characters, 6 bytes: -1.2 and -0.6. p and q are alike: the first.
TEST(TaskScores, DivideByCharactersAndBytes) {
    const TaskScore score = scored({{-2.0, -4.0}, {-1.0, -3.6}, {-5.0, -5.0}});
    EXPECT_THAT(score.chosen, ElementsAre(0, 0, 0));
    EXPECT_DOUBLE_EQ(score.find("acc")->value, 2.0 / 3.0);
    EXPECT_DOUBLE_EQ(score.find("acc")->standardError, std::sqrt((2.0 / 9.0) / 2.0));
    EXPECT_DOUBLE_EQ(score.find("acc_norm")->value, 1.0);
    EXPECT_DOUBLE_EQ(score.find("acc_bytes")->value, 2.0 / 3.0);
    EXPECT_EQ(score.find("perplexity"), nullptr);
    EXPECT_THAT(score.logLikelihoods[1], ElementsAre(-1.0, -3.6));
}

TEST(TaskScores, WordsAreWhatWhiteSpaceParts) {
    EXPECT_EQ(wordsOf("one two\n\n three"), 3);
    EXPECT_EQ(wordsOf(" one "), 3);  // an empty one on either side, as Python's split has it
    EXPECT_EQ(wordsOf(""), 1);
    EXPECT_EQ(wordsOf("a\u00a0b\u3000c\u200bd"),
              3);                       // no-break and wide spaces part, one of no width does not
    EXPECT_EQ(wordsOf("\xe3\x80"), 1);  // cut short
}

// 10 nats on 4 words of 20 bytes, and 3 nats on 2 words of 10 bytes.
TEST(TaskScores, DocumentsCountWordsAndBytesTogether) {
    Task documents{"documents", TaskKind::Document, "", "", {}};
    documents.questions.push_back({{{"", "reworded", "abcd efgh ijklm nopq"}}, 0, 1});
    documents.questions.push_back({{{"", "reworded", "abcd efghi"}}, 0, 2});
    const std::vector<std::vector<AnswerScore>> scores{{{-10.0, false}}, {{-3.0, false}}};
    const TaskScore score = scoreOf(documents, scores);
    EXPECT_DOUBLE_EQ(score.find("word_perplexity")->value, std::exp(13.0 / 6.0));
    EXPECT_DOUBLE_EQ(score.find("byte_perplexity")->value, std::exp(13.0 / 30.0));
    EXPECT_DOUBLE_EQ(score.find("bits_per_byte")->value, 13.0 / 30.0 / std::log(2.0));
    // Residuals -10 + 4 * 13/6 and its opposite, over 6 words.
    const double error = std::sqrt(2.0 * 2.0 * (4.0 / 3.0) * (4.0 / 3.0)) / 6.0;
    EXPECT_NEAR(score.find("word_perplexity")->standardError, std::exp(13.0 / 6.0) * error, 1e-12);
    EXPECT_EQ(score.find("acc"), nullptr);
    EXPECT_TRUE(score.chosen.empty());
    EXPECT_EQ(scoreOf(documents, std::span(scores).first(1)).find("bits_per_byte")->standardError, 0.0);
}

TEST(TaskScores, CountAnswersThatFlip) {
    const TaskScore before = scored({{-4.0, -2.0}, {-1.0, -3.6}, {-5.0, -4.0}});
    const TaskScore after = scored({{-2.0, -4.0}, {-1.0, -3.6}, {-3.0, -4.0}});
    EXPECT_EQ(flipsOf(task(), before, after), (Flips{2, 1, 1}));
    EXPECT_EQ(flipsOf(task(), before, before), (Flips{0, 0, 0}));
}

// One question is lost, one won, one stays: differences of -1, 1 and 0.
TEST(TaskScores, ChangesHaveTheErrorOfPairs) {
    const TaskScore before = scored({{-4.0, -2.0}, {-1.0, -3.6}, {-5.0, -4.0}});
    const TaskScore after = scored({{-2.0, -4.0}, {-1.0, -3.6}, {-3.0, -4.0}});
    const MeanScore change = changeOf(task(), before, after);
    EXPECT_DOUBLE_EQ(change.value, 0.0);
    EXPECT_DOUBLE_EQ(change.standardError, std::sqrt(1.0 / 3.0));
    EXPECT_TRUE(withinError(change));
    EXPECT_EQ(changeOf(task(), before, before).standardError, 0.0) << "nothing flips";
    EXPECT_EQ(inWords(flipsOf(task(), before, after)), "2 (1 lost, 1 won)");
}

// 2 nats more on 4 of 6 words: residuals 2 - 4/3 and its opposite.
TEST(TaskScores, ChangesOfPerplexitiesAreFractions) {
    Task documents{"documents", TaskKind::Document, "", "", {}};
    documents.questions.push_back({{{"", "reworded", "abcd efgh ijklm nopq"}}, 0, 1});
    documents.questions.push_back({{{"", "reworded", "abcd efghi"}}, 0, 2});
    const auto scoredAs = [&](double first) {
        return scoreOf(documents, std::vector<std::vector<AnswerScore>>{{{first, false}}, {{-3.0, false}}});
    };
    const TaskScore before = scoredAs(-10.0), after = scoredAs(-12.0);
    const MeanScore change = changeOf(documents, before, after);
    EXPECT_NEAR(change.value,
                after.find("word_perplexity")->value / before.find("word_perplexity")->value - 1.0, 1e-12);
    EXPECT_NEAR(change.standardError, std::exp(1.0 / 3.0) * 2.0 / 9.0, 1e-12);
    EXPECT_FALSE(withinError(change));
}

TEST(TaskScores, LastWordsAreRightWhenTheyWouldBeWritten) {
    Task words{"lambada", TaskKind::LastWord, "", "", {}};
    words.questions.assign(2, {{{"c", " w", ""}}, 0, 1});
    const TaskScore score =
        scoreOf(words, std::vector<std::vector<AnswerScore>>{{{-1.0, true}}, {{-3.0, false}}});
    EXPECT_DOUBLE_EQ(score.find("acc")->value, 0.5);
    EXPECT_DOUBLE_EQ(score.find("perplexity")->value, std::exp(2.0));
    EXPECT_EQ(score.find("acc_norm"), nullptr);
    EXPECT_EQ(
        flipsOf(words, score,
                scoreOf(words, std::vector<std::vector<AnswerScore>>{{{-1.0, false}}, {{-3.0, false}}})),
        (Flips{1, 1, 0}));
}

}  // namespace
}  // namespace secateur
