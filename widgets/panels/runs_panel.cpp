// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/runs_panel.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/document/run_board.h"
#include "widgets/document/run_settings.h"
#include "widgets/models/runs_model.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {
namespace {

constexpr std::chrono::milliseconds kRunsPause{200};  // steps come faster than tables need to be drawn

}  // namespace

RunsPanel::RunsPanel(RunBoard& board, QWidget* parent)
    : QWidget(parent),
      board_(board),
      model_(new RunsModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      table_(new QTableView(this)),
      empty_(new QLabel(tr("No runs yet. Press Start under Heal; every run is kept here."), this)),
      difference_(new QLabel(this)),
      resume_(new QAction(tr("Resume run"), this)),
      open_(new QAction(tr("Open checkpoint"), this)),
      copy_(new QAction(tr("Copy folder"), this)),
      delete_(new QAction(tr("Delete run..."), this)),
      seen_(new WhenSeen(
          *this, [this] { refresh(); }, kRunsPause)) {
    buildTable();
    empty_->setWordWrap(true);
    empty_->setForegroundRole(QPalette::PlaceholderText);
    difference_->setWordWrap(true);
    difference_->setTextFormat(Qt::PlainText);
    difference_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    difference_->setObjectName(QStringLiteral("runsDifference"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSpacing(3);
    column->addWidget(table_, 1);
    column->addWidget(empty_);
    column->addWidget(difference_);
    column->addWidget(buildButtons());
    // Which runs there are is always up to date, for screen readers read tables behind others too.
    connect(&board_, &RunBoard::changed, this, &RunsPanel::refresh);
    connect(&board_, &RunBoard::selectionChanged, this, &RunsPanel::refresh);
    connect(&board_, &RunBoard::progressed, seen_, &WhenSeen::soon);
    refresh();
}

void RunsPanel::buildTable() {
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(SortRole);
    table_->setModel(sorted_);
    table_->setAccessibleName(tr("Runs"));
    table_->setObjectName(QStringLiteral("runsTable"));
    styleTable(*table_);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->setToolTip(tr("Select several runs, with Ctrl or Shift, to compare their curves"));
    QHeaderView* header = table_->horizontalHeader();
    const int unit = table_->fontMetrics().averageCharWidth();
    const std::pair<int, int> widths[] = {
        {RunsModel::Name, 38},       {RunsModel::Method, 11}, {RunsModel::State, 18},
        {RunsModel::Parameters, 12}, {RunsModel::Bytes, 10},  {RunsModel::Before, 20},
        {RunsModel::After, 20},      {RunsModel::Tokens, 9},  {RunsModel::Time, 9}};
    for (const auto& [section, letters] : widths) header->resizeSection(section, letters * unit);
    header->setSectionResizeMode(RunsModel::Name, QHeaderView::Stretch);
    table_->setSortingEnabled(true);
    table_->sortByColumn(RunsModel::Name, Qt::AscendingOrder);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &RunsPanel::takeSelection);
    connect(table_, &QTableView::activated, this, [this] {
        if (open_->isEnabled()) open_->trigger();
    });
}

QWidget* RunsPanel::buildButtons() {
    resume_->setToolTip(tr("Go on from the newest checkpoint of the run"));
    open_->setToolTip(tr("Open the healed checkpoint in this window"));
    copy_->setToolTip(tr("Copy the path of the run's folder"));
    delete_->setToolTip(tr("Delete the run's folder with all its checkpoints"));
    auto* refresh = new QAction(tr("Read folder again"), this);
    connect(resume_, &QAction::triggered, this, [this] {
        if (const RunEntry* run = chosen()) board_.resume(run->folder());
    });
    connect(open_, &QAction::triggered, this, [this] {
        if (const RunEntry* run = chosen()) Q_EMIT openWished(run->folder());
    });
    connect(copy_, &QAction::triggered, this, &RunsPanel::copyFolder);
    connect(delete_, &QAction::triggered, this, &RunsPanel::askDelete);
    connect(refresh, &QAction::triggered, &board_, &RunBoard::refresh);
    auto* buttons = new QWidget(this);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    QAction* copies = table_->actions().constFirst();  // of what every table offers
    for (QAction* action : {resume_, open_, copy_, delete_, refresh}) {
        table_->insertAction(copies, action);
        if (action == refresh) continue;
        auto* button = new QPushButton(action->text(), buttons);
        button->setAccessibleName(action->text());
        button->setToolTip(action->toolTip());
        button->setEnabled(action->isEnabled());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::enabledChanged, button, &QPushButton::setEnabled);
        row->addWidget(button);
    }
    auto* line = new QAction(table_);
    line->setSeparator(true);
    table_->insertAction(copies, line);
    row->addStretch(1);
    return buttons;
}

void RunsPanel::refresh() {
    const PlotTheme theme = PlotTheme::of(palette());
    std::vector<RunRow> rows;
    for (const RunEntry& run : board_.runs()) {
        rows.push_back(runRow(run, theme.series(board_.colourOf(run.folder()))));
    }
    empty_->setVisible(rows.empty());
    marking_ = true;
    model_->setRuns(std::move(rows));
    marking_ = false;
    markSelected();
    refreshActions();
    showDifference();
}

void RunsPanel::markSelected() {
    marking_ = true;
    QItemSelection selection;
    for (const QString& folder : board_.selected()) {
        const int row = model_->rowOf(folder);
        if (row < 0) continue;
        const int shown = sorted_->mapFromSource(model_->index(row, 0)).row();
        selection.select(sorted_->index(shown, 0), sorted_->index(shown, RunsModel::ColumnCount - 1));
    }
    table_->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    marking_ = false;
}

void RunsPanel::takeSelection() {
    if (marking_) return;
    QStringList folders;
    for (const QString& folder : board_.selected()) {  // those that stay keep their order
        const int row = model_->rowOf(folder);
        if (row < 0) continue;
        const QModelIndex shown = sorted_->mapFromSource(model_->index(row, 0));
        if (table_->selectionModel()->isRowSelected(shown.row())) folders << folder;
    }
    for (const QModelIndex& index : table_->selectionModel()->selectedRows()) {
        const QString folder = model_->row(sorted_->mapToSource(index).row()).folder;
        if (!folders.contains(folder)) folders << folder;
    }
    board_.select(folders);
    refreshActions();
}

const RunEntry* RunsPanel::chosen() const {
    const auto rows = table_->selectionModel()->selectedRows();
    if (rows.size() != 1) return nullptr;
    return board_.find(model_->row(sorted_->mapToSource(rows.first()).row()).folder);
}

void RunsPanel::refreshActions() {
    const RunEntry* run = chosen();
    resume_->setEnabled(run != nullptr && run->canResume());
    open_->setEnabled(run != nullptr && run->canOpen());
    copy_->setEnabled(run != nullptr);
    delete_->setEnabled(run != nullptr && run->canDelete());
}

void RunsPanel::showDifference() {
    std::vector<const RunRecord*> compared;
    for (const QString& folder : board_.selected())
        if (const RunEntry* run = board_.find(folder); run != nullptr) compared.push_back(&run->record);
    QStringList lines;
    for (const DifferingSetting& setting : differingSettings(compared)) lines << inWords(setting);
    difference_->setVisible(!lines.isEmpty());
    difference_->setText(tr("They differ in %1").arg(lines.join(QStringLiteral("; "))));
}

void RunsPanel::copyFolder() {
    const RunEntry* run = chosen();
    if (run == nullptr) return;
    QApplication::clipboard()->setText(run->folder());
    Q_EMIT messageRaised(tr("Copied %1").arg(run->folder()));
}

void RunsPanel::askDelete() {
    const RunEntry* run = chosen();
    if (run == nullptr) return;
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Delete run"),
                                tr("Delete %1 with its healed checkpoint and curves?").arg(run->name()),
                                QMessageBox::Cancel, this);
    box->setInformativeText(tr("%1 is removed from disk. This cannot be undone.").arg(run->folder()));
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* remove = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    remove->setAccessibleName(remove->text());
    box->setDefaultButton(QMessageBox::Cancel);
    connect(remove, &QPushButton::clicked, this, [this, folder = run->folder()] { board_.remove(folder); });
    box->open();
}

void RunsPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) seen_->now();
}

}  // namespace secateur
