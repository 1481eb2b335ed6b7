// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/take_back_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/units.h"
#include "core/planning/take_back.h"
#include "widgets/document/engine_client.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/take_back.h"
#include "widgets/document/window_words.h"
#include "widgets/models/bar_delegate.h"
#include "widgets/models/take_back_model.h"
#include "widgets/panels/panel_heading.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/when_seen.h"

namespace secateur {

TakeBackPanel::TakeBackPanel(PlanDocument& document, TakeBack& takeBack, const EngineClient& engine,
                             QWidget* parent)
    : QWidget(parent),
      document_(document),
      takeBack_(takeBack),
      engine_(engine),
      start_(new QPushButton(tr("Try each"), this)),
      stop_(new QPushButton(tr("Stop"), this)),
      take_(new QPushButton(tr("Take back"), this)),
      state_(stateLine(QStringLiteral("takeBackState"), this)),
      table_(new QTableView(this)),
      sorted_(new QSortFilterProxyModel(this)),
      model_(new TakeBackModel(this)),
      seen_(new WhenSeen(*this, [this] { refresh(); })) {
    start_->setAccessibleName(tr("Try each cut"));
    start_->setToolTip(tr("Preview the plan without each of its steps and with each chopped layer kept"));
    stop_->setAccessibleName(tr("Stop trying"));
    stop_->setToolTip(tr("End the trial; the rows found so far stay"));
    take_->setAccessibleName(tr("Take back"));
    take_->setToolTip(tr("Take the chosen cut back in the plan, as an edit that can be undone"));
    buildTable();
    auto* head = new QHBoxLayout;
    head->addWidget(panelHeading(tr("Which cut, taken back, helps most?"), this), 1);
    head->addWidget(start_);
    head->addWidget(stop_);
    head->addWidget(take_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(state_);
    column->addWidget(table_, 1);
    connect(start_, &QPushButton::clicked, &takeBack_, &TakeBack::start);
    connect(stop_, &QPushButton::clicked, &takeBack_, &TakeBack::stop);
    connect(take_, &QPushButton::clicked, this, [this] { takeBack_.take(chosenRow()); });
    connect(&takeBack_, &TakeBack::changed, seen_, &WhenSeen::now);
    connect(&document_, &PlanDocument::modelChanged, seen_, &WhenSeen::now);
    seen_->now();
}

void TakeBackPanel::buildTable() {
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(SortRole);
    table_->setModel(sorted_);
    table_->setAccessibleName(tr("Cuts to take back"));
    table_->setItemDelegateForColumn(TakeBackModel::Won, new BarDelegate(table_));
    styleTable(*table_);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    QHeaderView* header = table_->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setMinimumSectionSize(12 * table_->fontMetrics().averageCharWidth());
    table_->setSortingEnabled(true);
    table_->sortByColumn(-1, Qt::AscendingOrder);
    table_->setToolTip(tr("Double-click, or press Enter, to take a cut back"));
    connect(table_, &QTableView::activated, this,
            [this](const QModelIndex& index) { takeBack_.take(sorted_->mapToSource(index).row()); });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TakeBackPanel::refresh);
}

int TakeBackPanel::chosenRow() const {
    const QModelIndex current = table_->currentIndex();
    return current.isValid() ? sorted_->mapToSource(current).row() : -1;
}

QString TakeBackPanel::stateText() const {
    if (document_.model() == nullptr) return tr("Open a model and plan a cut first.");
    const auto& report = takeBack_.report();
    const auto all = lessenedPlans(takeBack_.planned()).size();
    if (takeBack_.running()) return tr("%1 of %2 tried...").arg(report ? report->rows.size() : 0).arg(all);
    if (!takeBack_.problem().isEmpty())
        return takeBack_.problem() + QLatin1Char(' ') +
               (report ? tr("%1 of %2 were tried.").arg(report->rows.size()).arg(all) : QString());
    if (report == nullptr)
        return takeBack_.canStart()
                   ? tr("Press Try each: every step is left out of the plan once, and every chopped layer is "
                        "kept once, on the windows of the preview.")
               : document_.problem().isEmpty() ? tr("The plan removes nothing that could be taken back.")
                                               : document_.problem();
    if (takeBack_.stale()) return tr("The plan or the text has changed since: press Try each again.");
    QStringList lines{tr("Planned perplexity %1, dense %2; before healing; %3; %4 s")
                          .arg(QString::fromStdString(formatPerplexity(report->present.planPerplexity,
                                                                       report->present.planStandardError)),
                               QString::fromStdString(formatPerplexity(report->present.densePerplexity,
                                                                       report->present.denseStandardError)),
                               QString::fromStdString(report->present.protocol))
                          .arg(report->seconds, 0, 'f', 1)};
    for (const TextOverlap& overlap : report->present.overlaps)
        lines << tr("Not new text: %1.").arg(QString::fromStdString(inWords(overlap)));
    for (const std::string& warning : report->present.warnings) lines << sentence(inWindowWords(warning));
    return lines.join(QLatin1Char('\n'));
}

void TakeBackPanel::refresh() {
    const auto& report = takeBack_.report();
    std::vector<TakeBackLine> lines;
    double largest = 0.0;
    for (const TakeBackRow& row : report ? report->rows : std::vector<TakeBackRow>()) {
        lines.push_back({row, inWords(row.what, takeBack_.planned(), engine_.methods()), 0.0});
        largest = std::max(largest, row.wonBack);
    }
    for (TakeBackLine& line : lines) line.largest = largest;
    const bool grew = static_cast<int>(lines.size()) != model_->rowCount();
    if (grew || !lines.empty()) model_->setLines(std::move(lines));
    state_->setText(stateText());
    table_->setEnabled(!takeBack_.stale());
    start_->setEnabled(takeBack_.canStart() && !takeBack_.running());
    stop_->setEnabled(takeBack_.running());
    const int row = chosenRow();
    take_->setEnabled(report != nullptr && !takeBack_.stale() && row >= 0 && row < model_->rowCount() &&
                      model_->row(row).row.problem.empty());
}

}  // namespace secateur
