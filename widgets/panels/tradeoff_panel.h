// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does each cut cost? Every plan that was previewed and every healed run, as points by any two of what
// is known of them and as a table: named, noted, pinned as A or B, deleted and taken back. A plan is brought
// back as an edit that can be undone.
#pragma once

#include <QWidget>

#include "widgets/document/plan_pins.h"
#include "widgets/models/plans_model.h"

class QAction;
class QSortFilterProxyModel;
class QTableView;

namespace secateur {

class PlanDocument;
class PlanValues;
class PreviewFeed;
class RunBoard;
class TradeoffView;
class WhenSeen;

class TradeoffPanel final : public QWidget {
    Q_OBJECT
public:
    TradeoffPanel(PlanDocument& document, PreviewFeed& feed, RunBoard& board, PlanPins& pins,
                  PlanValues& values, QWidget* parent = nullptr);
    [[nodiscard]] TradeoffView* view() const noexcept { return view_; }

protected:
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] QWidget* buildTable();
    void buildActions();
    QAction* add(const QString& text, const QString& explanation, void (TradeoffPanel::*act)());
    void refresh();
    void refreshView();
    void refreshActions();
    void sayProvenance(const QString& windows, bool others);
    void select(int row);  // of rows_; -1: none
    [[nodiscard]] int selected() const;
    void bringBack();
    void pinA() { pin(PlanPins::A); }
    void pinB() { pin(PlanPins::B); }
    void pin(PlanPins::Side side);
    void rename() { editColumn(PlansModel::Plan); }
    void note() { editColumn(PlansModel::Note); }
    void editColumn(int column);
    void remove();
    void takeBack();
    void setName(int row, const QString& name);
    void setNote(int row, const QString& note);

    PlanDocument& document_;
    PreviewFeed& feed_;
    RunBoard& board_;
    PlanPins& pins_;
    PlanValues& values_;
    TradeoffView* view_;
    PlansModel* plans_;
    QSortFilterProxyModel* sorted_;
    QTableView* table_ = nullptr;
    QAction* bringBack_ = nullptr;
    QAction* pinA_ = nullptr;
    QAction* pinB_ = nullptr;
    QAction* rename_ = nullptr;
    QAction* note_ = nullptr;
    QAction* delete_ = nullptr;
    QAction* takeBack_ = nullptr;
    WhenSeen* seen_;
    bool marking_ = false;
};

}  // namespace secateur
