// SPDX-License-Identifier: GPL-3.0-or-later
//
// Questions with answers to choose from, documents, and what a network makes of them: accuracies and
// perplexities as lm-evaluation-harness (0.4) counts them, and how far two networks differ on a text. Plain
// values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace secateur {

// What is judged is the likelihood of `continuation` after `context`.
struct Answer {
    std::string context;  // may be empty
    std::string continuation;
    std::string text;  // whose length the likelihood is divided by, before any rewording; empty where that is
                       // not asked for
};

struct Question {
    std::vector<Answer> answers;
    int right = 0;          // of the answers
    std::int64_t line = 0;  // of the file, from 1
};

// Choice: the likeliest answer is taken. LastWord: there is one answer, which is right when each of its
// tokens is the likeliest one. Document: there is one answer, a text that is judged as a whole.
enum class TaskKind { Choice, LastWord, Document };

struct Task {
    std::string name;  // "piqa"
    TaskKind kind = TaskKind::Choice;
    std::string file;
    std::string sha256;  // of the file
    std::vector<Question> questions;
};

struct AnswerScore {
    double logLikelihood = 0.0;  // nats, of all tokens of the continuation
    bool likeliest = false;      // each of them is the likeliest one
};

// A mean over questions or windows; the standard error is sqrt(s^2 / n) with n - 1 degrees of freedom, 0 for
// one value.
struct MeanScore {
    double value = 0.0;
    double standardError = 0.0;
};
[[nodiscard]] MeanScore meanOf(std::span<const double> values);

// One way to count a task, under lm-evaluation-harness's name.
struct Measure {
    std::string name;
    MeanScore score;    // its standard error over questions; of perplexities from that of their logarithm
    bool share = true;  // of questions
};

struct TaskScore {
    int questions = 0;
    // Choice: "acc" by the likelihood; where answers have a text, "acc_norm" by likelihood / characters and
    // "acc_bytes" by likelihood / UTF-8 bytes. LastWord: "acc" and "perplexity", exp of minus the mean
    // likelihood. Document: "word_perplexity" and "byte_perplexity", exp of minus all likelihoods by all
    // words or bytes, and "bits_per_byte".
    std::vector<Measure> measures;
    std::vector<int> chosen;  // by the likelihood; LastWord: 0 right, -1 wrong; Document: none
    std::vector<std::vector<double>> logLikelihoods;  // of each answer of each question

    [[nodiscard]] const MeanScore* find(std::string_view measure) const;  // null: not counted so
};

// As lm-evaluation-harness counts: runs of white space, and 1.
[[nodiscard]] std::int64_t wordsOf(std::string_view utf8);

// scores: of each answer of each question. Of equal likelihoods the first answer is taken.
[[nodiscard]] TaskScore scoreOf(const Task& task, std::span<const std::vector<AnswerScore>> scores);

// Questions on which two networks choose differently.
struct Flips {
    int changed = 0;  // another answer, whether right or wrong
    int lost = 0;     // right before, wrong after
    int won = 0;      // wrong before, right after
    bool operator==(const Flips&) const = default;
};
[[nodiscard]] Flips flipsOf(const Task& task, const TaskScore& before, const TaskScore& after);
[[nodiscard]] std::string inWords(const Flips& flips);  // "9 (6 lost, 2 won)"

// By how much the first measure changes: a share by the difference, a perplexity by a fraction of what it
// was. The standard error is that over questions or documents of what changes in each, because both networks
// have the same ones.
[[nodiscard]] MeanScore changeOf(const Task& task, const TaskScore& before, const TaskScore& after);
// Not larger than its standard error.
[[nodiscard]] bool withinError(const MeanScore& change);

struct TaskResult {
    Task task;  // without its questions
    TaskScore first;
    std::optional<TaskScore> second;  // of the network that is compared with the first
    std::optional<Flips> flips;       // where answers are chosen
    std::optional<MeanScore> change;  // of the second network, by the first measure
};

// Over next-token predictions of a text, of the second network against the first.
struct Divergence {
    MeanScore divergence;  // Kullback-Leibler, of the second from the first, nats a token; error over windows
    MeanScore agreement;   // share of predictions with the same likeliest token; error over windows
    std::int64_t tokens = 0;
    std::string protocol;
};

struct EvaluationReport {
    std::vector<TaskResult> tasks;
    std::optional<Divergence> divergence;
    std::int64_t requests = 0;  // likelihoods asked for, of both networks together
    double seconds = 0.0;
    std::vector<std::string> warnings;
};

}  // namespace secateur
