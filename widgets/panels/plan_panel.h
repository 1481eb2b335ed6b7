// SPDX-License-Identifier: GPL-3.0-or-later
//
// What shall go, and what does that save? The wishes, the accounting that follows while one drags, and what
// to do with the plan.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace secateur {

class AccountingCard;
class PlanDocument;

class PlanPanel final : public QWidget {
    Q_OBJECT
public:
    explicit PlanPanel(PlanDocument& document, QWidget* parent = nullptr);

Q_SIGNALS:
    void applyWished();
    void saveWished();
    void loadWished();
    void copyWished();
    void messageRaised(const QString& text);

private:
    [[nodiscard]] QWidget* buildWishes();
    [[nodiscard]] QWidget* buildButtons();
    void refresh();

    PlanDocument& document_;
    AccountingCard* accounting_;
    QLabel* warnings_;
    QPushButton* apply_ = nullptr;
    QPushButton* save_ = nullptr;
    QPushButton* load_ = nullptr;
    QPushButton* copy_ = nullptr;
};

}  // namespace secateur
