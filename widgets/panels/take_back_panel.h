// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which cut, taken back, helps most? Each step of the plan and each layer that it chops, left out of the plan
// and previewed, ranked by perplexity won back per parameter. GUI thread only.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace secateur {

class EngineClient;
class PlanDocument;
class TakeBack;
class TakeBackModel;
class WhenSeen;

class TakeBackPanel final : public QWidget {
    Q_OBJECT
public:
    // `methods`: the engine's, for the words of steps.
    TakeBackPanel(PlanDocument& document, TakeBack& takeBack, const EngineClient& engine,
                  QWidget* parent = nullptr);

private:
    void buildTable();
    void refresh();
    [[nodiscard]] int chosenRow() const;
    [[nodiscard]] QString stateText() const;

    PlanDocument& document_;
    TakeBack& takeBack_;
    const EngineClient& engine_;
    QPushButton* start_;
    QPushButton* stop_;
    QPushButton* take_;
    QLabel* state_;
    QTableView* table_;
    QSortFilterProxyModel* sorted_;
    TakeBackModel* model_;
    WhenSeen* seen_;
};

}  // namespace secateur
