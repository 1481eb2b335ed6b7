// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/tradeoff_panel.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/models/plans_model.h"
#include "widgets/panels/table_style.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur {

TradeoffPanel::TradeoffPanel(PlanDocument& document, PreviewFeed& feed, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      view_(new TradeoffView(this)),
      plans_(new PlansModel(this)) {
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    split->addWidget(view_);
    split->addWidget(buildTable());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(split);
    connect(view_, &TradeoffView::historyPointChosen, this, &TradeoffPanel::bringBack);
    connect(&feed_, &PreviewFeed::changed, this, &TradeoffPanel::refresh);
    refresh();
}

QTableView* TradeoffPanel::buildTable() {
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(plans_);
    sorted->setSortRole(SortRole);
    auto* table = new QTableView(this);
    table->setModel(sorted);
    table->setAccessibleName(tr("Previewed plans"));
    table->setObjectName(QStringLiteral("plansTable"));
    styleTable(*table);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(PlansModel::Plan, QHeaderView::Stretch);
    wrapRows(*table);  // plans differ in words that would be cut first
    table->setSortingEnabled(true);
    table->sortByColumn(-1, Qt::AscendingOrder);
    table->setToolTip(tr("Double-click, or press Enter, to make a plan the present one again"));
    connect(table, &QTableView::activated, this, [this, sorted](const QModelIndex& index) {
        bringBack(plans_->pointOf(sorted->mapToSource(index).row()));
    });
    return table;
}

void TradeoffPanel::bringBack(int index) {
    if (index < 0 || index >= static_cast<int>(feed_.history().size())) return;
    const PreviewPoint point = feed_.history()[static_cast<std::size_t>(index)];
    document_.edit(tr("Back to %1").arg(point.plan), point.wishes);
}

void TradeoffPanel::refresh() {
    plans_->setPoints(feed_.history());
    const auto& report = feed_.report();
    const auto point = [](const PreviewPoint& p) {
        return TradeoffPoint{static_cast<double>(p.parameters), p.perplexity, p.plan};
    };
    std::vector<TradeoffPoint> history;
    for (const PreviewPoint& seen : feed_.history()) history.push_back(point(seen));
    view_->setProvenance(report ? QString::fromStdString(report->protocol) : QString());
    view_->setDense(
        report ? std::optional(TradeoffPoint{static_cast<double>(report->accounting.parametersBefore),
                                             report->densePerplexity, tr("dense")})
               : std::nullopt);
    view_->setHistory(std::move(history));
    const bool current = feed_.state() == PreviewFeed::State::Current && !feed_.history().empty();
    view_->setCurrent(current ? std::optional(point(feed_.history().back())) : std::nullopt);
}

}  // namespace secateur
