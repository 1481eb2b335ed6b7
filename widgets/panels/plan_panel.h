// SPDX-License-Identifier: GPL-3.0-or-later
//
// What shall go, and what does that save? The steps and the form of the one that is selected, the accounting
// that follows while one drags, and what to do with the plan.
#pragma once

#include <QWidget>
#include <vector>

#include "core/planning/planner.h"

class QLabel;
class QPushButton;

namespace secateur {

class AccountingCard;
class ChopForm;
class PlanDocument;
class RateFeed;
class StepForm;
class StepList;

class PlanPanel final : public QWidget {
    Q_OBJECT
public:
    // `registry`: the methods that steps may have. It and `rates` (see BudgetBox) outlive the panel.
    explicit PlanPanel(PlanDocument& document, const std::vector<MethodInfo>& registry = methods(),
                       RateFeed* rates = nullptr, QWidget* parent = nullptr);

Q_SIGNALS:
    void applyWished();
    void saveWished();
    void loadWished();
    void copyWished();
    void messageRaised(const QString& text);

private:
    [[nodiscard]] QWidget* buildWishes(RateFeed* rates);
    [[nodiscard]] QWidget* buildButtons();
    void refresh();
    void showForm();

    PlanDocument& document_;
    StepList* steps_;
    StepForm* stepForm_;
    ChopForm* chopForm_;
    AccountingCard* accounting_;
    QLabel* warnings_;
    QPushButton* apply_ = nullptr;
    QPushButton* save_ = nullptr;
    QPushButton* load_ = nullptr;
    QPushButton* copy_ = nullptr;
};

}  // namespace secateur
