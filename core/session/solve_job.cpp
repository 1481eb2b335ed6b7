// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::solve: the plans that just meet a target, measured and ranked.
#include <algorithm>
#include <chrono>

#include "core/base/error.h"
#include "core/data/take_back.h"
#include "core/evaluate/leave_one_out.h"
#include "core/model/checks.h"
#include "core/planning/rate_forecast.h"
#include "core/planning/requests.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

constexpr int kLeaveOneOutTokens = 1024;
constexpr int kUsualContext = 2048;  // of networks that name no longest one

bool wants(const SolveRequest& request, const char* family) {
    return request.families.empty() || std::ranges::count(request.families, family) > 0;
}

}  // namespace

class SolveJob {
public:
    SolveJob(LocalSession& session, const SolveRequest& request, const TokenWindows& calibration,
             const TokenWindows& judged, JobContext& context, const Session::SolveCallback& onRow)
        : session_(session),
          request_(request),
          calibration_(calibration),
          judged_(judged),
          context_(context),
          onRow_(onRow) {}

    SolveReport run(const Analysis* analysis) {
        const auto start = std::chrono::steady_clock::now();
        session_.requireSameModel(analysis);
        look(analysis);
        const SolverInputs inputs{session_.summary(), analysis_, allMethods(), [&] { context_.checkStop(); },
                                  times()};
        const Proposals proposals = proposePlans(inputs, request_);
        begin(proposals);
        const std::size_t count = proposals.proposals.size();
        try {
            for (std::size_t i = 0; i < count; ++i) {
                const double share = (1.0 - kLooked) / static_cast<double>(count);
                const double from = kLooked + static_cast<double>(i) * share;
                const ProgressRange range(context_, from, from + share);
                add(proposals.proposals[i]);
                report_.seconds =
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                if (onRow_) onRow_(report_);
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Cancelled || report_.rows.empty()) throw;
            report_.partial = true;
        }
        report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return std::move(report_);
    }

private:
    static constexpr double kLooked = 0.2;  // of the progress: measuring and timing

    // Scores of the dense network, and its times.
    void look(const Analysis* analysis) {
        const ProgressRange range(context_, 0.0, kLooked);
        ProgressParts parts(context_, {4.0, 1.0});
        parts.next();
        if (analysis != nullptr) {
            analysis_ = {std::shared_ptr<const Analysis>(), analysis};
            if (!analysis->leaveOneOut && wants(request_, "sublayers"))
                warn("the analysis has no leave-one-out, which sublayers are ordered by: none are proposed");
        } else {
            measure();
        }
        parts.next();
        if (request_.timed || request_.target.ofSpeed()) bench_ = session_.bench(shortBench(), {}, context_);
    }

    // Leave-one-out on a few windows: on all of them it would take longer than everything else.
    void measure() {
        const bool leavesOut = wants(request_, "sublayers");
        ProgressParts parts(context_, {1.0, leavesOut ? 2.0 : 0.0});
        parts.next();
        analysis_ = session_.measure(calibration_, {}, context_, {});
        if (!leavesOut) return;
        parts.next();
        Analysis whole = *analysis_;
        const TokenWindows some = LocalSession::firstTokens(calibration_, kLeaveOneOutTokens);
        guarded([&] {
            session_.considerResident();
            whole.leaveOneOut =
                leaveOneOut(session_.weights_, some, {}, session_.share(0.2), context_).values;
        });
        analysis_ = std::make_shared<const Analysis>(std::move(whole));
    }

    [[nodiscard]] const BatchTimes* times() const {
        return bench_ && !bench_->dense.batches.empty() ? &bench_->dense.batches.front() : nullptr;
    }

    void warn(const std::string& message) {
        report_.warnings.push_back(message);
        context_.warn(message);
    }

    void begin(const Proposals& proposals) {
        const NetworkConfig& opened = session_.config();
        report_.target = targetText(request_.target);
        report_.align = proposals.align;
        report_.proposed = static_cast<int>(proposals.proposals.size());
        report_.memoryAt =
            request_.target.memory.empty()
                ? MemoryLimit{0, opened.maxPositions > 0 ? opened.maxPositions : kUsualContext, 1}
                : request_.target.memory.front();
        for (const MemoryLimit& limit : request_.target.memory)
            if (opened.maxPositions > 0 && limit.context > opened.maxPositions)
                warn("the network was made for " + std::to_string(opened.maxPositions) +
                     " tokens of context, not for " + std::to_string(limit.context));
        const NetworkState dense = stateOf(opened);
        report_.dense = reached(dense, account(session_.summary(), dense));
        report_.denseMemoryBytes = memoryOf(dense, report_.dense);
        for (const Unreached& one : proposals.unreached)
            report_.unreached.push_back(
                {one.family, stepsText(one.request, allMethods()), inWords(request_.target, one.reached)});
    }

    [[nodiscard]] std::int64_t memoryOf(const NetworkState& state, const Reached& reached) const {
        return reached.bytes +
               cacheBytes(session_.summary(), state, report_.memoryAt.context, report_.memoryAt.batch);
    }

    [[nodiscard]] Reached reached(const NetworkState& state, const Accounting& sums) const {
        const NetworkConfig& opened = session_.config();
        std::optional<double> dense, rate;
        if (const BatchTimes* timed = times()) {
            dense = rateOf(*timed, forecastStep(*timed, opened, stateOf(opened)));
            rate = rateOf(*timed, forecastStep(*timed, opened, state));
        }
        return reachedBy(request_.target, session_.summary(), state, sums, dense, rate);
    }

    PreviewReport previewed(const PlanRequest& request, Plan& plan) {
        ProgressParts parts(context_, {1.0, 2.0});
        parts.next();
        plan = session_.plan(analysis_.get(), &calibration_, request, context_).plan;
        parts.next();
        return session_.preview(plan, analysis_.get(), judged_,
                                {.perToken = false, .calibration = &calibration_}, context_);
    }

    void add(const Proposal& proposal) {
        ProgressParts parts(context_,
                            proposal.unaligned ? std::vector<double>{1.0, 1.0} : std::vector<double>{1.0});
        parts.next();
        SolveRow row;
        row.family = proposal.family;
        row.steps = stepsText(proposal.request, allMethods());
        row.snapParameters = proposal.snapParameters;
        try {
            const PreviewReport preview = previewed(proposal.request, row.plan);
            const NetworkState after = stateAfter(session_.config(), row.plan);
            row.reached = reached(after, preview.accounting);
            row.memoryBytes = memoryOf(after, row.reached);
            row.stock = preview.accounting.files && preview.accounting.files->stock;
            row.measured = measuredOf(preview);
            row.windowLoss = preview.planWindowLoss;
            // Equal scores stay together, so that a method may keep more units than shapes foretold.
            if (!row.reached.meets())
                row.problem = "misses the target: " + inWords(request_.target, row.reached);
            noteDense(preview);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::Cancelled) throw;
            row.problem = error.message();
        }
        if (proposal.unaligned && row.problem.empty()) {
            parts.next();
            addSnap(*proposal.unaligned, row);
        }
        report_.rows.push_back(std::move(row));
        rank(report_.rows);
    }

    // A stop while the price of alignment is measured costs that price alone.
    void addSnap(const PlanRequest& unaligned, SolveRow& row) {
        try {
            Plan plan;
            const PreviewReport free = previewed(unaligned, plan);
            const PerplexityDifference difference = perplexityDifference(row.windowLoss, free.planWindowLoss);
            row.snapPerplexity = difference.value;
            row.snapPerplexityError = difference.standardError;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Cancelled) return;
            report_.rows.push_back(row);
            rank(report_.rows);
            throw;
        }
    }

    void noteDense(const PreviewReport& preview) {
        report_.densePerplexity = preview.densePerplexity;
        report_.denseStandardError = preview.denseStandardError;
        report_.protocol = preview.protocol;
        if (report_.overlaps.empty()) report_.overlaps = preview.overlaps;
    }

    LocalSession& session_;
    const SolveRequest& request_;
    const TokenWindows& calibration_;
    const TokenWindows& judged_;
    JobContext& context_;
    const Session::SolveCallback& onRow_;
    std::shared_ptr<const Analysis> analysis_;
    std::optional<BenchReport> bench_;
    SolveReport report_;
};

SolveReport LocalSession::solve(const SolveRequest& request, const Analysis* analysis,
                                const TokenWindows& calibration, const TokenWindows& judged,
                                JobContext& context, const SolveCallback& onRow) {
    return SolveJob(*this, request, calibration, judged, context, onRow).run(analysis);
}

}  // namespace secateur
