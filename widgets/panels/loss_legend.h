// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the colours behind tokens mean: a bar from the largest fall of the loss to its largest growth. GUI
// thread only.
#pragma once

#include <QWidget>

namespace secateur {

class LossLegend final : public QWidget {
    Q_OBJECT
public:
    explicit LossLegend(QWidget* parent = nullptr);
    // Nats at the ends of the bar; 0: nothing is coloured.
    void setEnd(double nats);
    // The legend in words.
    [[nodiscard]] QString words() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double end_ = 0.0;
};

}  // namespace secateur
