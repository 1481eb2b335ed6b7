// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/chop_lab_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/document/chop_lab.h"
#include "widgets/document/plan_document.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/models/chop_rows_model.h"
#include "widgets/panels/table_style.h"
#include "widgets/plots/chop_curves_view.h"

namespace secateur {

namespace {

QString needsText(ChopNeeds needs) {
    switch (needs) {
        case ChopNeeds::Nothing:
            return ChopLabPanel::tr("chooses by position");
        case ChopNeeds::Analysis:
            return ChopLabPanel::tr("chooses by the analysis");
        case ChopNeeds::Weights:
            return ChopLabPanel::tr("chooses by the weights");
        case ChopNeeds::Text:
            return ChopLabPanel::tr("runs the network over the text to choose");
    }
    return {};
}

}  // namespace

ChopLabPanel::ChopLabPanel(PlanDocument& document, ChopLab& lab, QWidget* parent)
    : QWidget(parent),
      document_(document),
      lab_(lab),
      strategies_(new QListWidget(this)),
      compare_(new QPushButton(tr("Compare strategies"), this)),
      state_(new QLabel(this)),
      view_(new ChopCurvesView(this)),
      rows_(new ChopRowsModel(this)) {
    auto* results = new QSplitter(Qt::Vertical, this);
    results->setChildrenCollapsible(false);
    results->addWidget(view_);
    results->addWidget(buildTable());
    results->setStretchFactor(0, 3);
    results->setStretchFactor(1, 1);
    auto* sides = new QSplitter(Qt::Horizontal, this);
    sides->setChildrenCollapsible(false);
    sides->addWidget(buildChoice());
    sides->addWidget(results);
    sides->setStretchFactor(0, 0);
    sides->setStretchFactor(1, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(sides);
    connect(view_, &ChopCurvesView::rowChosen, &lab_, &ChopLab::propose);
    connect(&lab_, &ChopLab::changed, this, &ChopLabPanel::refresh);
    connect(&document_, &PlanDocument::modelChanged, this, &ChopLabPanel::refresh);
    refresh();
}

QWidget* ChopLabPanel::buildChoice() {
    auto* side = new QWidget(this);
    fillStrategies();
    compare_->setAccessibleName(compare_->text());
    compare_->setToolTip(tr("Measure the perplexity of every chosen strategy at every number of layers"));
    connect(compare_, &QPushButton::clicked, this, [this] { lab_.compare(chosen()); });
    auto* all = new QPushButton(tr("All"), side);
    all->setAccessibleName(tr("Choose all strategies"));
    connect(all, &QPushButton::clicked, this, [this] { checkAll(true); });
    auto* none = new QPushButton(tr("None"), side);
    none->setAccessibleName(tr("Choose no strategy"));
    connect(none, &QPushButton::clicked, this, [this] { checkAll(false); });
    state_->setWordWrap(true);
    state_->setTextFormat(Qt::PlainText);
    state_->setForegroundRole(QPalette::PlaceholderText);
    state_->setObjectName(QStringLiteral("chopLabState"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(all);
    buttons->addWidget(none);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addWidget(strategies_, 1);
    column->addLayout(buttons);
    column->addWidget(compare_);
    column->addWidget(state_);
    return side;
}

void ChopLabPanel::fillStrategies() {
    strategies_->setAccessibleName(tr("Chop strategies"));
    strategies_->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    for (const ChopStrategy& strategy : chopStrategyTable()) {
        auto* item = new QListWidgetItem(QString::fromStdString(strategy.label), strategies_);
        item->setData(Qt::UserRole, QString::fromStdString(strategy.name));
        const QString what =
            tr("Removes %1; %2").arg(QString::fromStdString(strategy.summary), needsText(strategy.needs));
        item->setToolTip(what);
        item->setData(kGuideRole, guideKey("by", strategy.name));
        item->setData(Qt::AccessibleDescriptionRole, what);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
    connect(strategies_, &QListWidget::itemChanged, this, &ChopLabPanel::refresh);
}

QTableView* ChopLabPanel::buildTable() {
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(rows_);
    sorted->setSortRole(SortRole);
    auto* table = new QTableView(this);
    table->setModel(sorted);
    table->setAccessibleName(tr("Chops compared"));
    styleTable(*table);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(ChopRowsModel::Removed, QHeaderView::Stretch);
    table->setSortingEnabled(true);
    table->sortByColumn(-1, Qt::AscendingOrder);
    table->setToolTip(tr("Double-click, or press Enter, to chop these layers in the plan"));
    connect(table, &QTableView::activated, this,
            [this, sorted](const QModelIndex& index) { lab_.propose(sorted->mapToSource(index).row()); });
    return table;
}

void ChopLabPanel::checkAll(bool on) {
    for (int i = 0; i < strategies_->count(); ++i)
        strategies_->item(i)->setCheckState(on ? Qt::Checked : Qt::Unchecked);
}

std::vector<std::string> ChopLabPanel::chosen() const {
    std::vector<std::string> names;
    for (int i = 0; i < strategies_->count(); ++i) {
        const QListWidgetItem* item = strategies_->item(i);
        if (item->checkState() == Qt::Checked)
            names.push_back(item->data(Qt::UserRole).toString().toStdString());
    }
    return names;
}

QString ChopLabPanel::suggestionText() const {
    const std::int64_t parameters = document_.model()->parameters;
    const auto label = [&](ChopPurpose purpose) {
        return QString::fromStdString(chopStrategy(suggestedChop(purpose, parameters)).label);
    };
    return tr("Suggested where you will heal: %1; where the model stays as it is: %2.")
        .arg(label(ChopPurpose::Healed), label(ChopPurpose::AsItIs));
}

QString ChopLabPanel::stateText() const {
    if (document_.model() == nullptr) return tr("Open a model to compare what can go.");
    if (!lab_.problem().isEmpty()) return lab_.problem();
    const auto& report = lab_.report();
    if (lab_.running())
        return report ? tr("Comparing: %1 networks so far.").arg(report->rows.size()) : tr("Comparing...");
    if (report == nullptr)
        return tr("Perplexity is measured on the text of the preview, before healing.") + QLatin1Char('\n') +
               suggestionText();
    QStringList lines{
        tr("%1 networks, %2 decoder passes where one by one would take %3; %4 s. Choose a point to "
           "chop these layers.")
            .arg(report->rows.size())
            .arg(report->decoderPasses, 0, 'f', 0)
            .arg(report->decoderPassesUnshared, 0, 'f', 0)
            .arg(report->seconds, 0, 'f', 1)};
    lines << tr("All perplexities are before healing.") + QLatin1Char(' ') + suggestionText();
    for (const std::string& warning : report->warnings) lines << QString::fromStdString(warning);
    return lines.join(QLatin1Char('\n'));
}

void ChopLabPanel::refresh() {
    const auto& report = lab_.report();
    rows_->setRows(report ? report->rows : std::vector<ChopSweepRow>(), report ? report->layers : 0);
    view_->setEmptyText(document_.model() == nullptr ? tr("Open a model to compare what can go.")
                        : lab_.running()
                            ? tr("The first curves appear when all that is chosen at once is measured.")
                            : tr("Nothing has been compared yet. Choose strategies and press Compare "
                                 "strategies."));
    view_->setReport(report);
    state_->setText(stateText());
    const bool deep = document_.model() != nullptr && document_.model()->config.layerCount() > 1;
    compare_->setEnabled(deep && !lab_.running() && !chosen().empty());
}

}  // namespace secateur
