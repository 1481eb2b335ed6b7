// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/score_words.h"

#include <QCoreApplication>
#include <algorithm>
#include <utility>

#include "core/planning/metric.h"

namespace secateur {

QString scoreInWords(const std::string& score) {
    static const std::pair<const char*, const char*> kLabels[] = {
        {"block-influence", QT_TRANSLATE_NOOP("ScoreWords", "block influence")},
        {"angular", QT_TRANSLATE_NOOP("ScoreWords", "angular distance")},
        {"angular-last", QT_TRANSLATE_NOOP("ScoreWords", "angular distance, last token")},
        {"relative-update", QT_TRANSLATE_NOOP("ScoreWords", "relative update")},
        {"fluctuation-share", QT_TRANSLATE_NOOP("ScoreWords", "fluctuation share")},
        {kMinitronMetric, QT_TRANSLATE_NOOP("ScoreWords", "Minitron")},
        {kTwoStageMetric, QT_TRANSLATE_NOOP("ScoreWords", "2SSP")},
        {kPeakMetric, QT_TRANSLATE_NOOP("ScoreWords", "PPM")},
        {"vectorize", QT_TRANSLATE_NOOP("ScoreWords", "gradient, whole rows")},
        {"param_first", QT_TRANSLATE_NOOP("ScoreWords", "gradient, first order")},
        {"param_second", QT_TRANSLATE_NOOP("ScoreWords", "gradient, second order")},
        {"param_mix", QT_TRANSLATE_NOOP("ScoreWords", "gradient, both orders")},
        {"leave-one-out", QT_TRANSLATE_NOOP("ScoreWords", "leave-one-out perplexity")},
        {"leave-one-out-attention", QT_TRANSLATE_NOOP("ScoreWords", "leave-one-out perplexity, attention")},
        {"leave-one-out-mlp", QT_TRANSLATE_NOOP("ScoreWords", "leave-one-out perplexity, MLP")}};
    const auto found = std::ranges::find(kLabels, score, &std::pair<const char*, const char*>::first);
    return found == std::end(kLabels) ? QString::fromStdString(score)
                                      : QCoreApplication::translate("ScoreWords", found->second);
}

}  // namespace secateur
