// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::chopSweep: many strategies at many counts over one text.
#include <algorithm>
#include <chrono>
#include <set>

#include "core/base/error.h"
#include "core/evaluate/leave_one_out.h"
#include "core/evaluate/merge_search.h"
#include "core/evaluate/preview.h"
#include "core/model/checks.h"
#include "core/model/forward.h"
#include "core/planning/chop_forecast.h"
#include "core/planning/chop_order.h"
#include "core/planning/chop_strategies.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

std::vector<int> checkedCounts(std::vector<int> counts, int layers) {
    if (counts.empty()) counts = allChopCounts(layers);
    std::sort(counts.begin(), counts.end());
    counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
    if (counts.empty() || counts.front() < 1 || counts.back() >= layers)
        throw Error(ErrorCode::InvalidArgument,
                    "the numbers of layers to chop must lie between 1 and " + std::to_string(layers - 1) +
                        "; the network has " + std::to_string(layers) + " layers",
                    "at least one layer must be left");
    return counts;
}

std::vector<ChopStrategy> checkedStrategies(const std::vector<std::string>& names) {
    std::vector<ChopStrategy> strategies;
    std::set<std::string> seen;
    for (const std::string& name : names)
        if (seen.insert(name).second) strategies.push_back(chopStrategy(name));
    if (strategies.empty())
        throw Error(ErrorCode::InvalidArgument, "no chop strategy is named", "name one, or all of them");
    return strategies;
}

}  // namespace

class ChopSweepJob {
public:
    ChopSweepJob(LocalSession& session, const Analysis* analysis, const TokenWindows& windows,
                 const ChopSweepRequest& request, JobContext& context,
                 const Session::ChopSweepCallback& onRow)
        : session_(session),
          analysis_(analysis),
          windows_(windows),
          context_(context),
          onRow_(onRow),
          layers_(session.config().layerCount()),
          strategies_(checkedStrategies(request.strategies)),
          counts_(checkedCounts(request.counts, layers_)),
          lots_(chopLots(counts_, request.growing)) {
        report_.layers = layers_;
        report_.protocol = session.protocol(windows);
        report_.dense = accounting({});
    }

    ChopSweepReport run() {
        const auto start = std::chrono::steady_clock::now();
        session_.considerResident();
        noteOverlaps();
        for (const ChopStrategy& strategy : strategies_) warnOfLeftOut(strategy);
        const ChopForecast work =
            forecastChops(strategies_, lots_, layerNumbers(session_.config()), analysis_);
        report_.networks = work.networks;
        std::vector<double> weights = work.choosing;
        weights.insert(weights.end(), work.lots.begin(), work.lots.end());
        weights.insert(weights.end(), work.searching.begin(), work.searching.end());
        ProgressParts parts(context_, std::move(weights));
        for (const ChopStrategy& strategy : strategies_) {
            parts.next();
            if (!searchesChops(strategy)) choose(strategy);
        }
        for (const std::vector<int>& lot : lots_) {
            parts.next();
            evaluate(chosenFor(lot));
        }
        for (const ChopStrategy& strategy : strategies_) {
            parts.next();
            if (strategy.merge)
                foldLayers(strategy);
            else if (strategy.look == ChopLook::Evolution)
                evolve(strategy);
            else if (strategy.look == ChopLook::Outputs)
                searchOutputs(strategy);
            else if (searchesChops(strategy))
                searchLosses(strategy);
        }
        report_.decoderPasses = work_.layers / layers_;
        report_.decoderPassesUnshared = work_.unshared / layers_;
        report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return std::move(report_);
    }

private:
    struct Choice {
        std::string strategy;
        int count = 0;
        ChopRequest chop;
    };

    [[nodiscard]] std::vector<int> countsOf(const ChopStrategy& strategy) const {
        return chopCounts(strategy, counts_, layers_);
    }

    // Perplexities of text that the network learned, or that the analysis is of, say so wherever they are
    // read.
    void noteOverlaps() {
        PlanCalibration named;
        if (analysis_ != nullptr) {
            const CalibrationInfo& text = analysis_->calibration;
            named = {text.source, text.sha256, text.samples, text.seqLen, text.seed, {}, {}};
        }
        for (const TextOverlap& overlap :
             session_.overlaps(windows_, {analysis_ != nullptr ? &named : nullptr, nullptr}, context_))
            report_.protocol += ", " + inWords(overlap);
    }

    void warnOfLeftOut(const ChopStrategy& strategy) {
        if (countsOf(strategy).size() == counts_.size()) return;
        report_.warnings.push_back(strategy.name + " keeps " + std::to_string(strategy.keeps) +
                                   " layers at least; chops of more than " +
                                   std::to_string(layers_ - strategy.keeps) + " are left out");
        context_.warn(report_.warnings.back());
    }

    // What a strategy removes that knows it before anything is measured.
    void choose(const ChopStrategy& strategy) {
        const RemovalOrder order = orderOf(strategy);
        for (const int count : countsOf(strategy)) {
            if (!order.parts.empty()) {
                chosen_.push_back({strategy.name, count, chopFromOrder(order, count)});
                continue;
            }
            ChopRequest chop;
            chop.layers = chooseAmong(strategy.name, layerNumbers(session_.config()), count, analysis_);
            chop.chosenBy = ChosenBy{strategy.name, count};
            chosen_.push_back({strategy.name, count, std::move(chop)});
        }
    }

    [[nodiscard]] std::vector<Choice> chosenFor(const std::vector<int>& counts) const {
        std::vector<Choice> some;
        for (const Choice& choice : chosen_)
            if (std::binary_search(counts.begin(), counts.end(), choice.count)) some.push_back(choice);
        return some;
    }

    // Empty for strategies that planning answers, whose analysis is there afterwards.
    RemovalOrder orderOf(const ChopStrategy& strategy) {
        if (strategy.needs == ChopNeeds::Nothing) return {strategy.name, {}};
        if (strategy.needs != ChopNeeds::Analysis)
            return session_.removalOrder(session_.weights_, strategy, counts_.back(), &windows_, context_,
                                         &work_);
        if (strategy.look == ChopLook::LeaveOneOut && !(analysis_ && analysis_->leaveOneOut)) {
            const LeaveOneOutRun run =
                leaveOneOut(session_.weights_, windows_, {true, false}, session_.share(0.2), context_);
            work_ += run.work;
            return orderByScore(strategy.name, run.values.layer, layerNumbers(session_.config()));
        }
        if (!analysis_) {
            measured_ = session_.measure(windows_, {}, context_, {});
            analysis_ = measured_.get();
        }
        return {strategy.name, {}};
    }

    // The dense network with the first lot: all changes are held against its losses.
    void evaluate(const std::vector<Choice>& choices) {
        const bool first = !dense_.defined();
        if (!first && choices.empty()) return;
        std::vector<Subnetwork> networks;
        if (first) networks.emplace_back(static_cast<std::size_t>(layers_));
        for (const Choice& choice : choices) networks.push_back(networkOf(choice.chop));
        const SubnetworkPerplexities measured = subnetworkPerplexities(
            session_.weights_, windows_, networks, session_.share(0.2), "chopped networks", context_);
        work_ += measured.work;
        if (first) {
            dense_ = measured.windowLoss.front();
            report_.densePerplexity = measured.perplexity.front();
            if (onRow_) onRow_(report_);
        }
        for (std::size_t i = 0; i < choices.size(); ++i)
            add(choices[i], measured.windowLoss[i + (first ? 1 : 0)]);
    }

    void searchLosses(const ChopStrategy& strategy) {
        const std::vector<int> counts = countsOf(strategy);
        if (counts.empty()) return;
        static_cast<void>(session_.removalOrder(
            session_.weights_, strategy, counts.back(), &windows_, context_, &work_,
            [&](const RemovalOrder& order, const SearchStep& step) {
                const int parts = static_cast<int>(order.parts.size());
                const int count = parts / order.partsOfLayer;
                if (partsFor(order, count) == parts &&
                    std::binary_search(counts.begin(), counts.end(), count))
                    add({strategy.name, count, chopFromOrder(order, count)}, step.windowLoss);
            }));
    }

    // A search for every count: what it finds for one says nothing of the others.
    void evolve(const ChopStrategy& strategy) {
        const std::vector<int> counts = countsOf(strategy);
        std::vector<double> weights;
        for (const int count : counts) weights.push_back(count * (layers_ - count) + 1.0);
        ProgressParts parts(context_, std::move(weights));
        for (const int count : counts) {
            parts.next();
            const RemovalOrder set =
                session_.evolvedSet(session_.weights_, strategy, count, {}, &windows_, context_, &work_);
            evaluate({{strategy.name, count, chopFromOrder(set, count)}});
        }
    }

    void foldLayers(const ChopStrategy& strategy) {
        const std::vector<int> counts = countsOf(strategy);
        // The search and the preview run the dense network once each, and keep what they need of it.
        std::vector<double> weights(2 * counts.size() + 1, 1.0);
        for (std::size_t i = 1; i < weights.size(); i += 2) weights[i] = std::max(1.0, layers_ / 4.0);
        ProgressParts parts(context_, std::move(weights));
        parts.next();
        MergeSearch search(session_.weights_, windows_, session_.share(0.1), context_);
        Preview preview(session_.weights_, windows_, session_.share(0.1));
        for (const int count : counts) {
            parts.next();
            const ChopRequest chop = chopFromMerge(strategy.name, search.fold(*strategy.merge, count));
            parts.next();
            WeightSource network(session_.networkAfter(planOf(chop), {}, context_).source, session_.place_,
                                 session_.memory_);
            network.shareWith(&session_.weights_);
            add({strategy.name, count, chop},
                preview.run(network, context_).plan.to(at::kDouble).mean(1, true));
        }
        work_ += search.work();
    }

    void searchOutputs(const ChopStrategy& strategy) {
        const std::vector<int> counts = countsOf(strategy);
        if (counts.empty()) return;
        ProgressParts parts(context_, {0.98, 0.02});
        parts.next();
        const RemovalOrder order =
            session_.removalOrder(session_.weights_, strategy, counts.back(), &windows_, context_, &work_);
        parts.next();
        std::vector<Choice> choices;
        for (const int count : counts) choices.push_back({strategy.name, count, chopFromOrder(order, count)});
        evaluate(choices);
    }

    [[nodiscard]] Subnetwork networkOf(const ChopRequest& chop) const {
        Subnetwork network(static_cast<std::size_t>(layers_));
        const std::vector<int> numbers = layerNumbers(session_.config());
        const auto mark = [&](const std::vector<int>& layers, bool attention, bool mlp) {
            for (const int layer : layers) {
                const auto at = std::find(numbers.begin(), numbers.end(), layer) - numbers.begin();
                SublayerCut& cut = network[static_cast<std::size_t>(at)];
                cut = {cut.attention || attention, cut.mlp || mlp};
            }
        };
        mark(chop.layers, true, true);
        mark(chop.attention, true, false);
        mark(chop.mlp, false, true);
        return network;
    }

    [[nodiscard]] Plan planOf(const ChopRequest& chop) const {
        return makePlan(session_.summary(), nullptr, requestOf(chop)).plan;
    }
    [[nodiscard]] Accounting accounting(const ChopRequest& chop) const { return *planOf(chop).accounting; }

    void add(const Choice& choice, const at::Tensor& windowLoss) {
        const Plan plan = planOf(choice.chop);
        ChopSweepRow row{choice.strategy, choice.count, std::get<ChopStep>(plan.steps.front()),
                         *plan.accounting, perplexityOf(windowLoss)};
        if (const auto error = errorOfMeanLoss(windowLoss - dense_))
            row.changeStandardError = row.perplexity / report_.densePerplexity * *error;
        report_.rows.push_back(std::move(row));
        if (onRow_) onRow_(report_);
    }

    LocalSession& session_;
    const Analysis* analysis_;
    const TokenWindows& windows_;
    JobContext& context_;
    const Session::ChopSweepCallback& onRow_;
    int layers_;
    std::vector<ChopStrategy> strategies_;
    std::vector<int> counts_;
    std::vector<std::vector<int>> lots_;
    std::shared_ptr<const Analysis> measured_;
    std::vector<Choice> chosen_;
    SubnetworkWork work_;
    at::Tensor dense_;  // mean loss of every window, [windows, 1] f64
    ChopSweepReport report_;
};

ChopSweepReport LocalSession::chopSweep(const Analysis* analysis, const TokenWindows& windows,
                                        const ChopSweepRequest& request, JobContext& context,
                                        const ChopSweepCallback& onRow) {
    ChopSweepReport report;
    guarded([&] {
        requireSameModel(analysis);
        requireIdsInVocabulary(windows.ids, windows.source);
        report = ChopSweepJob(*this, analysis, windows, request, context, onRow).run();
    });
    return report;
}

}  // namespace secateur
