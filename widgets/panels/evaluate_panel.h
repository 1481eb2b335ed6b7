// SPDX-License-Identifier: GPL-3.0-or-later
//
// Is it still right? Questions of tasks, answered by the dense network and by what the plan leaves: a row a
// task, and how far the two differ on the text of the preview. GUI thread only.
#pragma once

#include <QWidget>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QSpinBox;
class QTableView;

namespace secateur {

class EvaluationFeed;
class EvaluationModel;
class PlanDocument;
class ValueLabel;
class WhenSeen;

class EvaluatePanel final : public QWidget {
    Q_OBJECT
public:
    EvaluatePanel(PlanDocument& document, EvaluationFeed& feed, QWidget* parent = nullptr);

Q_SIGNALS:
    void copyWished();  // the command lines that do what Start does

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    [[nodiscard]] QWidget* buildHead();
    [[nodiscard]] QWidget* buildChoices();
    [[nodiscard]] QWidget* buildDivergence();
    void buildTable();
    void askFiles();
    void removeChosen();
    void chooseTask(int index);
    void refresh();
    void refreshChoices();
    void refreshDivergence();
    [[nodiscard]] std::vector<int> chosenRows() const;
    [[nodiscard]] QString stateText() const;

    PlanDocument& document_;
    EvaluationFeed& feed_;
    QPushButton* start_;
    QPushButton* stop_;
    QPushButton* copy_;
    QPushButton* add_;
    QPushButton* remove_;
    QComboBox* task_;
    QSpinBox* limit_;
    QCheckBox* divergence_;
    QLabel* state_;
    QTableView* table_;
    QSortFilterProxyModel* sorted_;
    EvaluationModel* model_;
    QWidget* divergenceBox_ = nullptr;
    ValueLabel* kl_;
    ValueLabel* agreement_;
    QLabel* protocol_;
    WhenSeen* seen_;
};

}  // namespace secateur
