// SPDX-License-Identifier: GPL-3.0-or-later
//
// The steps of the plan in their order: add, remove, reorder by dragging or keys, switch off without
// removing. Every change is one undoable edit. GUI thread only.
#pragma once

#include <QWidget>
#include <optional>
#include <string>
#include <vector>

#include "core/data/method_info.h"
#include "widgets/document/plan_wishes.h"

class QLabel;
class QPushButton;

namespace secateur {

class CheckableTable;
class PlanDocument;
class StepListModel;

class StepList final : public QWidget {
    Q_OBJECT
public:
    // `methods`: the registry; both outlive the list.
    StepList(PlanDocument& document, const std::vector<MethodInfo>& methods, QWidget* parent = nullptr);

    // The number of the selected step; -1 when there is none.
    [[nodiscard]] int chosen() const noexcept { return chosen_; }

Q_SIGNALS:
    void chosenChanged();                     // another step, or the same with other wishes
    void messageRaised(const QString& text);  // why a step cannot be added

private:
    void buildTable();
    [[nodiscard]] QWidget* buildButtons();
    void fillMenu();
    void add(const MethodInfo& method);
    void remove();
    void move(int by);
    void follow();
    void mark();
    void showState();
    void fitHeight();
    bool eventFilter(QObject* watched, QEvent* event) override;

    PlanDocument& document_;
    const std::vector<MethodInfo>& methods_;
    StepListModel* model_;
    CheckableTable* table_;
    QLabel* hint_;
    QPushButton* add_ = nullptr;
    QPushButton* remove_ = nullptr;
    QPushButton* up_ = nullptr;
    QPushButton* down_ = nullptr;
    std::optional<Wish> last_;   // the selected step, as it was
    std::optional<int> wanted_;  // to be selected with the next plan
    int chosen_ = -1;
};

}  // namespace secateur
