// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/heal_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/process_memory.h"
#include "core/base/units.h"
#include "core/heal/batches.h"
#include "core/heal/disk_need.h"
#include "core/heal/heal_card.h"
#include "core/heal/heal_check.h"
#include "core/heal/optimizer_fill.h"
#include "core/heal/run_folder.h"
#include "core/heal/teacher.h"
#include "core/heal/trainer.h"
#include "core/model/block_pool.h"
#include "core/model/forward.h"
#include "core/model/tensors.h"
#include "core/planning/heal_forecast.h"
#include "core/storage/checkpoint_writer.h"

namespace secateur {

namespace {

using Clock = std::chrono::steady_clock;
using OnPoint = std::function<HealControl(const HealPoint&)>;

constexpr int kEvaluatedAtOnce = 8;  // windows
constexpr const char* kTeacherCache = "teacher-logits.bin";

class Run {
public:
    Run(const HealInputs& inputs, const HealTarget& target, JobContext& context)
        : inputs_(inputs),
          options_(inputs.options),
          context_(context),
          scale_(scaleOf(inputs)),
          folder_(target.folder, target.overwrite, target.resume),
          peak_(options_.peakRate.value_or(
              defaultRate(options_.method, inputs.checkpoint->summary().parameters, options_.preset))),
          fillSteps_(fillStepsOf(options_)) {
        if (options_.method == HealMethod::Distill) prepareTeacher(target.folder);
        state_.identity = identityOf(inputs, peak_);
        report_.folder = target.folder.string();
        report_.fillSteps = fillSteps_;
        if (target.resume || fillSteps_ == 0) build({{}, fillSteps_});
        if (!target.resume) return;
        auto resumed = folder_.load(*network_, *trainer_, state_.identity, context);
        if (resumed)
            goOn(std::move(*resumed));
        else
            trainer_.reset();  // with what a damaged checkpoint may have left in it
        if (!finished()) requireDisk(inputs, target.folder, state_.step);
    }

    HealReport carryOut(const OnPoint& onPoint) {
        writeRecord(RunState::Running);
        try {
            if (!trainer_) begin();
            train(onPoint);
        } catch (const Error& problem) {
            noteProblem(problem);
            throw;
        }
        return report_;
    }

private:
    void build(Moments filled) {
        network_.emplace(inputs_.checkpoint, inputs_.place, options_, training().seqLen);
        trainer_.emplace(*network_, teacher_ ? &*teacher_ : nullptr, options_, std::move(filled));
    }

    // The cut network is not there while the uncut one runs: both may be more than the memory.
    void begin() {
        network_.reset();
        if (fillSteps_ == 0) return build({});
        const auto steps = static_cast<double>(std::max<std::int64_t>(options_.steps, fillSteps_));
        const double part =
            (1.0 - prepared_) * static_cast<double>(fillSteps_) / (static_cast<double>(fillSteps_) + steps);
        const ProgressRange range(context_, prepared_, prepared_ + part);
        build(filledMoments(inputs_, training(), state_.identity, folder_, context_));
        prepared_ += part;
    }

    void goOn(TrainingState resumed) {
        const nlohmann::ordered_json before = std::exchange(resumed.identity, state_.identity);
        state_ = std::move(resumed);
        report_.resumedFrom = savedStep_ = state_.step;
        if (!state_.lastLoss)
            if (const auto last = folder_.lastPoint()) state_.lastLoss = last->loss;
        report_.loss = state_.lastLoss.value_or(0.0);
        const auto grew = [&](const char* key) {
            return before.value(key, 0.0) < state_.identity.value(key, 0.0);
        };
        if (grew("steps") || grew("minutes")) {
            state_.worseEvaluations = 0;
            return noteLonger(before);
        }
        report_.stoppedEarly = options_.patience > 0 && state_.worseEvaluations >= options_.patience;
    }

    // A run that is made longer has another schedule, whose rate may be above the last one's.
    void noteLonger(const nlohmann::ordered_json& before) {
        HealOptions shorter = options_;
        shorter.steps = before.value("steps", options_.steps);
        shorter.minutes = before.value("minutes", options_.minutes);
        const double was = rateOf(shorter), is = rateOf(options_);
        if (std::abs(is - was) <= 1e-9 * peak_) return;
        report_.rewound = true;
        context_.warn(
            "the run is made longer and its schedule is stretched to the new end: the learning "
            "rate goes on at " +
            formatScore(is) + ", not at " + formatScore(was));
    }

    void prepareTeacher(const std::filesystem::path& folder) {
        teacher_.emplace(inputs_.teacher, inputs_.place, training().seqLen, sharedVocabulary(inputs_));
        if (options_.generatedWindows > 0) {
            constexpr double kWriting = 0.1;
            const ProgressRange range(context_, 0.0, kWriting);
            prepared_ = kWriting;
            written_ = teacher_->write(*inputs_.training, options_.generatedWindows, options_.seed, context_);
        }
        if (options_.teacherTopK > 0)
            teacher_->cacheIn(folder / kTeacherCache, training(), options_.teacherTopK, options_.temperature);
    }

    void train(const OnPoint& onPoint) {
        // Every step takes and frees the same blocks; fresh pages for them would cost a tenth of its time.
        const HealForecast foreseen = forecast();
        const KeptBlocks reused(static_cast<std::size_t>(foreseen.activations + foreseen.gradients));
        clockStart_ = Clock::now();
        secondsBefore_ = state_.seconds;
        if (!state_.before) state_.before = state_.last = heldOut();
        if (!state_.dense) state_.dense = denseHeldOut();
        writeRecord(RunState::Running);
        const double total =
            options_.steps > 0 ? static_cast<double>(options_.steps) : options_.minutes * 60.0;
        const ProgressRange range(context_, prepared_, 1.0);
        context_.beginStage("heal", total, options_.steps > 0 ? "steps" : "seconds");
        HealControl control = HealControl::GoOn;
        while (!finished() && control == HealControl::GoOn) {
            const HealPoint point = oneStep();
            folder_.append(point);
            if (onPoint) control = onPoint(point);
            context_.advanceTo(options_.steps > 0 ? static_cast<double>(state_.step)
                                                  : std::min(state_.seconds, total));
        }
        save();
        fillReport();
        if (!finished()) {
            report_.paused = true;
            return writeRecord(RunState::Paused);
        }
        complete();
    }

    HealPoint oneStep() {
        const std::vector<int> which =
            windowsOfStep(options_.seed, state_.step, options_.batchWindows, training().count());
        HealPoint point =
            trainer_->step(idsOf(training(), which, inputs_.place.device), rateOf(options_), which);
        state_.step = point.step;
        state_.lastLoss = report_.loss = point.loss;
        state_.seconds = seconds();
        point.seconds = state_.seconds;
        point.tokensPerSecond = tokensPerSecond();
        point.memoryBytes = privateMemory();
        if (finished() || (options_.evaluateEvery > 0 && point.step % options_.evaluateEvery == 0)) {
            const auto measured = heldOut();
            point.evalPerplexity = perplexityOf(measured);
            point.evalStandardError = errorOf(measured);
            judge(measured);
        }
        if (!finished() && options_.checkpointEvery > 0 && point.step % options_.checkpointEvery == 0) save();
        return point;
    }

    // Keeps the best, and stops when it has not been bettered for a while.
    void judge(const std::optional<HeldOutResult>& measured) {
        if (!measured) return;
        state_.last = measured;
        if (!keepsBest()) return;
        if (state_.best && measured->perplexity >= state_.best->perplexity) {
            ++state_.worseEvaluations;
            if (options_.patience > 0 && state_.worseEvaluations >= options_.patience)
                report_.stoppedEarly = true;
            return;
        }
        const std::int64_t before = state_.bestStep;
        state_.best = measured;
        state_.bestStep = state_.step;
        state_.worseEvaluations = 0;
        save();
        const bool wanted = options_.checkpointEvery > 0 && before % options_.checkpointEvery == 0;
        if (before > 0 && !wanted) folder_.remove(before);
    }

    void complete() {
        std::int64_t result = state_.step;
        if (keepsBest() && state_.best) {
            result = state_.bestStep;
            if (result != state_.step) folder_.restore(result, *network_, *trainer_);
            report_.bestStep = result;
            reportResult(state_.best);
        }
        if (report_.evalPerplexity && state_.before && *report_.evalPerplexity > state_.before->perplexity)
            context_.warn("the healed checkpoint is worse than the one it began with: held-out perplexity " +
                          formatPerplexity(*report_.evalPerplexity, report_.standardError) + " at step " +
                          std::to_string(result) + (report_.bestStep ? ", the best" : "") + ", " +
                          formatPerplexity(state_.before->perplexity, state_.before->standardError) +
                          " before");
        folder_.finish(result, *inputs_.checkpoint, *network_, options_,
                       healCard(record(RunState::Complete), inputs_.checkpoint->summary()));
        writeRecord(RunState::Complete);
    }

    void fillReport() {
        report_.steps = state_.step;
        report_.seconds = state_.seconds;
        report_.tokens = tokens();
        report_.tokensPerSecond = tokensPerSecond();
        report_.evalPerplexityBefore = perplexityOf(state_.before);
        report_.standardErrorBefore = errorOf(state_.before);
        report_.densePerplexity = perplexityOf(state_.dense);
        report_.denseStandardError = errorOf(state_.dense);
        reportResult(state_.last);
        report_.flops = flops();
        report_.forecastBytes = forecast().total();
    }

    void reportResult(const std::optional<HeldOutResult>& result) {
        report_.evalPerplexity = perplexityOf(result);
        report_.standardError = errorOf(result);
    }

    void save() {
        if (savedStep_ == state_.step) return;
        const Aside aside(*this);
        folder_.save(*inputs_.checkpoint, *network_, *trainer_, state_);
        folder_.thin(options_.keepCheckpoints, state_.bestStep);
        savedStep_ = state_.step;
    }

    void noteProblem(const Error& problem) {
        try {
            writeRecord(RunState::Interrupted,
                        problem.code() == ErrorCode::Cancelled ? "cancelled" : problem.message());
        } catch (const Error&) {
            // The disk may be what failed; the first problem is the one to tell.
        }
    }

    [[nodiscard]] RunRecord record(RunState state, const std::string& problem = {}) {
        RunRecord record;
        record.state = state;
        record.request = inputs_.request;
        record.request.options = options_;
        record.request.options.peakRate = peak_;
        record.modelName = inputs_.checkpoint->summary().name;
        record.protocol = inputs_.protocol;
        record.tool = inputs_.tool;
        record.training = usedText(*inputs_.training);
        if (inputs_.evaluation != nullptr) record.heldOut = usedText(*inputs_.evaluation);
        record.overlaps = inputs_.overlaps;
        record.bestStep = report_.bestStep;
        record.problem = problem;
        record.parameters = inputs_.checkpoint->summary().parameters;
        record.bytes = inputs_.checkpoint->summary().bytes;
        record.densePerplexity = perplexityOf(state_.dense);
        record.denseStandardError = errorOf(state_.dense);
        record.evalBefore = perplexityOf(state_.before);
        record.standardErrorBefore = errorOf(state_.before);
        const auto& result = report_.bestStep ? state_.best : state_.last;
        record.evalPerplexity = perplexityOf(result);
        record.standardError = errorOf(result);
        record.steps = state_.step;
        record.tokens = tokens();
        record.seconds = state_.seconds;
        record.flops = flops();
        return record;
    }

    void writeRecord(RunState state, const std::string& problem = {}) {
        folder_.write(record(state, problem));
    }

    [[nodiscard]] const TokenWindows& training() const { return written_ ? *written_ : *inputs_.training; }
    [[nodiscard]] bool keepsBest() const { return options_.keepBest || options_.patience > 0; }
    [[nodiscard]] bool finished() const {
        if (report_.stoppedEarly) return true;
        return options_.steps > 0 ? state_.step >= options_.steps : state_.seconds >= options_.minutes * 60.0;
    }
    // With minutes alone the schedule follows the clock.
    [[nodiscard]] double rateOf(const HealOptions& options) const {
        if (options.steps > 0)
            return rateAt(options, peak_, static_cast<double>(state_.step),
                          static_cast<double>(options.steps));
        return rateAt(options, peak_, state_.seconds, options.minutes * 60.0);
    }
    [[nodiscard]] double seconds() const {
        return secondsBefore_ + std::chrono::duration<double>(Clock::now() - clockStart_).count() - aside_;
    }
    [[nodiscard]] std::int64_t tokens() const {
        return state_.step * options_.batchWindows * training().seqLen;
    }
    [[nodiscard]] double tokensPerSecond() const {
        return static_cast<double>(tokens()) / std::max(state_.seconds, 1e-9);
    }
    [[nodiscard]] double flops() const {
        const NetworkConfig* teacher = teacher_ ? &inputs_.teacher->config() : nullptr;
        const double healed = trainingFlopsPerToken(inputs_.checkpoint->config(), options_, teacher) *
                              static_cast<double>(tokens());
        if (fillSteps_ == 0) return healed;
        const std::int64_t before = fillSteps_ * options_.batchWindows * training().seqLen;
        HealOptions filling = options_;
        filling.method = HealMethod::Continued;
        return healed + trainingFlopsPerToken(inputs_.teacher->config(), filling, nullptr) *
                            static_cast<double>(before);
    }
    [[nodiscard]] HealForecast forecast() const {
        return forecastHeal(inputs_.checkpoint->config(), options_, scale_);
    }

    static std::optional<double> perplexityOf(const std::optional<HeldOutResult>& result) {
        return result ? std::optional(result->perplexity) : std::nullopt;
    }
    static std::optional<double> errorOf(const std::optional<HeldOutResult>& result) {
        return result ? result->standardError : std::nullopt;
    }

    // Of the held-out windows, by the mean losses of some of them.
    std::optional<HeldOutResult> measured(const std::function<at::Tensor(const at::Tensor&)>& losses) {
        if (inputs_.evaluation == nullptr) return std::nullopt;
        const Aside aside(*this);
        const TokenWindows& held = *inputs_.evaluation;
        std::vector<at::Tensor> parts;
        for (int first = 0; first < held.count(); first += kEvaluatedAtOnce) {
            context_.checkStop();
            std::vector<int> which(
                static_cast<std::size_t>(std::min(kEvaluatedAtOnce, held.count() - first)));
            std::iota(which.begin(), which.end(), first);
            parts.push_back(losses(idsOf(held, which, inputs_.place.device)));
        }
        const at::Tensor all = at::cat(parts).unsqueeze(1);
        HeldOutResult result{secateur::perplexityOf(all), std::nullopt};
        const double error = errorOfMeanLoss(all).value_or(std::nan("")) * result.perplexity;
        if (std::isfinite(error)) result.standardError = error;
        return result;
    }
    std::optional<HeldOutResult> heldOut() {
        return measured([this](const at::Tensor& ids) { return network_->windowLosses(ids); });
    }
    std::optional<HeldOutResult> denseHeldOut() {
        if (inputs_.teacher == nullptr) return std::nullopt;
        if (teacher_) return measured([this](const at::Tensor& ids) { return teacher_->windowLosses(ids); });
        Teacher dense(inputs_.teacher, inputs_.place, training().seqLen);
        return measured([&](const at::Tensor& ids) { return dense.windowLosses(ids); });
    }

    // Time that is not training: evaluation and writing.
    class Aside {
    public:
        explicit Aside(Run& run) : run_(run), begin_(Clock::now()) {}
        ~Aside() { run_.aside_ += std::chrono::duration<double>(Clock::now() - begin_).count(); }
        Aside(const Aside&) = delete;
        Aside& operator=(const Aside&) = delete;

    private:
        Run& run_;
        Clock::time_point begin_;
    };

    const HealInputs& inputs_;
    HealOptions options_;
    std::optional<TokenWindows> written_;  // by the teacher
    double prepared_ = 0.0;                // of the progress, before the first step
    JobContext& context_;
    HealScale scale_;  // as it was before anything was loaded
    RunFolder folder_;
    double peak_;
    std::int64_t fillSteps_;
    std::optional<TrainableNetwork> network_;
    std::optional<Teacher> teacher_;
    std::optional<Trainer> trainer_;
    TrainingState state_;
    HealReport report_;
    std::int64_t savedStep_ = -1;
    Clock::time_point clockStart_{};
    double secondsBefore_ = 0.0;
    double aside_ = 0.0;
};

}  // namespace

HealReport heal(const HealInputs& inputs, const HealTarget& target, JobContext& context,
                const OnPoint& onPoint) {
    requireTrainable(inputs);
    // A run that goes on tells only when it is read how much is left to write.
    if (!target.resume) requireDisk(inputs, target.folder, 0);
    for (const std::string& doubt : doubtsAbout(inputs)) context.warn(doubt);
    Run run(inputs, target, context);
    return run.carryOut(onPoint);
}

}  // namespace secateur
