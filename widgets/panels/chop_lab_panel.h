// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers can go? Chop strategies compared at every count: a sentence that says who is best, curves, a
// matrix of what each removes, and a table. What is selected in any of them is selected in all; a button
// makes it the plan's, as an edit that can be undone. GUI thread only.
#pragma once

#include <QWidget>
#include <string>
#include <vector>

class QLabel;
class QListWidget;
class QPushButton;
class QScrollArea;
class QSortFilterProxyModel;
class QSpinBox;
class QSplitter;
class QTabWidget;
class QTableView;

namespace secateur {

class ChopCurvesView;
class ChopLab;
class ChopMatrixView;
class ChopRowsModel;
class PlanDocument;
class WhenSeen;

class ChopLabPanel final : public QWidget {
    Q_OBJECT
public:
    ChopLabPanel(PlanDocument& document, ChopLab& lab, QWidget* parent = nullptr);
    [[nodiscard]] ChopCurvesView* view() const noexcept { return view_; }
    [[nodiscard]] ChopMatrixView* matrix() const noexcept { return matrix_; }

    // Of the lab with its curves behind a tab.
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Checked { All, None, First };

    [[nodiscard]] QWidget* buildChoice();
    [[nodiscard]] QWidget* buildResults();
    [[nodiscard]] QWidget* buildVerdict();
    [[nodiscard]] QTableView* buildTable();
    void connectSelection();
    void fold();
    void fitChoice();
    void fillStrategies();
    void check(Checked which);
    void check(const std::vector<std::string>& names);
    [[nodiscard]] std::vector<std::string> chosen() const;
    void refresh();
    void showSelection();
    void showEstimate();
    [[nodiscard]] QString suggestionText() const;
    [[nodiscard]] QString stateText() const;

    PlanDocument& document_;
    ChopLab& lab_;
    QListWidget* strategies_;
    QLabel* estimate_;
    QPushButton* compare_;
    QPushButton* stop_;
    QLabel* state_;
    QLabel* verdict_;
    QSpinBox* count_;
    QPushButton* use_;
    ChopCurvesView* view_;
    ChopMatrixView* matrix_;
    ChopRowsModel* rows_;
    QSortFilterProxyModel* sorted_;
    WhenSeen* seen_;
    QTableView* table_;
    QScrollArea* choice_ = nullptr;
    QSplitter* results_ = nullptr;  // curves over the rest
    QTabWidget* below_ = nullptr;   // matrix and table, in a low panel curves too
    QWidget* verdictBar_ = nullptr;
    bool showing_ = false;  // what is selected; nobody has just selected it
};

}  // namespace secateur
