// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a side of the comparison is: a list of what there is, by kind, and what can be opened from a file or a
// folder. GUI thread only.
#pragma once

#include <QComboBox>
#include <vector>

#include "widgets/document/plan_pins.h"

namespace secateur {

class SideBox final : public QComboBox {
    Q_OBJECT
public:
    SideBox(PlanPins::Side side, QWidget* parent);

    struct Offer {
        QString text{};
        PinChoice choice{};
    };
    // Groups have a line between them. What is chosen now is added where it is not offered any more. Nothing
    // changes while the list is open.
    void offer(const std::vector<std::vector<Offer>>& groups, const PinChoice& now);

Q_SIGNALS:
    void picked(const secateur::PinChoice& choice);

private:
    void pick(int index);
    void ask(PinSource source);
    void put(const Offer& offer);

    QString letter_;
    std::vector<PinChoice> offered_;
    int present_ = -1;  // the place of what is compared
};

}  // namespace secateur
