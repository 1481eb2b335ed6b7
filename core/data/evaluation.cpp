// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/evaluation.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/utf8.h"

namespace secateur {

namespace {

double characters(const std::string& text) {
    return static_cast<double>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

template <class Value>
int likeliest(const std::vector<AnswerScore>& scores, const Value& value) {
    int best = 0;
    for (std::size_t i = 1; i < scores.size(); ++i)
        if (value(i) > value(static_cast<std::size_t>(best))) best = static_cast<int>(i);
    return best;
}

bool isRight(const Task& task, const TaskScore& score, std::size_t question) {
    return score.chosen[question] == task.questions[question].right;
}

// exp of minus a mean log-likelihood.
Measure perplexityOf(const char* name, const MeanScore& meanLogLikelihood) {
    const double value = std::exp(-meanLogLikelihood.value);
    return {name, {value, value * meanLogLikelihood.standardError}, false};
}

TaskScore lastWordScore(std::span<const std::vector<AnswerScore>> scores) {
    TaskScore result;
    std::vector<double> right, likelihoods;
    for (const std::vector<AnswerScore>& answers : scores) {
        right.push_back(answers.front().likeliest ? 1.0 : 0.0);
        likelihoods.push_back(answers.front().logLikelihood);
        result.logLikelihoods.push_back({answers.front().logLikelihood});
        result.chosen.push_back(answers.front().likeliest ? 0 : -1);
    }
    result.questions = static_cast<int>(scores.size());
    result.measures = {{"acc", meanOf(right)}, perplexityOf("perplexity", meanOf(likelihoods))};
    return result;
}

// All of `values` by all of `sizes`, with the standard error of such a ratio over documents.
MeanScore ratioOf(const std::vector<double>& values, const std::vector<double>& sizes) {
    double sum = 0.0, size = 0.0, squares = 0.0;
    for (const double value : values) sum += value;
    for (const double one : sizes) size += one;
    const double ratio = sum / size, count = static_cast<double>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        squares += (values[i] - ratio * sizes[i]) * (values[i] - ratio * sizes[i]);
    return {ratio, values.size() > 1 ? std::sqrt(squares * count / (count - 1.0)) / size : 0.0};
}

TaskScore documentScore(const Task& task, std::span<const std::vector<AnswerScore>> scores) {
    TaskScore result;
    std::vector<double> likelihoods, words, bytes;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const std::string& text = task.questions[i].answers.front().text;
        likelihoods.push_back(scores[i].front().logLikelihood);
        words.push_back(static_cast<double>(wordsOf(text)));
        bytes.push_back(static_cast<double>(text.size()));
        result.logLikelihoods.push_back({likelihoods.back()});
    }
    result.questions = static_cast<int>(scores.size());
    const MeanScore ofByte = ratioOf(likelihoods, bytes);
    result.measures = {perplexityOf("word_perplexity", ratioOf(likelihoods, words)),
                       perplexityOf("byte_perplexity", ofByte),
                       {"bits_per_byte",
                        {-ofByte.value / std::numbers::ln2, ofByte.standardError / std::numbers::ln2},
                        false}};
    return result;
}

}  // namespace

MeanScore meanOf(std::span<const double> values) {
    const auto count = static_cast<double>(values.size());
    if (values.empty()) return {};
    double sum = 0.0, squares = 0.0;
    for (const double value : values) sum += value;
    const double mean = sum / count;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return {mean, values.size() > 1 ? std::sqrt(squares / (count - 1.0) / count) : 0.0};
}

const MeanScore* TaskScore::find(std::string_view measure) const {
    const auto found = std::ranges::find(measures, measure, &Measure::name);
    return found == measures.end() ? nullptr : &found->score;
}

std::int64_t wordsOf(std::string_view utf8) {
    const std::string text = repairUtf8(utf8);
    std::int64_t words = 1;
    bool white = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t character = nextCodePoint(text, at);
        const bool separator = character >= 0x1C && character <= 0x1F;  // which Python's "\s" takes too
        const bool now = separator || isWhiteSpace(character);
        words += now && !white;
        white = now;
    }
    return words;
}

TaskScore scoreOf(const Task& task, std::span<const std::vector<AnswerScore>> scores) {
    if (task.kind == TaskKind::LastWord) return lastWordScore(scores);
    if (task.kind == TaskKind::Document) return documentScore(task, scores);
    TaskScore result;
    std::vector<double> plain, byCharacters, byBytes;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const Question& question = task.questions[i];
        const std::vector<AnswerScore>& answers = scores[i];
        const auto likelihood = [&](std::size_t k) { return answers[k].logLikelihood; };
        const int chosen = likeliest(answers, likelihood);
        const int perCharacter = likeliest(
            answers, [&](std::size_t k) { return likelihood(k) / characters(question.answers[k].text); });
        const int perByte = likeliest(answers, [&](std::size_t k) {
            return likelihood(k) / static_cast<double>(question.answers[k].text.size());
        });
        result.chosen.push_back(chosen);
        result.logLikelihoods.emplace_back();
        for (const AnswerScore& answer : answers)
            result.logLikelihoods.back().push_back(answer.logLikelihood);
        plain.push_back(chosen == question.right ? 1.0 : 0.0);
        byCharacters.push_back(perCharacter == question.right ? 1.0 : 0.0);
        byBytes.push_back(perByte == question.right ? 1.0 : 0.0);
    }
    result.questions = static_cast<int>(scores.size());
    result.measures.push_back({"acc", meanOf(plain)});
    const bool measured = std::ranges::all_of(task.questions, [](const Question& question) {
        return std::ranges::none_of(question.answers,
                                    [](const Answer& answer) { return answer.text.empty(); });
    });
    if (!measured) return result;
    result.measures.push_back({"acc_norm", meanOf(byCharacters)});
    result.measures.push_back({"acc_bytes", meanOf(byBytes)});
    return result;
}

Flips flipsOf(const Task& task, const TaskScore& before, const TaskScore& after) {
    Flips flips;
    for (std::size_t i = 0; i < before.chosen.size(); ++i) {
        if (before.chosen[i] == after.chosen[i]) continue;
        ++flips.changed;
        if (isRight(task, before, i)) ++flips.lost;
        if (isRight(task, after, i)) ++flips.won;
    }
    return flips;
}

std::string inWords(const Flips& flips) {
    return std::to_string(flips.changed) + " (" + std::to_string(flips.lost) + " lost, " +
           std::to_string(flips.won) + " won)";
}

MeanScore changeOf(const Task& task, const TaskScore& before, const TaskScore& after) {
    std::vector<double> changes, words;
    for (std::size_t i = 0; i < task.questions.size(); ++i) {
        if (task.kind != TaskKind::Document) {
            changes.push_back((isRight(task, after, i) ? 1.0 : 0.0) - (isRight(task, before, i) ? 1.0 : 0.0));
            continue;
        }
        changes.push_back(before.logLikelihoods[i].front() - after.logLikelihoods[i].front());
        words.push_back(static_cast<double>(wordsOf(task.questions[i].answers.front().text)));
    }
    if (task.kind != TaskKind::Document) return meanOf(changes);
    const MeanScore ofLog = ratioOf(changes, words);
    return {std::expm1(ofLog.value), std::exp(ofLog.value) * ofLog.standardError};
}

bool withinError(const MeanScore& change) {
    return std::abs(change.value) <= change.standardError;
}

}  // namespace secateur
