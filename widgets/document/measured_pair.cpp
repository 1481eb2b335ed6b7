// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/measured_pair.h"

#include <QCoreApplication>
#include <utility>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/planning/requests.h"
#include "widgets/document/common_units.h"
#include "widgets/document/step_words.h"
#include "widgets/document/window_words.h"

namespace secateur {
namespace {

struct PairWords {
    Q_DECLARE_TR_FUNCTIONS(MeasuredPair)
};

// What a cut by this analysis leaves. The network is the same by its shape; that the weights may be others
// (healed ones) is what is compared, so that planning must not refuse them.
NetworkState leftBy(const ModelSummary& model, const Analysis& analysis, const PlanWishes& wishes) {
    if (analysis.modelFingerprint == model.fingerprint) return planOf(model, &analysis, wishes).after;
    Analysis own = analysis;
    own.modelFingerprint = model.fingerprint;
    return planOf(model, &own, wishes).after;
}

QString unitsInWords(const CommonUnits& common) {
    if (common.narrowedA || common.narrowedB)
        return PairWords::tr("%1 is taken on the layers and units that %2 has of it, by the plan beside %2.")
            .arg(common.narrowedB ? QStringLiteral("B") : QStringLiteral("A"),
                 QString::fromStdString(common.network->name));
    if (common.placeByPlace)
        return PairWords::tr(
            "Units are held against each other by their places: whether both networks kept the "
            "same ones is not known.");
    return {};
}

bool sameScores(const MeasuredPair& known, const MeasuredPair& pair, const WidthRequest& width) {
    return known.asked == pair.asked && known.scores->metric == width.metric &&
           known.statistics == width.statistics;
}

}  // namespace

CutQuestion cutQuestion(const PlanWishes& wishes) {
    CutQuestion cut;
    for (const Wish& wish : wishes.steps) {
        const bool chop = std::holds_alternative<ChopRequest>(wish.wished);
        if (wish.on && chop && !runsNetwork(wish.wished)) cut.wishes.steps.push_back({wish.wished});
    }
    const WidthRequest* width = widthWish(wishes);
    cut.ofThePlan = width != nullptr && !width->empty() && !runsNetwork(*width);
    if (cut.ofThePlan) {
        cut.width = *width;
    } else {
        cut.width.ratio = kUsualCut;
    }
    cut.wishes.steps.push_back({cut.width});
    return cut;
}

QString inWords(const CutQuestion& cut) {
    const WidthRequest& width = cut.width;
    QString amount = PairWords::tr("at %1").arg(QString::fromStdString(formatPercent(width.ratio)));
    if (width.targetParameters)
        amount = PairWords::tr("to %1").arg(QString::fromStdString(formatCount(*width.targetParameters)));
    if (width.targetBytes)
        amount = PairWords::tr("to %1").arg(QString::fromStdString(formatBytes(*width.targetBytes)));
    return PairWords::tr("%1 %2, %3, %4")
        .arg(methodLabel(width.method, methods()), QString::fromStdString(width.metric),
             QString::fromStdString(width.structure), amount);
}

MeasuredPair measuredPair(const ComparedModels& models, std::shared_ptr<const Analysis> a,
                          std::shared_ptr<const Analysis> b, const CutQuestion& cut,
                          const MeasuredPair* known) {
    MeasuredPair pair;
    pair.asked = {a, b};
    const CommonUnits common = commonUnits(models, std::move(a), std::move(b));
    pair.a = common.a;
    pair.b = common.b;
    pair.units = unitsInWords(common);
    pair.statistics = cut.width.statistics;
    pair.cut = inWords(cut);
    if (known != nullptr && sameScores(*known, pair, cut.width))
        pair.scores = known->scores;
    else
        pair.scores = std::make_shared<const ScoreDifference>(scoreDifference(
            *pair.a, *pair.b, common.network->config, cut.width.metric, cut.width.statistics));
    const ModelSummary& model = *models.front();
    if (common.network != models.front()) {
        pair.cutProblem = PairWords::tr("the plan is one of the open model, of which %1 has but a part.")
                              .arg(QString::fromStdString(common.network->name));
        return pair;
    }
    try {
        const NetworkState leftA = leftBy(model, *pair.a, cut.wishes);
        const NetworkState leftB = leftBy(model, *pair.b, cut.wishes);
        pair.removed = differenceOf(model.config, keptUnits(leftA), keptUnits(leftB));
        pair.widths = pairWidths(widthsOf(model.config), widthsOf(leftA.config), widthsOf(leftB.config));
    } catch (const Error& error) {
        pair.cutProblem = inWindowWords(error.message());
    }
    return pair;
}

}  // namespace secateur
