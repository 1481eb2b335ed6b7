// SPDX-License-Identifier: GPL-3.0-or-later
//
// Questions with answers to choose from, and what a network makes of them: accuracies as
// lm-evaluation-harness (0.4) counts them, and how far two networks differ on a text. Plain values and pure
// functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace secateur {

// What is judged is the likelihood of `continuation` after `context`.
struct Answer {
    std::string context;  // may be empty
    std::string continuation;
    std::string text;  // whose length the likelihood is divided by; empty where that is not asked for
};

struct Question {
    std::vector<Answer> answers;
    int right = 0;          // of the answers
    std::int64_t line = 0;  // of the file, from 1
};

// Choice: the likeliest answer is taken. LastWord: there is one answer, which is right when each of its
// tokens is the likeliest one.
enum class TaskKind { Choice, LastWord };

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

struct TaskScore {
    int questions = 0;
    MeanScore accuracy;                          // by the likelihood ("acc")
    std::optional<MeanScore> byCharacters;       // likelihood / characters of the answer ("acc_norm"); Choice
    std::optional<MeanScore> byBytes;            // likelihood / UTF-8 bytes ("acc_bytes"); Choice
    std::optional<MeanScore> meanLogLikelihood;  // of the last word; LastWord
    std::vector<int> chosen;                     // by the likelihood; LastWord: 0 right, -1 wrong
    std::vector<std::vector<double>> logLikelihoods;  // of each answer of each question
    // exp of minus the mean log-likelihood; LastWord
    [[nodiscard]] std::optional<double> perplexity() const;
};

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

struct TaskResult {
    Task task;  // without its questions
    TaskScore first;
    std::optional<TaskScore> second;  // of the network that is compared with the first
    std::optional<Flips> flips;
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
