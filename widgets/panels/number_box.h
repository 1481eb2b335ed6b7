// SPDX-License-Identifier: GPL-3.0-or-later
//
// A spin box for numbers of any size: "0.0003", "1e-08", "4200000" are shown and read as they are shortest,
// and a step is about half a digit of the default.
#pragma once

#include <QDoubleSpinBox>

namespace secateur {

class NumberBox final : public QDoubleSpinBox {
    Q_OBJECT
public:
    enum class Kind { Whole, Real };
    static constexpr double kSmallest = 1e-12;  // that a real number is told from 0 by

    // least == most, and infinities: as far as whole numbers are exact.
    NumberBox(double least, double most, double usual, Kind kind, QWidget* parent = nullptr);

    [[nodiscard]] QString textFromValue(double value) const override;
    [[nodiscard]] double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& input, int& position) const override;

private:
    [[nodiscard]] QString bare(QString text) const;  // without the suffix
};

}  // namespace secateur
