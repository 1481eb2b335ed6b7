// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::chopSweep: many strategies at many counts over one text.
#include <algorithm>
#include <chrono>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/evaluate/leave_one_out.h"
#include "core/evaluate/merge_search.h"
#include "core/evaluate/preview.h"
#include "core/model/checks.h"
#include "core/model/forward.h"
#include "core/planning/chop_order.h"
#include "core/planning/chop_strategies.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

std::vector<int> checkedCounts(std::vector<int> counts, int layers) {
    if (counts.empty()) {
        counts.resize(static_cast<std::size_t>(std::max(0, layers - 1)));
        std::iota(counts.begin(), counts.end(), 1);
    }
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

// A strategy whose perplexities are known as soon as it has chosen.
bool searches(const ChopStrategy& strategy) {
    return strategy.look == ChopLook::Search || strategy.merge;
}

// Layer passes that parts of the work take, roughly: what the progress bar is divided by.
struct Forecast {
    double scores = 0.0;
    double batch = 0.0;
    double greedy = 0.0;
    double merges = 0.0;
    double sublayers = 0.0;
    [[nodiscard]] double total() const { return std::max(scores + batch + greedy + merges + sublayers, 1.0); }
};

Forecast forecast(const std::vector<ChopStrategy>& strategies, const std::vector<int>& counts, int layers) {
    Forecast result;
    const double l = layers;
    const auto squares = [](double from, int n) {
        double sum = 0.0;
        for (int i = 0; i < n; ++i) sum += (from - i) * (from - i);
        return sum;
    };
    for (const ChopStrategy& strategy : strategies) {
        if (strategy.sublayers)
            result.sublayers = squares(2 * l, 2 * counts.back()) / 4;
        else if (strategy.merge)
            result.merges += static_cast<double>(counts.size()) * l * l / 4;
        else if (strategy.look == ChopLook::Search)
            result.greedy = squares(l, std::min(counts.back(), layers - 2)) / 2;
        else
            result.batch += static_cast<double>(counts.size()) * l / 4;
        if (strategy.look == ChopLook::Gradients) result.scores += 4 * l;
        if (strategy.needs == ChopNeeds::Analysis)
            result.scores += strategy.look == ChopLook::LeaveOneOut ? l * l / 2 : 1;
    }
    return result;
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
          counts_(checkedCounts(request.counts, layers_)) {
        report_.layers = layers_;
        report_.protocol = session.protocol(windows);
        report_.dense = accounting({});
    }

    ChopSweepReport run() {
        const auto start = std::chrono::steady_clock::now();
        session_.considerResident();
        for (const ChopStrategy& strategy : strategies_) warnOfLeftOut(strategy);
        const Forecast work = forecast(strategies_, counts_, layers_);
        const double scored = work.scores / work.total();
        const double together = scored + work.batch / work.total();
        const double greedy = together + work.greedy / work.total();
        const double folded = greedy + work.merges / work.total();
        inRange(0.0, scored, [&] { choose(); });
        inRange(scored, together, [&] { evaluate(chosen_); });
        for (const ChopStrategy& strategy : strategies_)
            if (strategy.look == ChopLook::Search && !strategy.sublayers)
                inRange(together, greedy, [&] { searchLayers(strategy); });
        if (work.merges > 0.0) inRange(greedy, folded, [&] { foldLayers(); });
        for (const ChopStrategy& strategy : strategies_)
            if (strategy.sublayers) inRange(folded, 1.0, [&] { searchSublayers(strategy); });
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

    template <class Work>
    void inRange(double from, double to, const Work& work) {
        const ProgressRange range(context_, from, to);
        work();
    }

    [[nodiscard]] std::vector<int> countsOf(const ChopStrategy& strategy) const {
        std::vector<int> counts = counts_;
        std::erase_if(counts, [&](int count) { return count > layers_ - strategy.keeps; });
        return counts;
    }

    void warnOfLeftOut(const ChopStrategy& strategy) {
        if (countsOf(strategy).size() == counts_.size()) return;
        report_.warnings.push_back(strategy.name + " keeps " + std::to_string(strategy.keeps) +
                                   " layers at least; chops of more than " +
                                   std::to_string(layers_ - strategy.keeps) + " are left out");
        context_.warn(report_.warnings.back());
    }

    // What all strategies but the searches remove.
    void choose() {
        for (const ChopStrategy& strategy : strategies_) {
            if (searches(strategy)) continue;
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

    // The dense network's perplexity with the first lot.
    void evaluate(const std::vector<Choice>& choices) {
        const bool first = report_.densePerplexity == 0.0;
        std::vector<Subnetwork> networks;
        if (first) networks.emplace_back(static_cast<std::size_t>(layers_));
        for (const Choice& choice : choices) networks.push_back(networkOf(choice.chop));
        const SubnetworkPerplexities measured = subnetworkPerplexities(
            session_.weights_, windows_, networks, session_.share(0.2), "chopped networks", context_);
        work_ += measured.work;
        if (first) {
            report_.densePerplexity = measured.perplexity.front();
            if (onRow_) onRow_(report_);
        }
        for (std::size_t i = 0; i < choices.size(); ++i)
            add(choices[i], measured.perplexity[i + (first ? 1 : 0)]);
    }

    void searchLayers(const ChopStrategy& strategy) {
        const std::vector<int> counts = countsOf(strategy);
        if (counts.empty()) return;
        static_cast<void>(session_.removalOrder(
            session_.weights_, strategy, counts.back(), &windows_, context_, &work_,
            [&](const RemovalOrder& order, double perplexity) {
                const int count = static_cast<int>(order.parts.size());
                if (std::binary_search(counts.begin(), counts.end(), count))
                    add({strategy.name, count, chopFromOrder(order, count)}, perplexity);
            }));
    }

    void foldLayers() {
        MergeSearch search(session_.weights_, windows_, session_.share(0.1), context_);
        Preview preview(session_.weights_, windows_, session_.share(0.1));
        for (const ChopStrategy& strategy : strategies_) {
            if (!strategy.merge) continue;
            for (const int count : countsOf(strategy)) {
                const ChopRequest chop = chopFromMerge(strategy.name, search.fold(*strategy.merge, count));
                WeightSource network(session_.networkAfter(planOf(chop), {}, context_).source,
                                     session_.place_, session_.memory_);
                network.shareWith(&session_.weights_);
                add({strategy.name, count, chop}, perplexityOf(preview.run(network, context_).plan));
            }
        }
        work_ += search.work();
    }

    void searchSublayers(const ChopStrategy& strategy) {
        const std::vector<int> counts = countsOf(strategy);
        RemovalOrder order;
        inRange(0.0, 0.98, [&] {
            order = session_.removalOrder(session_.weights_, strategy, counts.back(), &windows_, context_,
                                          &work_);
        });
        std::vector<Choice> choices;
        for (const int count : counts) choices.push_back({strategy.name, count, chopFromOrder(order, count)});
        inRange(0.98, 1.0, [&] { evaluate(choices); });
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

    void add(const Choice& choice, double perplexity) {
        const Plan plan = planOf(choice.chop);
        report_.rows.push_back({choice.strategy, choice.count, std::get<ChopStep>(plan.steps.front()),
                                *plan.accounting, perplexity});
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
    std::shared_ptr<const Analysis> measured_;
    std::vector<Choice> chosen_;
    SubnetworkWork work_;
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
