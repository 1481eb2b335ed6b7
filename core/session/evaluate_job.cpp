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

    // A whole text in windows of at most `most` predictions, each of which sees what the others do not judge:
    // one token before it, or as many as there is room for.
    [[nodiscard]] std::vector<JudgedSequence> document(const std::string& text, std::int64_t most) const {
        std::vector<std::int32_t> ids = tokenizer_->encode(text, true);
        if (first_) ids.insert(ids.begin(), *first_);
        std::vector<JudgedSequence> windows;
        const auto count = static_cast<std::int64_t>(ids.size());
        for (std::int64_t seen = 1; seen < count;) {
            const std::int64_t end = std::min(seen + most, count),
                               begin = std::max<std::int64_t>(end - most - 1, 0);
            windows.push_back({{ids.begin() + begin, ids.begin() + end}, static_cast<int>(end - seen)});
            seen = end;
        }
        return windows;
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

// What runs for a task.
struct TaskSequences {
    std::vector<JudgedSequence> all;
    std::vector<std::vector<std::size_t>> of;  // for each answer of each question in turn: which of them
};

TaskSequences sequencesOf(const Task& task, const PairEncoder& encode, int most) {
    TaskSequences sequences;
    for (const Question& question : task.questions)
        for (const Answer& answer : question.answers) {
            std::vector<JudgedSequence> windows;
            if (task.kind == TaskKind::Document)
                windows = encode.document(answer.continuation, most);
            else
                windows.push_back(encode(answer));
            if (windows.empty() || windows.front().judged < 1 || windows.front().ids.size() < 2)
                throw Error(ErrorCode::InvalidArgument,
                            task.file + ", line " + std::to_string(question.line) +
                                (task.kind == TaskKind::Document
                                     ? ": the text has no token that another stands before"
                                     : ": an answer adds no token of its own to its context"),
                            "leave the line out");
            std::vector<std::size_t>& own = sequences.of.emplace_back();
            for (JudgedSequence& window : windows) {
                own.push_back(sequences.all.size());
                sequences.all.push_back(std::move(window));
            }
        }
    return sequences;
}

std::vector<std::vector<AnswerScore>> byQuestion(const Task& task, const TaskSequences& sequences,
                                                 const std::vector<AnswerScore>& scores) {
    std::vector<std::vector<AnswerScore>> grouped;
    auto next = sequences.of.begin();
    for (const Question& question : task.questions) {
        std::vector<AnswerScore>& answers = grouped.emplace_back();
        for (std::size_t i = 0; i < question.answers.size(); ++i, ++next) {
            AnswerScore& sum = answers.emplace_back(AnswerScore{0.0, true});
            for (const std::size_t window : *next) {
                sum.logLikelihood += scores[window].logLikelihood;
                sum.likeliest = sum.likeliest && scores[window].likeliest;
            }
        }
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
            const int most = config().maxPositions;
            const TaskSequences sequences = sequencesOf(task, *encode, most);
            for (const JudgedSequence& sequence : sequences.all)
                requireIdsInVocabulary(sequence.ids, task.file);
            warnOfLength(task, sequences.all, most, report.warnings);
            const auto scored = [&](WeightSource& weights) {
                report.requests += static_cast<std::int64_t>(sequences.all.size());
                return scoreOf(task,
                               byQuestion(task, sequences,
                                          likelihoods(weights, sequences.all, most, share(0.1), context)));
            };
            TaskResult result;
            result.task = {task.name, task.kind, task.file, task.sha256, {}};
            result.first = scored(first);
            if (second != nullptr) {
                result.second = scored(*second);
                result.change = changeOf(task, result.first, *result.second);
                if (task.kind != TaskKind::Document)
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
