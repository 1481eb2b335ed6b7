// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/chop_lab_panel.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QSplitter>
#include <QStyle>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/units.h"
#include "core/planning/chop_order.h"
#include "widgets/document/chop_lab.h"
#include "widgets/document/plan_document.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/models/chop_rows_model.h"
#include "widgets/panels/compact_button.h"
#include "widgets/panels/number_text.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/chop_curves_view.h"
#include "widgets/plots/chop_matrix_view.h"

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

QLabel* quietLabel(QWidget* parent, const char* name) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setObjectName(QLatin1String(name));
    return label;
}

}  // namespace

ChopLabPanel::ChopLabPanel(PlanDocument& document, ChopLab& lab, QWidget* parent)
    : QWidget(parent),
      document_(document),
      lab_(lab),
      strategies_(new QListWidget(this)),
      estimate_(quietLabel(this, "chopLabEstimate")),
      compare_(new QPushButton(tr("Compare strategies"), this)),
      stop_(new QPushButton(tr("Stop"), this)),
      state_(quietLabel(this, "chopLabState")),
      verdict_(new QLabel(this)),
      count_(new QSpinBox(this)),
      use_(new QPushButton(tr("Use this chop"), this)),
      view_(new ChopCurvesView(this)),
      matrix_(new ChopMatrixView(this)),
      rows_(new ChopRowsModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      seen_(new WhenSeen(*this, [this] { refresh(); })) {
    auto* sides = new QSplitter(Qt::Horizontal, this);
    sides->setChildrenCollapsible(false);
    sides->addWidget(buildChoice());
    sides->addWidget(buildResults());
    sides->setStretchFactor(0, 0);
    sides->setStretchFactor(1, 1);
    sides->setSizes({choice_->minimumWidth(), width()});  // the rest is the curves'
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSizeConstraint(QLayout::SetNoConstraint);  // what is too low folds
    column->addWidget(sides);
    connectSelection();
    connect(&lab_, &ChopLab::changed, seen_, &WhenSeen::now);
    connect(&lab_, &ChopLab::restored, this, [this] { check(lab_.strategies()); });
    connect(&document_, &PlanDocument::modelChanged, seen_, &WhenSeen::now);
    seen_->now();
}

QWidget* ChopLabPanel::buildChoice() {
    auto* side = new QWidget(this);
    fillStrategies();
    compare_->setAccessibleName(compare_->text());
    compare_->setToolTip(tr("Measure the perplexity of every chosen strategy at every number of layers"));
    connect(compare_, &QPushButton::clicked, this, [this] { lab_.compare(chosen()); });
    stop_->setAccessibleName(tr("Stop comparing"));
    stop_->setToolTip(tr("End the comparison; the curves found so far stay"));
    connect(stop_, &QPushButton::clicked, &lab_, &ChopLab::stop);
    auto* buttons = new QHBoxLayout;
    const auto add = [&](const QString& text, const QString& name, Checked which) {
        auto* button = new CompactButton(text, side);
        button->setAccessibleName(name);
        button->setToolTip(name);
        connect(button, &QPushButton::clicked, this, [this, which] { check(which); });
        buttons->addWidget(button);
    };
    add(tr("All"), tr("Choose all strategies"), Checked::All);
    add(tr("None"), tr("Choose no strategy"), Checked::None);
    add(tr("Usual"), tr("Choose the usual strategies"), Checked::First);
    auto* run = new QHBoxLayout;
    run->addWidget(compare_, 1);
    run->addWidget(stop_);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addWidget(strategies_, 1);
    column->addLayout(buttons);
    column->addWidget(estimate_);
    column->addLayout(run);
    column->addWidget(state_);
    choice_ = new QScrollArea(this);
    choice_->setFrameShape(QFrame::NoFrame);
    choice_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    choice_->setFocusPolicy(Qt::NoFocus);  // its controls scroll into sight
    choice_->setWidgetResizable(true);
    choice_->setWidget(side);
    fitChoice();
    return choice_;
}

void ChopLabPanel::fitChoice() {
    strategies_->setMinimumHeight(4 * strategies_->fontMetrics().lineSpacing());
    strategies_->setMinimumWidth(strategies_->sizeHintForColumn(0) + 2 * strategies_->frameWidth() +
                                 strategies_->fontMetrics().averageCharWidth());
    choice_->setMinimumWidth(choice_->widget()->minimumSizeHint().width() +
                             style()->pixelMetric(QStyle::PM_ScrollBarExtent));
}

QWidget* ChopLabPanel::buildResults() {
    table_ = buildTable();
    below_ = new QTabWidget(this);
    below_->setDocumentMode(true);
    below_->setAccessibleName(tr("Results"));
    below_->addTab(matrix_, tr("Layers removed"));
    below_->addTab(table_, tr("Table"));
    results_ = new QSplitter(Qt::Vertical, this);
    results_->setChildrenCollapsible(false);
    results_->addWidget(view_);
    results_->addWidget(below_);
    results_->setStretchFactor(0, 3);
    results_->setStretchFactor(1, 2);
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(4, 4, 4, 0);
    column->setSpacing(4);
    verdictBar_ = buildVerdict();
    column->addWidget(verdictBar_);
    column->addWidget(results_, 1);
    return side;
}

QWidget* ChopLabPanel::buildVerdict() {
    auto* bar = new QWidget(this);
    verdict_->setWordWrap(true);
    verdict_->setTextFormat(Qt::PlainText);
    verdict_->setObjectName(QStringLiteral("chopLabVerdict"));
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont strong = verdict_->font();
    strong.setWeight(QFont::DemiBold);
    verdict_->setFont(strong);
    count_->setAccessibleName(tr("Layers to remove"));
    count_->setToolTip(tr("The number of layers that verdict and matrix are of"));
    connect(count_, &QSpinBox::valueChanged, &lab_, &ChopLab::selectCount);
    auto* label = new QLabel(tr("Layers"), bar);
    label->setBuddy(count_);
    use_->setAccessibleName(use_->text());
    connect(use_, &QPushButton::clicked, &lab_, &ChopLab::useSelected);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(count_);
    row->addWidget(use_);
    row->addStretch(1);
    auto* column = new QVBoxLayout(bar);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(verdict_);
    column->addLayout(row);
    return bar;
}

QSize ChopLabPanel::minimumSizeHint() const {
    const int plots = std::max(view_->minimumSizeHint().height(), matrix_->minimumSizeHint().height());
    return {QWidget::minimumSizeHint().width(), verdictBar_->minimumSizeHint().height() +
                                                    below_->tabBar()->sizeHint().height() + plots +
                                                    fontMetrics().height()};
}

// Where both plots would be too low to be read, the curves stand behind the first tab.
void ChopLabPanel::fold() {
    const int both = verdictBar_->minimumSizeHint().height() + below_->tabBar()->sizeHint().height() +
                     view_->minimumSizeHint().height() + matrix_->minimumSizeHint().height();
    const bool low = height() < both;
    const bool folded = below_->indexOf(view_) >= 0;
    if (low == folded) return;
    if (low) {
        below_->insertTab(0, view_, tr("Curves"));
        below_->setCurrentIndex(0);
    } else {
        results_->insertWidget(0, view_);
        view_->show();
    }
}

void ChopLabPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fold();
}

void ChopLabPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::FontChange || verdictBar_ == nullptr) return;
    fitChoice();
    fold();
}

void ChopLabPanel::fillStrategies() {
    strategies_->setAccessibleName(tr("Chop strategies"));
    strategies_->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    for (const ChopStrategy& strategy : chopStrategyTable()) {
        auto* item = new QListWidgetItem(strategyLabel(strategy.name), strategies_);
        item->setData(Qt::UserRole, QString::fromStdString(strategy.name));
        const QString what =
            tr("Removes %1; %2").arg(QString::fromStdString(strategy.summary), needsText(strategy.needs));
        item->setToolTip(what);
        item->setData(kGuideRole, guideKey("by", strategy.name));
        item->setData(Qt::AccessibleDescriptionRole, what);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    }
    check(Checked::First);
    connect(strategies_, &QListWidget::itemChanged, this, &ChopLabPanel::showEstimate);
}

QTableView* ChopLabPanel::buildTable() {
    sorted_->setSourceModel(rows_);
    sorted_->setSortRole(SortRole);
    auto* table = new QTableView(this);
    table->setModel(sorted_);
    table->setAccessibleName(tr("Chops compared"));
    styleTable(*table);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->setSortingEnabled(true);
    table->sortByColumn(-1, Qt::AscendingOrder);
    table->setMouseTracking(true);
    auto* use = new QAction(tr("Use this chop"), table);
    connect(use, &QAction::triggered, &lab_, &ChopLab::useSelected);
    table->insertAction(table->actions().value(0), use);
    return table;
}

// Pointing at a curve or at a row sets off both; selecting in one selects in all.
void ChopLabPanel::connectSelection() {
    view_->setNames(strategyLabel);
    matrix_->setNames(strategyLabel);
    connect(view_, &ChopCurvesView::rowSelected, &lab_, &ChopLab::selectRow);
    connect(matrix_, &ChopMatrixView::rowSelected, &lab_, &ChopLab::selectRow);
    connect(view_, &ChopCurvesView::strategyPointed, rows_, &ChopRowsModel::setPointed);
    const auto rowAt = [this](const QModelIndex& index) { return sorted_->mapToSource(index).row(); };
    connect(table_, &QTableView::entered, this, [this, rowAt](const QModelIndex& index) {
        view_->setPointed(rows_->row(rowAt(index)).strategy);
    });
    connect(table_, &QTableView::viewportEntered, this, [this] { view_->setPointed({}); });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this, rowAt](const QModelIndex& index) {
                if (index.isValid() && !showing_) lab_.selectRow(rowAt(index));
            });
    connect(&lab_, &ChopLab::selectionChanged, this, &ChopLabPanel::showSelection);
    for (PlotView* plot : {static_cast<PlotView*>(view_), static_cast<PlotView*>(matrix_)}) {
        auto* use = new QAction(tr("Use this chop"), plot);
        connect(use, &QAction::triggered, &lab_, &ChopLab::useSelected);
        plot->insertAction(plot->actions().value(0), use);
    }
}

void ChopLabPanel::check(Checked which) {
    std::vector<std::string> names;
    for (const ChopStrategy& strategy : chopStrategyTable())
        if (which == Checked::All || (which == Checked::First && strategy.comparedFirst))
            names.push_back(strategy.name);
    check(names);
}

void ChopLabPanel::check(const std::vector<std::string>& names) {
    for (int i = 0; i < strategies_->count(); ++i) {
        QListWidgetItem* item = strategies_->item(i);
        const bool on =
            std::ranges::find(names, item->data(Qt::UserRole).toString().toStdString()) != names.end();
        item->setCheckState(on ? Qt::Checked : Qt::Unchecked);
    }
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
    const auto label = [&](ChopPurpose purpose) { return strategyLabel(suggestedChop(purpose, parameters)); };
    return tr("Suggested where you will heal: %1; where the model stays as it is: %2.")
        .arg(label(ChopPurpose::Healed), label(ChopPurpose::AsItIs));
}

QString ChopLabPanel::stateText() const {
    if (document_.model() == nullptr) return tr("Open a model to compare what can go.");
    const auto& report = lab_.report();
    if (lab_.running())
        return report
                   ? tr("Comparing: %1 of %2 networks so far.").arg(report->rows.size()).arg(report->networks)
                   : tr("Comparing...");
    if (!lab_.problem().isEmpty()) return lab_.problem();
    if (report == nullptr)
        return tr("Perplexity is measured on the text of the preview, before healing.") + QLatin1Char('\n') +
               suggestionText();
    QStringList lines{tr("%1 networks, %2 decoder passes where one by one would take %3; %4 s.")
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
    showing_ = true;
    rows_->setReport(report);
    showing_ = false;
    view_->setEmptyText(document_.model() == nullptr ? tr("Open a model to compare what can go.")
                        : lab_.running()
                            ? tr("The first curves appear when the smallest numbers of layers are measured.")
                            : tr("Nothing has been compared yet. Choose strategies and press Compare "
                                 "strategies."));
    view_->setReport(report);
    state_->setText(stateText());
    stop_->setVisible(lab_.running());
    showEstimate();
    showSelection();
}

// What it would take, before it is begun.
void ChopLabPanel::showEstimate() {
    const std::vector<std::string> names = chosen();
    const bool deep = document_.model() != nullptr && document_.model()->config.layerCount() > 1;
    compare_->setEnabled(deep && !lab_.running() && !names.empty());
    const auto estimate = names.empty() ? std::nullopt : lab_.estimate(names);
    estimate_->setVisible(estimate.has_value() && !lab_.running());
    if (!estimate) return;
    const QString work = tr("%1 networks, about %2 decoder passes")
                             .arg(estimate->networks)
                             .arg(std::max(1.0, estimate->decoderPasses), 0, 'f', 0);
    estimate_->setText(
        estimate->seconds
            ? tr("%1: about %2.").arg(work, QString::fromStdString(formatDuration(*estimate->seconds)))
            : tr("%1; how long that takes is known once something was measured.").arg(work));
}

void ChopLabPanel::showSelection() {
    const auto& report = lab_.report();
    const int count = lab_.selectedCount();
    const int row = lab_.selectedRow();
    const bool some = report != nullptr && !report->rows.empty();
    {
        const QSignalBlocker quiet(count_);
        count_->setRange(1, std::max(1, report ? report->layers - 1 : 1));
        count_->setValue(std::max(1, count));
    }
    count_->setEnabled(some);
    const auto& model = document_.model();
    matrix_->setReport(report, model ? layerNumbers(model->config) : std::vector<int>(), count);
    matrix_->setSelectedRow(row);
    view_->setSelectedRow(row);
    use_->setEnabled(row >= 0);
    verdict_->setText(!some                   ? tr("Which layers can go? Compare strategies to see.")
                      : count <= 0 || row < 0 ? tr("Nothing was compared at %1.").arg(layerCount(count))
                                              : verdictInWords(*report, count));
    use_->setToolTip(row >= 0 ? tr("Removes %1, by %2; Ctrl+Z takes it back")
                                    .arg(chopInWords(report->rows[static_cast<std::size_t>(row)].chop),
                                         strategyLabel(report->rows[static_cast<std::size_t>(row)].strategy))
                              : tr("Make a chop the plan's; choose a point or a row first"));
    showing_ = true;
    const QModelIndex index = row >= 0 ? sorted_->mapFromSource(rows_->index(row, 0)) : QModelIndex();
    if (index.isValid() && !table_->selectionModel()->isRowSelected(index.row(), {}))
        table_->selectionModel()->setCurrentIndex(
            index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    showing_ = false;
}

}  // namespace secateur
