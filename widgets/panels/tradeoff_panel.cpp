// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/tradeoff_panel.h"

#include <QAbstractItemDelegate>
#include <QAction>
#include <QEvent>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/document/plan_document.h"
#include "widgets/document/plan_values.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/run_board.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/flow_layout.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur {
namespace {

// Runs step faster than points need to be drawn, and a name that is typed must stay.
constexpr std::chrono::milliseconds kTradeoffPause{300};

// Of the windows of a run: those that it held out, else the protocol in its words.
QString windowsOf(const RunRecord& run) {
    const auto heldOut = heldOutOf(run.request);
    return heldOut ? inWords(JudgedOn{heldOut->text, heldOut->windows})
                   : QString::fromStdString(run.protocol);
}

bool drawn(const RunEntry& run) {
    return run.record.evalPerplexity && std::isfinite(*run.record.evalPerplexity);
}

QString pinOf(const PlanPins& pins, const PinChoice& choice) {
    QStringList letters;
    for (const PlanPins::Side side : {PlanPins::A, PlanPins::B}) {
        if (pins.choice(side) == choice) letters << PlanPins::label(side);
    }
    return letters.join(QStringLiteral(", "));
}

PinChoice choiceOf(const PlanRow& row) {
    return row.isRun() ? PinChoice{PinSource::Run, 0, row.folder}
                       : PinChoice{PinSource::Previewed, row.point};
}

PlanRow planRow(const PreviewPoint& point, const PlanPins& pins) {
    PlanRow row;
    row.point = point.id;
    row.name = point.name;
    row.words = point.plan;
    row.parameters = point.report.accounting.parametersAfter;
    row.bytes = point.report.accounting.bytesAfter;
    row.removed = point.report.accounting.removedFraction;
    row.perplexity = point.report.planPerplexity;
    row.standardError = point.report.planStandardError;
    row.change = point.report.change();
    row.changeError = point.report.changeStandardError;
    row.windows = inWords(point.judged);
    row.protocol = QString::fromStdString(point.report.protocol);
    for (const TextOverlap& overlap : point.report.overlaps)
        row.protocol += TradeoffPanel::tr("\nNot new text: %1").arg(QString::fromStdString(inWords(overlap)));
    row.note = point.note;
    row.pin = pinOf(pins, choiceOf(row));
    return row;
}

PlanRow runRowOf(const RunRecord& run, const RunLabel& label, const QColor& colour, const PlanPins& pins) {
    PlanRow row;
    row.folder = QString::fromStdString(run.folder);
    row.name = label.name;
    row.words = QString::fromStdString(run.name);
    row.parameters = run.parameters;
    row.bytes = run.bytes;
    row.perplexity = *run.evalPerplexity;
    row.standardError = run.standardError;
    if (run.densePerplexity && *run.densePerplexity > 0.0)
        row.change = *run.evalPerplexity / *run.densePerplexity - 1.0;
    row.windows = windowsOf(run);
    row.protocol = QString::fromStdString(run.protocol);
    row.note = label.note;
    row.colour = colour;
    row.pin = pinOf(pins, choiceOf(row));
    return row;
}

void setValues(TradeoffPoint& point, const PlanValues::Values& values) {
    if (values.accuracy) {
        point.accuracy = values.accuracy->value;
        point.accuracyError = values.accuracy->standardError;
    }
    if (values.rate) point.rate = values.rate->median;
}

TradeoffPoint pointOf(const PlanRow& row) {
    TradeoffPoint point;
    point.kind = row.isRun() ? TradeoffKind::Run : TradeoffKind::Plan;
    point.name = row.name.isEmpty() ? row.words : row.name;
    point.detail = row.name.isEmpty()
                       ? row.note
                       : row.words + (row.note.isEmpty() ? QString() : QStringLiteral(". ") + row.note);
    point.parameters = static_cast<double>(row.parameters);
    point.bytes = static_cast<double>(row.bytes);
    point.perplexity = row.perplexity;
    point.standardError = row.standardError;
    point.changeError = row.changeError;
    if (row.change) point.dense = row.perplexity / (1.0 + *row.change);
    point.pin = row.pin;
    return point;
}

}  // namespace

TradeoffPanel::TradeoffPanel(PlanDocument& document, PreviewFeed& feed, RunBoard& board, PlanPins& pins,
                             PlanValues& values, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      board_(board),
      pins_(pins),
      values_(values),
      view_(new TradeoffView(this)),
      plans_(new PlansModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      seen_(new WhenSeen(
          *this, [this] { refresh(); }, kTradeoffPause)) {
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    split->addWidget(view_);
    split->addWidget(buildTable());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    split->setSizes({3000, 1000});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(split);
    connect(view_, &TradeoffView::pointSelected, this, [this](int index) { select(index - 1); });
    connect(view_, &TradeoffView::pointChosen, this, [this](int index) {
        select(index - 1);
        bringBack();
    });
    connect(view_, &TradeoffView::choiceChanged, seen_, &WhenSeen::now);
    connect(&values_, &PlanValues::changed, seen_, &WhenSeen::now);
    connect(&feed_, &PreviewFeed::changed, seen_, &WhenSeen::now);
    connect(&feed_.plans(), &PlanList::changed, seen_, &WhenSeen::now);
    connect(&pins_, &PlanPins::choicesChanged, seen_, &WhenSeen::now);
    connect(&board_, &RunBoard::changed, seen_, &WhenSeen::now);
    connect(&board_, &RunBoard::selectionChanged, this,
            [this] { seen_->seen() ? refreshView() : seen_->now(); });
    connect(&board_, &RunBoard::progressed, seen_, &WhenSeen::soon);
    seen_->now();
}

QWidget* TradeoffPanel::buildTable() {
    sorted_->setSourceModel(plans_);
    sorted_->setSortRole(SortRole);
    table_ = new QTableView(this);
    table_->setModel(sorted_);
    table_->setAccessibleName(tr("Previewed plans"));
    table_->setObjectName(QStringLiteral("plansTable"));
    styleTable(*table_);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::EditKeyPressed);
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    QHeaderView* header = table_->horizontalHeader();
    const int unit = table_->fontMetrics().averageCharWidth();
    const std::pair<int, int> widths[] = {
        {PlansModel::Pin, 6},      {PlansModel::Plan, 34},    {PlansModel::Parameters, 12},
        {PlansModel::Weights, 10}, {PlansModel::Removed, 10}, {PlansModel::Perplexity, 17},
        {PlansModel::Change, 19},  {PlansModel::Windows, 30}, {PlansModel::Note, 24}};
    for (const auto& [section, letters] : widths) header->resizeSection(section, letters * unit);
    shareRoom(*table_, {PlansModel::Plan, PlansModel::Windows, PlansModel::Note});
    wrapRows(*table_);  // plans differ in words that would be cut first
    table_->setSortingEnabled(true);
    table_->sortByColumn(-1, Qt::AscendingOrder);
    table_->setToolTip(tr("Double-click, or press Enter, to make a plan the present one again; F2 renames"));
    connect(table_, &QTableView::activated, this, &TradeoffPanel::bringBack);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (marking_) return;
        refreshActions();
        refreshView();
    });
    connect(table_->itemDelegate(), &QAbstractItemDelegate::closeEditor, this,
            [this] { QTimer::singleShot(0, seen_, &WhenSeen::now); });
    connect(plans_, &PlansModel::nameWished, this, &TradeoffPanel::setName);
    connect(plans_, &PlansModel::noteWished, this, &TradeoffPanel::setNote);
    buildActions();
    auto* body = new QWidget(this);
    auto* buttons = new FlowLayout;
    for (QAction* action : {bringBack_, pinA_, pinB_, rename_, delete_, takeBack_}) {
        auto* button = new QPushButton(action->text(), body);
        button->setAccessibleName(action->text());
        button->setToolTip(action->toolTip());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::enabledChanged, button, &QPushButton::setEnabled);
        button->setEnabled(action->isEnabled());
        if (action == takeBack_) {  // nothing was deleted yet
            button->hide();
            connect(action, &QAction::enabledChanged, button, &QPushButton::setVisible);
        }
        buttons->addWidget(button);
    }
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(table_, 1);
    column->addLayout(buttons);
    return body;
}

QAction* TradeoffPanel::add(const QString& text, const QString& explanation, void (TradeoffPanel::*act)()) {
    auto* action = new QAction(text, this);
    action->setToolTip(explanation);
    connect(action, &QAction::triggered, this, act);
    table_->insertAction(table_->actions().at(table_->actions().size() - 2), action);
    view_->insertAction(view_->actions().at(view_->actions().size() - 5), action);
    return action;
}

void TradeoffPanel::buildActions() {
    bringBack_ = add(tr("Bring back"), tr("Make the plan the present one again; undo takes it back"),
                     &TradeoffPanel::bringBack);
    pinA_ = add(tr("Pin as A"), tr("Compare this one with B, in the panel Compare (key A)"),
                &TradeoffPanel::pinA);
    pinB_ = add(tr("Pin as B"), tr("Compare this one with A, in the panel Compare (key B)"),
                &TradeoffPanel::pinB);
    rename_ =
        add(tr("Rename"), tr("Give the plan or run a name in plot and table (F2)"), &TradeoffPanel::rename);
    note_ = add(tr("Note"), tr("Write a note"), &TradeoffPanel::note);
    delete_ = add(tr("Delete"), tr("Remove the plan from the list (Delete); runs are deleted under Runs"),
                  &TradeoffPanel::remove);
    takeBack_ = add(tr("Take deletion back"), tr("Put the plan that was deleted last back into the list"),
                    &TradeoffPanel::takeBack);
    pinA_->setShortcut(QKeySequence(Qt::Key_A));
    pinB_->setShortcut(QKeySequence(Qt::Key_B));
    delete_->setShortcut(QKeySequence::Delete);
    for (QAction* action : {pinA_, pinB_, delete_}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    for (QWidget* widget : {static_cast<QWidget*>(table_), static_cast<QWidget*>(view_)}) {
        auto* line = new QAction(widget);
        line->setSeparator(true);
        const qsizetype after = widget->actions().indexOf(takeBack_) + 1;
        widget->insertAction(widget->actions().at(after), line);
    }
}

void TradeoffPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) seen_->now();
}

// Newest first, plans before runs.
void TradeoffPanel::refresh() {
    const auto* editor = table_->viewport()->findChild<QLineEdit*>();
    if (editor != nullptr && editor->isVisible()) return seen_->soon();  // a name is typed
    const PlotTheme theme = PlotTheme::of(palette());
    std::vector<PlanRow> rows;
    const auto& points = feed_.history();
    for (auto point = points.rbegin(); point != points.rend(); ++point)
        rows.push_back(planRow(*point, pins_));
    for (const RunEntry& run : board_.runs()) {
        if (drawn(run))
            rows.push_back(runRowOf(run.record, feed_.plans().labelOf(run.folder()),
                                    theme.series(board_.colourOf(run.folder())), pins_));
    }
    const int was = selected();
    const PinChoice before = was >= 0 ? choiceOf(plans_->row(was)) : PinChoice{};
    marking_ = true;
    plans_->setRows(std::move(rows));
    marking_ = false;
    int now = -1;
    for (int row = 0; was >= 0 && row < plans_->rowCount(); ++row) {
        if (choiceOf(plans_->row(row)) == before) now = row;
    }
    select(now);
    refreshActions();
    refreshView();
}

// Points: the dense model, then one a row.
void TradeoffPanel::refreshView() {
    QStringList sets;
    const auto setOf = [&sets](const QString& words) {
        if (!sets.contains(words)) sets << words;
        return static_cast<int>(sets.indexOf(words));
    };
    const QString usual = inWords(feed_.judgedOn());
    std::vector<TradeoffPoint> points;
    std::vector<PlanRow> rows = plans_->rows();
    TradeoffPoint dense;
    dense.kind = TradeoffKind::Dense;
    dense.name = tr("dense");
    dense.perplexity = std::numeric_limits<double>::quiet_NaN();
    for (const PreviewPoint& point : feed_.history()) {
        const bool now = point.judged == feed_.judgedOn();
        if (std::isfinite(dense.perplexity) && !now) continue;
        const Accounting& all = point.report.accounting;
        dense.parameters = static_cast<double>(all.parametersBefore);
        dense.bytes = static_cast<double>(all.bytesBefore);
        dense.macs = static_cast<double>(all.macsPerTokenBefore);
        dense.perplexity = point.report.densePerplexity;
        dense.dense = point.report.densePerplexity;
        dense.standardError = point.report.denseStandardError;
        dense.windows = setOf(inWords(point.judged));
    }
    setValues(dense, values_.of(nullptr));
    points.push_back(dense);
    for (const PlanRow& row : rows) {
        TradeoffPoint point = pointOf(row);
        point.windows = setOf(row.windows);
        if (const PreviewPoint* previewed = row.isRun() ? nullptr : feed_.plans().find(row.point)) {
            point.macs = static_cast<double>(previewed->report.accounting.macsPerTokenAfter);
            point.current = row.point == feed_.currentPoint();
            if (previewed->packed != nullptr) setValues(point, values_.of(previewed->packed.get()));
        } else if (const RunEntry* run = board_.find(row.folder)) {
            point.method = run->record.request.options.method;
            point.colour = board_.colourOf(row.folder);
            point.flops = run->record.flops;
            point.tokens = static_cast<double>(run->record.tokens);
            point.seconds = run->record.seconds;
        }
        point.selected = static_cast<int>(points.size()) - 1 == selected() ||
                         (row.isRun() && board_.selected().contains(row.folder));
        points.push_back(point);
    }
    const int first = std::max(0, static_cast<int>(sets.indexOf(usual)));
    view_->setPoints(std::move(points), sets, first);
    bool others = false;
    for (PlanRow& row : rows) {
        row.comparable = sets.size() < 2 || sets.indexOf(row.windows) == view_->windowSet();
        others = others || !row.comparable;
    }
    sayProvenance(sets.value(view_->windowSet()), others);
    marking_ = true;
    plans_->setRows(std::move(rows));
    marking_ = false;
}

void TradeoffPanel::sayProvenance(const QString& windows, bool others) {
    QStringList said;
    const auto shows = [this](TradeoffAmount amount) {
        return view_->up() == amount || view_->across() == amount;
    };
    if (view_->comparesWindows())
        said << (others ? tr("%1. Hollow points were measured on other windows: their perplexities cannot be "
                             "compared with these, and none of them is on the front.")
                              .arg(windows)
                        : windows);
    if (shows(TradeoffAmount::Accuracy)) said << values_.accuracyProtocol();
    if (shows(TradeoffAmount::Rate)) said << values_.rateProtocol();
    said << view_->missingInWords();
    said.removeAll(QString());
    view_->setProvenance(said.join(QLatin1Char('\n')));
}

int TradeoffPanel::selected() const {
    const QModelIndex index = table_->currentIndex();
    return index.isValid() ? sorted_->mapToSource(index).row() : -1;
}

void TradeoffPanel::select(int row) {
    if (row < 0 || row >= plans_->rowCount() || row == selected()) return;
    table_->setCurrentIndex(sorted_->mapFromSource(plans_->index(row, PlansModel::Plan)));
    if (plans_->row(row).isRun()) board_.select({plans_->row(row).folder});
}

void TradeoffPanel::refreshActions() {
    const int row = selected();
    const bool any = row >= 0;
    const bool plan = any && !plans_->row(row).isRun();
    bringBack_->setEnabled(plan);
    for (QAction* action : {pinA_, pinB_, rename_, note_}) action->setEnabled(any);
    delete_->setEnabled(plan);
    takeBack_->setEnabled(feed_.plans().canTakeBack());
}

void TradeoffPanel::bringBack() {
    const int row = selected();
    if (row < 0 || document_.model() == nullptr) return;
    const PreviewPoint* point = feed_.plans().find(plans_->row(row).point);
    if (point == nullptr) return;
    document_.edit(tr("Back to %1").arg(point->title()),
                   wishesBack(*point, *document_.model(), document_.analysis().get()));
}

void TradeoffPanel::pin(PlanPins::Side side) {
    if (selected() >= 0) pins_.pin(side, choiceOf(plans_->row(selected())));
}

void TradeoffPanel::editColumn(int column) {
    const int row = selected();
    if (row < 0) return;
    const QModelIndex index = sorted_->mapFromSource(plans_->index(row, column));
    table_->setFocus();
    table_->scrollTo(index);
    table_->setCurrentIndex(index);
    table_->edit(index);
}

void TradeoffPanel::remove() {
    if (selected() >= 0) feed_.plans().remove(plans_->row(selected()).point);
}

void TradeoffPanel::takeBack() {
    feed_.plans().takeBack();
}

void TradeoffPanel::setName(int row, const QString& name) {
    const PlanRow& named = plans_->row(row);
    if (!named.isRun()) return feed_.plans().rename(named.point, name);
    RunLabel label = feed_.plans().labelOf(named.folder);
    label.name = name.trimmed();
    feed_.plans().setLabel(label);
}

void TradeoffPanel::setNote(int row, const QString& note) {
    const PlanRow& noted = plans_->row(row);
    if (!noted.isRun()) return feed_.plans().setNote(noted.point, note);
    RunLabel label = feed_.plans().labelOf(noted.folder);
    label.note = note.trimmed();
    feed_.plans().setLabel(label);
}

}  // namespace secateur
