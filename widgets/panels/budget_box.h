// SPDX-License-Identifier: GPL-3.0-or-later
//
// How small shall it become? One field in the user's words, and beside it what the plan achieves. GUI thread
// only.
#pragma once

#include <QWidget>
#include <optional>

#include "widgets/document/budget.h"

class QLabel;
class QLineEdit;

namespace secateur {

class PlanDocument;
class ValueLabel;

class BudgetBox final : public QWidget {
    Q_OBJECT
public:
    explicit BudgetBox(PlanDocument& document, QWidget* parent = nullptr);

private:
    void commit();
    void refresh();
    void say(const QString& text);

    PlanDocument& document_;
    QLineEdit* field_;
    ValueLabel* achieved_;
    QLabel* note_;
    QString typed_;                // the budget as it was typed
    std::optional<Budget> asked_;  // what that made the wishes ask for
};

}  // namespace secateur
