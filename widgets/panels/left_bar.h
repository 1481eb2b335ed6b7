// SPDX-License-Identifier: GPL-3.0-or-later
//
// Are the widths scored on what the chops leave? Offers to measure that where they are not, and the way back
// where they are; not there where neither matters.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace secateur {

class PlanDocument;

class LeftBar final : public QWidget {
    Q_OBJECT
public:
    explicit LeftBar(PlanDocument& document, QWidget* parent = nullptr);

Q_SIGNALS:
    void measureWished();
    void wholeWished();

private:
    void refresh();

    PlanDocument& document_;
    QLabel* note_;
    QPushButton* button_;
};

}  // namespace secateur
