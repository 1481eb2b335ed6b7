// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/number_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "core/data/unit_set.h"

namespace secateur {

QString layerCount(int layers) {
    return layers == 1 ? QCoreApplication::translate("Count", "1 layer")
                       : QCoreApplication::translate("Count", "%1 layers").arg(layers);
}

std::optional<std::int64_t> parseAmount(const QString& text) {
    static const QRegularExpression form(
        QStringLiteral(R"(^\s*([0-9][0-9,_ ]*(?:\.[0-9]+)?)\s*([kKmMgGtT]?)[iI]?[bB]?\s*$)"));
    const auto match = form.match(text);
    if (!match.hasMatch()) return std::nullopt;
    QString digits = match.captured(1);
    digits.remove(QRegularExpression(QStringLiteral("[,_ ]")));
    bool ok = false;
    double value = digits.toDouble(&ok);
    const QString unit = match.captured(2).toLower();
    const int power = unit.isEmpty() ? 0 : static_cast<int>(QStringLiteral("kmgt").indexOf(unit)) + 1;
    value *= std::pow(1000.0, power);
    if (!ok || value < 1.0 || value > 9e18) return std::nullopt;
    return static_cast<std::int64_t>(std::llround(value));
}

std::vector<int> parseLayers(const QString& text, int layers, const QString& where) {
    QString compact = text;
    compact.remove(QLatin1Char(' '));
    const UnitMask mask = parseUnits(compact.toStdString(), layers, where.toStdString());
    std::vector<int> list;
    for (const std::int64_t layer : keptIndices(mask)) list.push_back(static_cast<int>(layer));
    return list;
}

QString formatLayers(const std::vector<int>& layers) {
    if (layers.empty()) return {};
    UnitMask mask(static_cast<std::size_t>(*std::max_element(layers.begin(), layers.end())) + 1, 0);
    for (const int layer : layers) mask[static_cast<std::size_t>(layer)] = 1;
    return QString::fromStdString(formatUnits(mask)).replace(QLatin1Char(','), QStringLiteral(", "));
}

}  // namespace secateur
