// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/layer_curves.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/planning/planner.h"
#include "widgets/document/score_words.h"

namespace secateur {
namespace {

struct CurveWords {
    const char* metric;
    const char* unit;
    const char* name = nullptr;  // none: that of the score
};
constexpr const char* kChange = QT_TRANSLATE_NOOP("LayerCurves", "change of perplexity, %");
constexpr CurveWords kCurves[] = {
    {"block-influence", QT_TRANSLATE_NOOP("LayerCurves", "1 - cosine")},
    {"fluctuation-share", QT_TRANSLATE_NOOP("LayerCurves", "fraction")},
    {"relative-update", QT_TRANSLATE_NOOP("LayerCurves", "norm ratio")},
    {"angular", QT_TRANSLATE_NOOP("LayerCurves", "of pi")},
    {"angular-last", QT_TRANSLATE_NOOP("LayerCurves", "of pi")},
    {"leave-one-out", kChange, QT_TRANSLATE_NOOP("LayerCurves", "leave-one-out")},
    {"leave-one-out-attention", kChange, QT_TRANSLATE_NOOP("LayerCurves", "leave-one-out, attention")},
    {"leave-one-out-mlp", kChange, QT_TRANSLATE_NOOP("LayerCurves", "leave-one-out, MLP")}};

QString words(const char* text) {
    return QCoreApplication::translate("LayerCurves", text);
}

}  // namespace

bool isChange(const std::string& metric) {
    return metric.starts_with("leave-one-out");
}

LayerCurveWords layerCurveWords(const std::string& metric) {
    const auto found = std::ranges::find(kCurves, metric, &CurveWords::metric);
    if (found == std::end(kCurves)) return {scoreInWords(metric), {}};
    return {found->name != nullptr ? words(found->name) : scoreInWords(metric), words(found->unit)};
}

std::optional<LayerMetric> layerCurve(const Analysis& analysis, const std::string& metric) {
    std::optional<LayerMetric> measured = findLayerMetric(analysis, metric);
    if (measured && isChange(metric)) {
        constexpr double kPercent = 100.0;
        for (float& value : measured->values)
            value = static_cast<float>(kPercent * analysis.leaveOneOut->change(value));
    }
    return measured;
}

}  // namespace secateur
