// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/heal_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <sstream>

#include "core/base/error.h"
#include "core/heal/run_folder.h"
#include "core/heal/trainer.h"

namespace secateur {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

void check(const Checkpoint& checkpoint, const Checkpoint* teacher, const TokenWindows& training,
           const HealOptions& options) {
    if (options.steps <= 0 && options.minutes <= 0.0)
        refuse("the run has no end", "give --steps or --minutes");
    if (options.batchWindows < 1)
        refuse("a batch of no windows learns nothing", "use --batch-size 1 or more");
    if (training.seqLen < 2) refuse("a window of one token predicts nothing", "use --seq-len 2 or more");
    if (training.count() < options.batchWindows)
        refuse(training.source + " has " + std::to_string(training.count()) + " windows of " +
                   std::to_string(training.seqLen) + " tokens, fewer than one batch of " +
                   std::to_string(options.batchWindows),
               "give a longer text, or a smaller --batch-size or --seq-len");
    if (options.method != HealMethod::Distill) return;
    if (teacher == nullptr)
        refuse("distillation needs a teacher", "name the uncompressed checkpoint with --teacher");
    if (teacher->config().vocabSize != checkpoint.config().vocabSize)
        refuse("the teacher has " + std::to_string(teacher->config().vocabSize) +
                   " tokens in its vocabulary, " + checkpoint.summary().name + " has " +
                   std::to_string(checkpoint.config().vocabSize),
               "teacher and student must share their tokenizer");
}

// What must be the same for a run to go on where it was.
std::string identityOf(const Checkpoint& checkpoint, const Checkpoint* teacher, const TokenWindows& training,
                       const HealOptions& options, double peak) {
    std::ostringstream text;
    text << name(options.method) << " of " << checkpoint.summary().fingerprint << " on " << training.sha256
         << ", " << training.count() << " x " << training.seqLen << ", batch " << options.batchWindows
         << ", seed " << options.seed << ", rate " << peak << ", steps " << options.steps << ", minutes "
         << options.minutes;
    if (options.method == HealMethod::Lora) text << ", rank " << options.rank << ", alpha " << options.alpha;
    if (teacher != nullptr) text << ", teacher " << teacher->summary().fingerprint;
    return text.str();
}

class Run {
public:
    Run(const std::shared_ptr<const Checkpoint>& checkpoint, const std::shared_ptr<const Checkpoint>& teacher,
        const ComputePlace& place, const TokenWindows& training, const TokenWindows* evaluation,
        const HealOptions& options, const HealTarget& target, JobContext& context)
        : checkpoint_(checkpoint),
          training_(training),
          evaluation_(evaluation),
          options_(options),
          device_(place.device),
          context_(context),
          folder_(target.folder, target.overwrite, target.resume),
          peak_(options.peakRate.value_or(defaultRate(options.method, checkpoint->summary().parameters))),
          network_(checkpoint, place, options, training.seqLen) {
        if (teacher) teacher_.emplace(teacher, place, training.seqLen);
        trainer_.emplace(network_, teacher_ ? &*teacher_ : nullptr, options);
        state_.identity = identityOf(*checkpoint, teacher.get(), training, options, peak_);
        report_.folder = target.folder.string();
        if (!target.resume) return;
        if (const auto resumed = folder_.load(network_, *trainer_, state_.identity, context)) {
            state_ = *resumed;
            report_.resumedFrom = state_.step;
        }
    }

    HealReport carryOut(const std::function<HealControl(const HealPoint&)>& onPoint) {
        secondsBefore_ = state_.seconds;
        if (!state_.evalBefore) state_.evalBefore = perplexity();
        report_.evalPerplexityBefore = state_.evalBefore;
        const double total =
            options_.steps > 0 ? static_cast<double>(options_.steps) : options_.minutes * 60.0;
        context_.beginStage("heal", total, options_.steps > 0 ? "steps" : "seconds");
        std::optional<double> evaluated = state_.evalBefore;
        trainingStart_ = Clock::now();
        pauses_ = 0.0;
        while (!finished()) {
            HealPoint point = trainer_->step(
                idsOf(training_,
                      windowsOfStep(options_.seed, state_.step, options_.batchWindows, training_.count()),
                      device_),
                rate());
            state_.step = point.step;
            state_.seconds = seconds();
            point.seconds = state_.seconds;
            point.tokensPerSecond = tokensPerSecond();
            const bool last = finished();
            if (last || (options_.evaluateEvery > 0 && point.step % options_.evaluateEvery == 0))
                evaluated = point.evalPerplexity = perplexity();
            folder_.append(point);
            report_.loss = point.loss;
            if (onPoint) onPoint(point);
            if (!last && options_.checkpointEvery > 0 && point.step % options_.checkpointEvery == 0)
                folder_.save(*checkpoint_, network_, *trainer_, state_);
            context_.advanceTo(options_.steps > 0 ? static_cast<double>(state_.step)
                                                  : std::min(state_.seconds, total));
        }
        folder_.save(*checkpoint_, network_, *trainer_, state_);
        folder_.finish(*checkpoint_, network_, options_);
        report_.steps = state_.step;
        report_.seconds = state_.seconds;
        report_.tokens = state_.step * options_.batchWindows * training_.seqLen;
        report_.tokensPerSecond = tokensPerSecond();
        report_.evalPerplexity = evaluated;
        return report_;
    }

private:
    [[nodiscard]] bool finished() const {
        return options_.steps > 0 ? state_.step >= options_.steps : state_.seconds >= options_.minutes * 60.0;
    }
    // With minutes alone the schedule follows the clock.
    [[nodiscard]] double rate() const {
        if (options_.steps > 0)
            return rateAt(options_, peak_, static_cast<double>(state_.step),
                          static_cast<double>(options_.steps));
        return rateAt(options_, peak_, state_.seconds, options_.minutes * 60.0);
    }
    [[nodiscard]] double seconds() const {
        return secondsBefore_ + std::chrono::duration<double>(Clock::now() - trainingStart_).count() -
               pauses_;
    }
    [[nodiscard]] double tokensPerSecond() const {
        const double tokens = static_cast<double>(state_.step) * options_.batchWindows * training_.seqLen;
        return tokens / std::max(state_.seconds, 1e-9);
    }
    [[nodiscard]] std::optional<double> perplexity() {
        if (evaluation_ == nullptr) return std::nullopt;
        const auto begin = Clock::now();
        constexpr int kAtOnce = 8;
        double sum = 0.0;
        for (int first = 0; first < evaluation_->count(); first += kAtOnce) {
            context_.checkStop();
            std::vector<int> which(static_cast<std::size_t>(std::min(kAtOnce, evaluation_->count() - first)));
            std::iota(which.begin(), which.end(), first);
            sum += network_.meanLoss(idsOf(*evaluation_, which, device_)) * static_cast<double>(which.size());
        }
        pauses_ += std::chrono::duration<double>(Clock::now() - begin).count();
        return std::exp(sum / evaluation_->count());
    }

    std::shared_ptr<const Checkpoint> checkpoint_;
    const TokenWindows& training_;
    const TokenWindows* evaluation_;
    HealOptions options_;
    at::Device device_;
    JobContext& context_;
    RunFolder folder_;
    double peak_;
    TrainableNetwork network_;
    std::optional<Teacher> teacher_;
    std::optional<Trainer> trainer_;
    RunState state_;
    HealReport report_;
    Clock::time_point trainingStart_;
    double secondsBefore_ = 0.0;
    double pauses_ = 0.0;  // spent on evaluation
};

}  // namespace

HealReport heal(const std::shared_ptr<const Checkpoint>& checkpoint,
                const std::shared_ptr<const Checkpoint>& teacher, const ComputePlace& place,
                const TokenWindows& training, const TokenWindows* evaluation, const HealOptions& options,
                const HealTarget& target, JobContext& context,
                const std::function<HealControl(const HealPoint&)>& onPoint) {
    check(*checkpoint, teacher.get(), training, options);
    if (evaluation != nullptr && evaluation->seqLen != training.seqLen)
        refuse("training and evaluation windows differ in length", "cut both with one --seq-len");
    Run run(checkpoint, teacher, place, training, evaluation, options, target, context);
    return run.carryOut(onPoint);
}

}  // namespace secateur
