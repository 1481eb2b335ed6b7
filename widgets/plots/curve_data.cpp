// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/curve_data.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/units.h"
#include "widgets/plots/csv_text.h"

namespace secateur {
namespace {

QString curvesTr(const char* text) {
    return QCoreApplication::translate("HealCurves", text);
}

}  // namespace

double axisValue(const HealCurve& curve, const HealPoint& point, CurveAxis axis) {
    const auto step = static_cast<double>(point.step);
    switch (axis) {
        case CurveAxis::Steps:
            return step;
        case CurveAxis::Tokens:
            return step * curve.tokensPerStep;
        case CurveAxis::Seconds:
            return point.seconds;
        case CurveAxis::Flops:
            return step * curve.flopsPerStep;
    }
    return step;
}

double quantityValue(const HealPoint& point, CurveQuantity quantity) {
    switch (quantity) {
        case CurveQuantity::Loss:
            return point.loss;
        case CurveQuantity::Rate:
            return point.rate;
        case CurveQuantity::GradientNorm:
            return point.gradientNorm;
        case CurveQuantity::Speed:
            return point.tokensPerSecond;
        case CurveQuantity::Memory:
            return static_cast<double>(point.memoryBytes) / 1e6;
    }
    return point.loss;
}

QString axisLabel(CurveAxis axis) {
    switch (axis) {
        case CurveAxis::Steps:
            return curvesTr("steps");
        case CurveAxis::Tokens:
            return curvesTr("tokens");
        case CurveAxis::Seconds:
            return curvesTr("seconds of training");
        case CurveAxis::Flops:
            return curvesTr("FLOPs");
    }
    return {};
}

QString quantityLabel(CurveQuantity quantity) {
    switch (quantity) {
        case CurveQuantity::Loss:
            return curvesTr("training loss");
        case CurveQuantity::Rate:
            return curvesTr("learning rate");
        case CurveQuantity::GradientNorm:
            return curvesTr("gradient norm");
        case CurveQuantity::Speed:
            return curvesTr("tokens/s");
        case CurveQuantity::Memory:
            return curvesTr("memory, MB");
    }
    return {};
}

QString quantityText(double value, CurveQuantity quantity) {
    switch (quantity) {
        case CurveQuantity::Speed:
            return QString::fromStdString(formatRate(value, "tokens"));
        case CurveQuantity::Memory:
            return QString::fromStdString(formatBytes(std::llround(value * 1e6)));
        default:
            return QString::fromStdString(formatScore(value));
    }
}

std::vector<double> smoothed(const std::vector<double>& values, double weight) {
    if (weight <= 0.0) return values;
    std::vector<double> result;
    result.reserve(values.size());
    double sum = 0.0;
    double share = 0.0;  // 1 - weight^t
    for (const double value : values) {
        sum = weight * sum + (1.0 - weight) * value;
        share = weight * share + (1.0 - weight);
        result.push_back(sum / share);
    }
    return result;
}

std::vector<int> paretoFront(const std::vector<std::pair<double, double>>& points) {
    std::vector<int> order(points.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return points[static_cast<std::size_t>(a)] < points[static_cast<std::size_t>(b)];
    });
    std::vector<int> front;
    double best = std::numeric_limits<double>::infinity();
    for (const int index : order) {
        const double y = points[static_cast<std::size_t>(index)].second;
        if (y >= best) continue;
        best = y;
        front.push_back(index);
    }
    return front;
}

QString curvesCsv(const std::vector<HealCurve>& curves) {
    QString text = QStringLiteral(
        "run,step,tokens,seconds,flops,loss,cross_entropy,divergence,hidden_distance,learning_rate,gradient_"
        "norm,"
        "tokens_per_second,memory_bytes,eval_perplexity,eval_standard_error\n");
    for (const HealCurve& curve : curves) {
        for (const HealPoint& point : curve.points) {
            QStringList fields{csvField(curve.name), QString::number(point.step)};
            for (const double value :
                 {axisValue(curve, point, CurveAxis::Tokens), point.seconds,
                  axisValue(curve, point, CurveAxis::Flops), point.loss, point.crossEntropy, point.divergence,
                  point.hiddenDistance, point.rate, point.gradientNorm, point.tokensPerSecond})
                fields << csvNumber(value);
            fields << QString::number(point.memoryBytes)
                   << (point.evalPerplexity ? csvNumber(*point.evalPerplexity) : QString())
                   << (point.evalStandardError ? csvNumber(*point.evalStandardError) : QString());
            text += fields.join(QLatin1Char(',')) + QLatin1Char('\n');
        }
    }
    return text;
}

}  // namespace secateur
