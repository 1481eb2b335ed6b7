// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast is it here? Rates, times and memory of the dense network and of what the plan leaves beside each
// other, the roofline of the machine, and what to conclude. GUI thread only.
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTableView;

namespace secateur {

class BenchFeed;
class BenchModel;
class PlanDocument;
class RooflineView;
class WhenSeen;

class BenchPanel final : public QWidget {
    Q_OBJECT
public:
    BenchPanel(PlanDocument& document, BenchFeed& feed, QWidget* parent = nullptr);

Q_SIGNALS:
    void copyWished();  // the command lines that do what Start does

private:
    [[nodiscard]] QWidget* buildHead();
    [[nodiscard]] QWidget* buildChoices();
    [[nodiscard]] QWidget* buildResults();
    void choose();
    void refresh();
    [[nodiscard]] QString stateText() const;

    PlanDocument& document_;
    BenchFeed& feed_;
    QPushButton* start_;
    QPushButton* stop_;
    QPushButton* copy_;
    QLineEdit* batches_;
    QSpinBox* prompt_;
    QSpinBox* tokens_;
    QSpinBox* repeats_;
    QLabel* state_;
    QTableView* table_;
    BenchModel* model_;
    QLabel* remarks_;
    RooflineView* roofline_;
    WhenSeen* seen_;
};

}  // namespace secateur
