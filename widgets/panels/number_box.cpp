// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/number_box.h"

#include <QLocale>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

namespace secateur {
namespace {

constexpr double kLargest = 9007199254740992.0;  // 2^53
constexpr int kDigits = 12;

double stepFor(double usual, double most, NumberBox::Kind kind) {
    if (kind == NumberBox::Kind::Whole) return 1.0;
    if (usual == 0.0) return most <= 1.0 ? 0.05 : 0.5;
    return std::pow(10.0, std::floor(std::log10(std::abs(usual)))) / 2.0;
}

}  // namespace

NumberBox::NumberBox(double least, double most, double usual, Kind kind, QWidget* parent)
    : QDoubleSpinBox(parent) {
    const bool bounded = least != most;
    setDecimals(kind == Kind::Whole ? 0 : kDigits);
    setRange(bounded ? std::max(least, -kLargest) : -kLargest, bounded ? std::min(most, kLargest) : kLargest);
    setSingleStep(stepFor(usual, most, kind));
    setValue(usual);
}

QString NumberBox::textFromValue(double value) const {
    return decimals() == 0 ? QString::number(value, 'f', 0) : QString::number(value, 'g', kDigits);
}

QString NumberBox::bare(QString text) const {
    if (!suffix().isEmpty() && text.endsWith(suffix())) text.chop(suffix().size());
    return text.trimmed();
}

double NumberBox::valueFromText(const QString& text) const {
    if (!specialValueText().isEmpty() && text == specialValueText()) return minimum();
    return QLocale::c().toDouble(bare(text));
}

QValidator::State NumberBox::validate(QString& input, int&) const {
    if (!specialValueText().isEmpty() && input == specialValueText()) return QValidator::Acceptable;
    const QString number = bare(input);
    bool read = false;
    const double value = QLocale::c().toDouble(number, &read);
    if (read && std::isfinite(value))
        return value >= minimum() && value <= maximum() ? QValidator::Acceptable : QValidator::Intermediate;
    static const QRegularExpression begun(QStringLiteral("^[-+]?[0-9]*\\.?[0-9]*([eE][-+]?[0-9]*)?$"));
    return begun.match(number).hasMatch() ? QValidator::Intermediate : QValidator::Invalid;
}

}  // namespace secateur
