// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does each cut cost in perplexity? The points previewed so far, as a curve and as a table; choosing one
// in either makes it the plan again, as an edit that can be undone.
#pragma once

#include <QWidget>

class QTableView;

namespace secateur {

class PlanDocument;
class PreviewFeed;
class PlansModel;
class TradeoffView;

class TradeoffPanel final : public QWidget {
    Q_OBJECT
public:
    TradeoffPanel(PlanDocument& document, PreviewFeed& feed, QWidget* parent = nullptr);
    [[nodiscard]] TradeoffView* view() const noexcept { return view_; }

private:
    [[nodiscard]] QTableView* buildTable();
    void refresh();
    void bringBack(int index);  // of the history

    PlanDocument& document_;
    PreviewFeed& feed_;
    TradeoffView* view_;
    PlansModel* plans_;
};

}  // namespace secateur
