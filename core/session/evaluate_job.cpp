// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::evaluate: questions and divergences, of the network that was opened and of what becomes of
// it.
#include <algorithm>
#include <chrono>

#include "core/base/error.h"
#include "core/evaluate/divergence.h"
#include "core/evaluate/likelihood.h"
#include "core/model/checks.h"
#include "core/session/local_session.h"
#include "core/storage/tokenizer.h"

namespace secateur {

namespace {

constexpr double kPart = 0.25;  // of the memory limit, for each network besides the one that was opened
constexpr const char* kWhite = " \t\n\r\f\v";

// Context and continuation as ids, as lm-evaluation-harness cuts them: the whole text is tokenized, and what
// the context alone takes is the context; spaces at its end belong to the continuation.
class PairEncoder {
public:
    explicit PairEncoder(const std::filesystem::path& folder) : tokenizer_(Tokenizer::open(folder)) {
        const auto bos = bosIdOf(*tokenizer_, folder);
        first_ = bos ? bos : eosIdOf(*tokenizer_, folder);
    }

    [[nodiscard]] JudgedSequence operator()(const Answer& answer) const {
        if (answer.context.empty()) return afterNothing(answer.continuation);
        const std::size_t last = answer.context.find_last_not_of(kWhite);
        const std::size_t length = last == std::string::npos ? 0 : last + 1;
        const std::vector<std::int32_t> context = tokenizer_->encode(answer.context.substr(0, length), true);
        JudgedSequence sequence{tokenizer_->encode(answer.context + answer.continuation, true), 0};
        sequence.judged = static_cast<int>(sequence.ids.size()) - static_cast<int>(context.size());
        return sequence;
    }

private:
    [[nodiscard]] JudgedSequence afterNothing(const std::string& continuation) const {
        JudgedSequence sequence{tokenizer_->encode(continuation, false), 0};
        if (first_ && (sequence.ids.empty() || sequence.ids.front() != *first_))
            sequence.ids.insert(sequence.ids.begin(), *first_);
        sequence.judged = static_cast<int>(sequence.ids.size()) - 1;
        return sequence;
    }

    std::unique_ptr<Tokenizer> tokenizer_;
    std::optional<std::int32_t> first_;  // before a text without context
};

std::vector<JudgedSequence> sequencesOf(const Task& task, const PairEncoder& encode) {
    std::vector<JudgedSequence> sequences;
    for (const Question& question : task.questions)
        for (const Answer& answer : question.answers) {
            sequences.push_back(encode(answer));
            const JudgedSequence& last = sequences.back();
            if (last.judged < 1 || last.ids.size() < 2)
                throw Error(ErrorCode::InvalidArgument,
                            task.file + ", line " + std::to_string(question.line) +
                                ": an answer adds no token of its own to its context",
                            "leave the question out");
        }
    return sequences;
}

std::vector<std::vector<AnswerScore>> byQuestion(const Task& task, const std::vector<AnswerScore>& scores) {
    std::vector<std::vector<AnswerScore>> grouped;
    auto next = scores.begin();
    for (const Question& question : task.questions) {
        const auto end = next + static_cast<std::ptrdiff_t>(question.answers.size());
        grouped.emplace_back(next, end);
        next = end;
    }
    return grouped;
}

// Says how many sequences are longer than the network's positions, which likelihoods() cuts.
void warnOfLength(const Task& task, const std::vector<JudgedSequence>& sequences, int most,
                  std::vector<std::string>& warnings) {
    const auto longer = std::ranges::count_if(sequences, [&](const JudgedSequence& sequence) {
        return static_cast<int>(sequence.ids.size()) > most + 1;
    });
    if (longer > 0)
        warnings.push_back(task.name + ": " + std::to_string(longer) + " of " +
                           std::to_string(sequences.size()) + " texts are longer than the " +
                           std::to_string(most) + " positions of the network; their beginning was left out");
}

}  // namespace

EvaluationReport LocalSession::evaluate(const EvaluationRequest& request, JobContext& context) {
    const auto start = std::chrono::steady_clock::now();
    const bool compares = request.second.plan != nullptr || !request.dense.empty();
    if (request.windows != nullptr && !compares)
        throw Error(ErrorCode::InvalidArgument, "a divergence needs two networks",
                    "give a plan, or the uncompressed checkpoint to compare with");
    EvaluationReport report;
    guarded([&] {
        considerResident();
        std::optional<WeightSource> other, after;
        if (!request.dense.empty()) {
            const std::string difference = tokenizerDifference(request.dense, checkpoint_->folder());
            if (!difference.empty())
                throw Error(ErrorCode::InvalidArgument,
                            request.dense.string() + " has another tokenizer: " + difference,
                            "compare checkpoints of one tokenizer");
            keepIfItFits(other.emplace(Checkpoint::open(request.dense), place_, memory_), kPart);
        }
        std::vector<double> parts{request.second.plan != nullptr ? 1.0 : 0.01};
        for (const Task& task : request.tasks)
            parts.push_back(0.1 + static_cast<double>(task.questions.size()) / 100.0);
        if (request.windows != nullptr) parts.push_back(1.0);
        ProgressParts progress(context, parts);
        progress.next();
        if (request.second.plan != nullptr) {
            requireSameModel(*request.second.plan);
            const Planned planned = networkAfter(
                *request.second.plan,
                {request.second.analysis, request.second.calibration, request.second.windows}, context);
            after.emplace(planned.source, place_, memory_).shareWith(&weights_);
            keepIfItFits(*after, kPart);
        }
        WeightSource& first = other ? *other : weights_;
        WeightSource* second = !compares ? nullptr : after ? &*after : &weights_;
        std::optional<PairEncoder> encode;
        if (!request.tasks.empty()) encode.emplace(checkpoint_->folder());
        for (const Task& task : request.tasks) {
            progress.next();
            const std::vector<JudgedSequence> sequences = sequencesOf(task, *encode);
            for (const JudgedSequence& sequence : sequences) requireIdsInVocabulary(sequence.ids, task.file);
            warnOfLength(task, sequences, config().maxPositions, report.warnings);
            const auto scored = [&](WeightSource& weights) {
                report.requests += static_cast<std::int64_t>(sequences.size());
                return scoreOf(task, byQuestion(task, likelihoods(weights, sequences, config().maxPositions,
                                                                  share(0.1), context)));
            };
            TaskResult result;
            result.task = {task.name, task.kind, task.file, task.sha256, {}};
            result.first = scored(first);
            if (second != nullptr) {
                result.second = scored(*second);
                result.flips = flipsOf(task, result.first, *result.second);
            }
            report.tasks.push_back(std::move(result));
        }
        if (request.windows == nullptr) return;
        progress.next();
        requireIdsInVocabulary(request.windows->ids, request.windows->source);
        report.divergence = divergenceOf(first, *second, *request.windows, share(0.05), context);
        report.divergence->protocol = protocol(*request.windows);
    });
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace secateur
