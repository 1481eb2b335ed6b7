// SPDX-License-Identifier: GPL-3.0-or-later
//
// How small or how fast shall it become? One field in the user's words, and beside it what the plan achieves.
// GUI thread only.
#pragma once

#include <QWidget>
#include <optional>

#include "core/data/plan_request.h"
#include "widgets/document/budget.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace secateur {

class PlanDocument;
class RateFeed;
class ValueLabel;

class BudgetBox final : public QWidget {
    Q_OBJECT
public:
    // `rates`: outlives the box; null: nothing measures speed here, and budgets of speed are refused.
    explicit BudgetBox(PlanDocument& document, RateFeed* rates = nullptr, QWidget* parent = nullptr);

private:
    struct Wanted {
        QString text;
        Budget budget;
    };
    void buildLayout();
    void commit();
    void meet(const Wanted& wanted, PlanWishes wishes);
    void meetSpeed(const Wanted& wanted);
    void ratesChanged();
    void refresh();
    void refreshSpeed(Budget::Kind kind);
    void say(const QString& text);

    PlanDocument& document_;
    RateFeed* rates_;
    QLineEdit* field_;
    ValueLabel* achieved_;
    QLabel* note_;
    QPushButton* measure_;
    QString typed_;                      // the budget as it was typed
    std::optional<WidthRequest> asked_;  // the width that it made
    std::optional<Wanted> waiting_;      // for the speed of the dense network
};

}  // namespace secateur
