// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/task_file.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/error.h"
#include "core/storage/json_lines.h"
#include "core/storage/text_file.h"

namespace secateur {

namespace {

constexpr std::string_view kWhite = " \t\n\r\f\v";

// One line of the file.
class Fields {
public:
    Fields(const nlohmann::json& object, std::string where) : object_(object), where_(std::move(where)) {}

    [[nodiscard]] const nlohmann::json& value(const char* key) const {
        const auto found = object_.find(key);
        if (found == object_.end()) fail(std::string("has no \"") + key + "\"");
        return *found;
    }
    [[nodiscard]] std::string text(const char* key) const { return textOf(value(key), key); }
    [[nodiscard]] std::vector<std::string> texts(const char* key) const { return textsOf(value(key), key); }
    // A number, or a number as text.
    [[nodiscard]] int number(const char* key) const {
        const nlohmann::json& held = value(key);
        if (held.is_number_integer())
            return static_cast<int>(std::clamp<std::int64_t>(held.get<std::int64_t>(), -1, 1 << 20));
        if (held.is_boolean()) return held.get<bool>() ? 1 : 0;
        const std::string digits = held.is_string() ? held.get<std::string>() : std::string();
        if (digits.empty() || digits.size() > 4 ||
            digits.find_first_not_of("0123456789") != std::string::npos)
            fail(std::string("has no number in \"") + key + "\"");
        return std::stoi(digits);
    }
    // The object under a key: "choices" of ARC.
    [[nodiscard]] Fields inner(const char* key) const {
        const nlohmann::json& held = value(key);
        if (!held.is_object()) fail(std::string("has no object in \"") + key + "\"");
        return {held, where_ + ", \"" + key + "\""};
    }
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorCode::Corrupt, where_ + " " + what, hint_);
    }
    void hint(std::string text) { hint_ = std::move(text); }

private:
    [[nodiscard]] std::string textOf(const nlohmann::json& held, const char* key) const {
        if (!held.is_string()) fail(std::string("has no text in \"") + key + "\"");
        return held.get<std::string>();
    }
    [[nodiscard]] std::vector<std::string> textsOf(const nlohmann::json& held, const char* key) const {
        if (!held.is_array() || held.empty()) fail(std::string("has no list of texts in \"") + key + "\"");
        std::vector<std::string> list;
        for (const nlohmann::json& one : held) list.push_back(textOf(one, key));
        return list;
    }

    const nlohmann::json& object_;
    std::string where_;
    std::string hint_;
};

std::string stripped(std::string_view text, bool left = true, bool right = true) {
    const std::size_t first = left ? std::min(text.find_first_not_of(kWhite), text.size()) : 0;
    text.remove_prefix(first);
    if (!right) return std::string(text);
    const std::size_t last = text.find_last_not_of(kWhite);
    return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

// ASCII letters alone, as far as the tasks' texts go.
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// The same context, each choice after a space.
Question choiceAfter(const std::string& context, const std::vector<std::string>& choices, int right) {
    Question question;
    for (const std::string& choice : choices) question.answers.push_back({context, " " + choice, choice});
    question.right = right;
    return question;
}

Question piqa(const Fields& fields) {
    return choiceAfter("Question: " + fields.text("goal") + "\nAnswer:",
                       {fields.text("sol1"), fields.text("sol2")}, fields.number("label"));
}

// Square brackets are left over from the pages that some of the texts are from.
std::string withoutBrackets(std::string text) {
    text = stripped(text);
    replaceAll(text, " [title]", ". ");
    for (std::size_t open = text.find('['); open != std::string::npos; open = text.find('[', open)) {
        const std::size_t close = text.find(']', open);
        const std::size_t line = text.find('\n', open);
        if (close == std::string::npos) break;
        if (line < close) {
            ++open;
            continue;
        }
        text.erase(open, close - open + 1);
    }
    std::string single;  // each pair of spaces becomes one, from the left, as Python's replace does
    for (std::size_t i = 0; i < text.size(); ++i) {
        single += text[i];
        if (text[i] == ' ' && i + 1 < text.size() && text[i + 1] == ' ') ++i;
    }
    return single;
}

Question hellaswag(const Fields& fields) {
    std::string second = fields.text("ctx_b");
    std::ranges::transform(second, second.begin(), lower);
    if (!second.empty()) second.front() = upper(second.front());
    const std::string context =
        withoutBrackets(fields.text("activity_label") + ": " + fields.text("ctx_a") + " " + second);
    std::vector<std::string> endings = fields.texts("endings");
    std::ranges::transform(endings, endings.begin(), withoutBrackets);
    return choiceAfter(context, endings, fields.number("label"));
}

// The options stand in the sentence, and what is judged is its end.
Question winogrande(const Fields& fields) {
    const std::string sentence = fields.text("sentence");
    const std::size_t gap = sentence.find('_');
    if (gap == std::string::npos) fields.fail("has no _ in \"sentence\"");
    const std::string end = " " + stripped(std::string_view(sentence).substr(gap + 1));
    Question question;
    for (const char* key : {"option1", "option2"}) {
        const std::string context = sentence.substr(0, gap) + fields.text(key);
        question.answers.push_back({context, end, context});
    }
    question.right = fields.number("answer") - 1;
    return question;
}

Question lettered(const std::string& context, const Fields& fields) {
    const Fields choices = fields.inner("choices");
    const std::vector<std::string> labels = choices.texts("label");
    const auto found = std::ranges::find(labels, stripped(fields.text("answerKey"), true, false));
    return choiceAfter(context, choices.texts("text"), static_cast<int>(found - labels.begin()));
}

Question arc(const Fields& fields) {
    return lettered("Question: " + fields.text("question") + "\nAnswer:", fields);
}

Question openbookqa(const Fields& fields) {
    return lettered(fields.text("question_stem"), fields);
}

Question boolq(const Fields& fields) {
    return choiceAfter(fields.text("passage") + "\nQuestion: " + fields.text("question") + "?\nAnswer:",
                       {"no", "yes"}, fields.number("label"));
}

Question copa(const Fields& fields) {
    const std::string asked = fields.text("question");
    if (asked != "cause" && asked != "effect")
        fields.fail("has neither \"cause\" nor \"effect\" in \"question\"");
    std::string premise = stripped(fields.text("premise"));
    if (!premise.empty()) premise.pop_back();  // its full stop
    std::vector<std::string> choices;
    for (const char* key : {"choice1", "choice2"}) {
        std::string choice = fields.text(key);
        if (!choice.empty()) choice.front() = lower(choice.front());
        choices.push_back(" " + choice);
    }
    return choiceAfter(premise + (asked == "cause" ? " because" : " therefore"), choices,
                       fields.number("label"));
}

Question sciq(const Fields& fields) {
    const std::vector<std::string> choices{fields.text("distractor1"), fields.text("distractor2"),
                                           fields.text("distractor3"), fields.text("correct_answer")};
    return choiceAfter(stripped(fields.text("support"), true, false) +
                           "\nQuestion: " + fields.text("question") + "\nAnswer:",
                       choices, 3);
}

Question lambada(const Fields& fields) {
    const std::string text = fields.text("text");
    const std::size_t last = text.rfind(' ');
    if (last == std::string::npos) fields.fail("has one word in \"text\"");
    Question question;
    question.answers.push_back({text.substr(0, last), text.substr(last), ""});
    return question;
}

// A text that is judged as a whole; its words and bytes are counted before it is reworded.
Question document(const std::string& judged, const std::string& text) {
    Question question;
    question.answers.push_back({"", judged, text});
    return question;
}

// Without the spaces inside of each pair.
std::string tightened(const std::string& text, char open, char close) {
    std::string result;
    std::size_t done = 0;
    for (;;) {
        const std::size_t first = text.find(open, done);
        const std::size_t last = first == std::string::npos ? first : text.find(close, first + 1);
        if (last == std::string::npos) return result + text.substr(done);
        result += text.substr(done, first + 1 - done);
        result += stripped(std::string_view(text).substr(first + 1, last - first - 1));
        result += close;
        done = last + 1;
    }
}

struct Rewording {
    const char* from;
    const char* to;
};
constexpr std::array kMarks{Rewording{"s '", "s'"},  Rewording{" @-@ ", "-"}, Rewording{" @,@ ", ","},
                            Rewording{" @.@ ", "."}, Rewording{" : ", ": "},  Rewording{" ; ", "; "},
                            Rewording{" . ", ". "},  Rewording{" ! ", "! "},  Rewording{" ? ", "? "},
                            Rewording{" , ", ", "}};
constexpr std::array kLines{Rewording{"= = = =", "===="}, Rewording{"= = =", "==="},
                            Rewording{"= =", "=="},       Rewording{" \u00b0 ", "\u00b0"},
                            Rewording{" \n", "\n"},       Rewording{"\n ", "\n"},
                            Rewording{" N ", " 1 "},      Rewording{" 's", "'s"}};

// WikiText's text as it was before it was cut into words.
Question wikitext(const Fields& fields) {
    const std::string page = fields.text("page");
    std::string text = page;
    for (const Rewording& it : kMarks) replaceAll(text, it.from, it.to);
    for (const std::string_view pair : {"()", "[]", "{}", "\"\"", "\'\'"})
        text = tightened(text, pair.front(), pair.back());
    for (const Rewording& it : kLines) replaceAll(text, it.from, it.to);
    return document(text, page);
}

Question documents(const Fields& fields) {
    return document(fields.text("text"), fields.text("text"));
}

Question own(const Fields& fields) {
    return choiceAfter(fields.text("context"), fields.texts("choices"), fields.number("answer"));
}

struct TaskReader {
    const char* name;
    TaskKind kind;
    Question (*read)(const Fields&);
    const char* telling;  // a key that no other of the tasks has
};

constexpr std::array kReaders{
    TaskReader{"arc", TaskKind::Choice, arc, "answerKey"},
    TaskReader{"boolq", TaskKind::Choice, boolq, "passage"},
    TaskReader{"choice", TaskKind::Choice, own, "context"},
    TaskReader{"copa", TaskKind::Choice, copa, "premise"},
    TaskReader{"documents", TaskKind::Document, documents, "text"},
    TaskReader{"hellaswag", TaskKind::Choice, hellaswag, "endings"},
    TaskReader{"lambada", TaskKind::LastWord, lambada, "text"},
    TaskReader{"openbookqa", TaskKind::Choice, openbookqa, "question_stem"},
    TaskReader{"piqa", TaskKind::Choice, piqa, "goal"},
    TaskReader{"sciq", TaskKind::Choice, sciq, "distractor1"},
    TaskReader{"wikitext", TaskKind::Document, wikitext, "page"},
    TaskReader{"winogrande", TaskKind::Choice, winogrande, "option1"},
};

// arc_easy, arc-challenge and the like are worded as the others of their family.
const TaskReader* readerOf(std::string name) {
    std::ranges::replace(name, '-', '_');
    for (const TaskReader& reader : kReaders)
        if (name == reader.name || name.starts_with(std::string(reader.name) + "_")) return &reader;
    return nullptr;
}

std::string namesText() {
    std::string text;
    for (const TaskReader& reader : kReaders) text += (text.empty() ? "" : ", ") + std::string(reader.name);
    return text;
}

Question questionOf(const TaskReader& reader, const nlohmann::json& object, const std::string& where) {
    Fields fields(object, where);
    for (const TaskReader& other : kReaders)
        if (other.name != reader.name && object.contains(other.telling) && !object.contains(reader.telling))
            fields.hint(std::string("it looks like a line of ") + other.name);
    Question question = reader.read(fields);
    if (question.right < 0 || question.right >= static_cast<int>(question.answers.size()))
        fields.fail("names a right answer that is none of its " + std::to_string(question.answers.size()));
    for (const Answer& answer : question.answers)
        if (answer.continuation.find_first_not_of(kWhite) == std::string::npos)
            fields.fail(reader.kind == TaskKind::Document ? "has an empty text" : "has an empty answer");
    return question;
}

}  // namespace

std::vector<std::string> taskNames() {
    std::vector<std::string> names;
    for (const TaskReader& reader : kReaders) names.emplace_back(reader.name);
    return names;
}

Task readTask(const std::string& name, const std::filesystem::path& file) {
    const TaskReader* reader = readerOf(name);
    if (!reader)
        throw Error(ErrorCode::InvalidArgument, "there is no task '" + name + "'",
                    "the tasks are " + namesText() +
                        "; a file of your own with context, choices and answer is 'choice'");
    const FileText content = readTextFile(file);
    Task task{name, reader->kind, file.string(), content.sha256, {}};
    forEachJsonLine(
        file, content.text, [&](const nlohmann::json& object, const std::string& where, std::int64_t line) {
            if (!object.is_object())
                throw Error(ErrorCode::Corrupt, where + " is no JSON object", "the file must be .jsonl");
            task.questions.push_back(questionOf(*reader, object, where));
            task.questions.back().line = line;
        });
    if (task.questions.empty())
        throw Error(ErrorCode::InvalidArgument, file.string() + " holds no questions");
    return task;
}

}  // namespace secateur
