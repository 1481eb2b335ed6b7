// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does each cut cost in perplexity? The points previewed so far, as a curve and as a table.
#pragma once

#include <QWidget>

class QTableView;

namespace secateur {

class PreviewFeed;
class RunsModel;
class TradeoffView;

class TradeoffPanel final : public QWidget {
    Q_OBJECT
public:
    explicit TradeoffPanel(PreviewFeed& feed, QWidget* parent = nullptr);
    [[nodiscard]] TradeoffView* view() const noexcept { return view_; }

private:
    [[nodiscard]] QTableView* buildTable();
    void refresh();

    PreviewFeed& feed_;
    TradeoffView* view_;
    RunsModel* runs_;
};

}  // namespace secateur
