// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers can go? Chop strategies compared at every count, as curves and as a table; choosing a point in
// either makes that chop the plan's, as an edit that can be undone. GUI thread only.
#pragma once

#include <QWidget>
#include <string>
#include <vector>

class QLabel;
class QListWidget;
class QPushButton;
class QTableView;

namespace secateur {

class ChopCurvesView;
class ChopLab;
class ChopRowsModel;
class PlanDocument;

class ChopLabPanel final : public QWidget {
    Q_OBJECT
public:
    ChopLabPanel(PlanDocument& document, ChopLab& lab, QWidget* parent = nullptr);
    [[nodiscard]] ChopCurvesView* view() const noexcept { return view_; }

private:
    [[nodiscard]] QWidget* buildChoice();
    [[nodiscard]] QTableView* buildTable();
    void fillStrategies();
    void checkAll(bool on);
    [[nodiscard]] std::vector<std::string> chosen() const;
    void refresh();
    [[nodiscard]] QString suggestionText() const;
    [[nodiscard]] QString stateText() const;

    PlanDocument& document_;
    ChopLab& lab_;
    QListWidget* strategies_;
    QPushButton* compare_;
    QLabel* state_;
    ChopCurvesView* view_;
    ChopRowsModel* rows_;
};

}  // namespace secateur
