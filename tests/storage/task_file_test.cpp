// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/task_file.h"

#include <gmock/gmock.h>

#include "tests/storage/temporary_folder.h"

namespace secateur {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Task task(const std::string& name) {
    return readTask(name,
                    std::filesystem::path(SECATEUR_SOURCE_DIR) / "tests/evaluate/tasks" / (name + ".jsonl"));
}

TEST(TaskFile, WordsChoicesAfterAQuestion) {
    const Task piqa = task("piqa");
    ASSERT_EQ(piqa.questions.size(), 6U);
    const Question& first = piqa.questions[0];
    EXPECT_EQ(first.answers[0].context, "Question: To keep a cup of tea warm\nAnswer:");
    EXPECT_EQ(first.answers[1].continuation, " put it in the snow.");
    EXPECT_EQ(first.answers[1].text, "put it in the snow.");
    EXPECT_EQ(first.right, 0);
    EXPECT_EQ(piqa.questions[1].right, 1);
    EXPECT_EQ(piqa.questions[3].line, 4);
    EXPECT_EQ(
        task("boolq").questions[1].answers[0].context,
        "It was winter. Snow lay on the roofs, and the lake was frozen.\nQuestion: was it summer?\nAnswer:");
    EXPECT_EQ(task("boolq").questions[1].answers[0].continuation, " no");
}

TEST(TaskFile, TakesLeftoversOutOfHellaswag) {
    const Task hellaswag = task("hellaswag");
    EXPECT_EQ(hellaswag.questions[0].answers[0].context,
              "Playing outside: A girl runs to the park. She sees a big red ball and");
    EXPECT_EQ(hellaswag.questions[0].answers[2].text, "sleeps under the ball for a year and a day.");
    EXPECT_EQ(hellaswag.questions[0].right, 1);
    EXPECT_EQ(hellaswag.questions[1].answers[2].text, "throw the bowl away.");
    EXPECT_EQ(hellaswag.questions[1].answers[0].context, "Baking cookies: How to bake. Mix the flour. Then");
    EXPECT_EQ(hellaswag.questions[3].answers[0].context, "Cleaning: Mom gives Lily a cloth. Lily");
}

TEST(TaskFile, PutsTheOptionsOfWinograndeIntoTheSentence) {
    const Question question = task("winogrande").questions[0];
    EXPECT_EQ(question.answers[0].context, "The cup did not fit into the bag because the cup");
    EXPECT_EQ(question.answers[1].context, "The cup did not fit into the bag because the bag");
    EXPECT_EQ(question.answers[1].continuation, " was too big.");
    EXPECT_EQ(question.right, 0);
    EXPECT_EQ(task("winogrande").questions[1].right, 1);
}

TEST(TaskFile, ReadsLettersNumbersAndFixedPlacesOfAnswers) {
    EXPECT_EQ(task("arc").questions[1].right, 2);
    EXPECT_EQ(task("arc").questions[2].right, 1);
    EXPECT_EQ(task("openbookqa").questions[2].right, 2);
    EXPECT_EQ(task("sciq").questions[0].right, 3);
    EXPECT_THAT(task("sciq").questions[0].answers[0].context, testing::StartsWith("People and animals"));
    EXPECT_EQ(task("copa").questions[1].answers[0].context, "The boy was very tired because");
    EXPECT_EQ(task("copa").questions[0].answers[1].continuation, "  she found a coin.");
    const Task lambada = task("lambada");
    EXPECT_EQ(lambada.kind, TaskKind::LastWord);
    EXPECT_EQ(lambada.questions[1].answers[0].continuation, " the");
}

// As its authors' own script has it.
TEST(TaskFile, PutsWikitextTogetherAgain) {
    const Task wikitext = task("wikitext");
    EXPECT_EQ(wikitext.kind, TaskKind::Document);
    ASSERT_EQ(wikitext.questions.size(), 3U);
    const Answer& first = wikitext.questions[0].answers[0];
    EXPECT_EQ(first.continuation,
              " = The Lantern Maker =\n\n"
              "The Lantern Maker is an invented play in three acts. It has a part for a guest-starring "
              "singer, and was first read aloud in a barn.\n\n"
              "== Plot ==\n\n"
              "In winter the maker finds a letter, \"Citizen\" (one of Mark's), and 1,500 candles; the "
              "thermometer shows 21.5°C [in the shade]. The players' house: a'small' one.\n\n"
              "=== Notes ===\nWhat? Nothing!\n");
    EXPECT_EQ(
        wikitext.questions[1].answers[0].continuation,
        " = A short page =\n\n"
        "Two friends (also {old ones}) went to the river, and 1 of them could swim.\nThey came home wet.\n");
    EXPECT_TRUE(first.context.empty());
    EXPECT_THAT(first.text, HasSubstr("guest @-@ starring"));  // whose words are counted
    EXPECT_EQ(task("documents").questions[1].answers[0].continuation,
              task("documents").questions[1].answers[0].text);
}

TEST(TaskFile, FamiliesShareTheirWording) {
    const TemporaryFolder folder;
    const auto file = folder.write(
        "a.jsonl",
        R"({"question": "q", "choices": {"text": ["x", "y"], "label": ["A", "B"]}, "answerKey": "B"})");
    EXPECT_EQ(readTask("arc_challenge", file).questions[0].right, 1);
    EXPECT_EQ(readTask("arc-easy", file).name, "arc-easy");
}

TEST(TaskFile, RefusesWhatIsNotATask) {
    const TemporaryFolder folder;
    const auto said = [&](const std::string& name, const std::string& lines) {
        const Error error = errorOf([&] { return readTask(name, folder.write("t.jsonl", lines)); });
        return error.message() + " | " + error.hint();
    };
    const std::string good = R"({"goal": "g", "sol1": "a", "sol2": "b", "label": 0})";
    EXPECT_THAT(said("piqa", good + "\n\n" + R"({"goal": "g", "sol1": "a", "label": 0})"),
                AllOf(HasSubstr("line 3"), HasSubstr("sol2")));
    EXPECT_THAT(said("piqa", R"({"goal": "g", "sol1": "a", "sol2": "b", "label": 2})"),
                AllOf(HasSubstr("line 1"), HasSubstr("none of its 2")));
    EXPECT_THAT(said("piqa", R"({"goal": "g", "sol1": "a", "sol2": 7, "label": 0})"),
                HasSubstr("no text in \"sol2\""));
    EXPECT_THAT(said("choice", R"({"context": "c", "choices": [], "answer": 0})"), HasSubstr("\"choices\""));
    EXPECT_THAT(said("choice", R"({"context": "c", "choices": ["a", " "], "answer": 0})"),
                HasSubstr("empty answer"));
    EXPECT_THAT(said("boolq", good), HasSubstr("looks like a line of piqa"));
    EXPECT_THAT(
        said("arc", R"({"question": "q", "choices": {"text": ["x"], "label": ["A"]}, "answerKey": "C"})"),
        HasSubstr("none of its 1"));
    EXPECT_THAT(said("piqa", "[1]"), HasSubstr("no JSON object"));
    EXPECT_THAT(said("piqa", "{"), HasSubstr("line 1"));
    EXPECT_THAT(said("piqa", "\n"), HasSubstr("no questions"));
    EXPECT_THAT(said("mmlu", good), AllOf(HasSubstr("'mmlu'"), HasSubstr("hellaswag")));
    EXPECT_EQ(errorOf([&] { return readTask("piqa", folder.path() / "none.jsonl"); }).code(),
              ErrorCode::NotFound);
}

}  // namespace
}  // namespace secateur
