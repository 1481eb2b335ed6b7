// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/step_list.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "core/planning/requests.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/window_words.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/models/step_list_model.h"
#include "widgets/panels/checkable_table.h"
#include "widgets/panels/compact_button.h"
#include "widgets/panels/table_style.h"
#include "widgets/plots/flow_layout.h"

namespace secateur {
namespace {

constexpr int kFewestRowsShown = 3;
constexpr int kMostRowsShown = 7;
constexpr int kRoomForWeights = 58;  // letters; a narrower table says what the steps are instead

// What a new step of the method begins with: the usual values. A chop must remove something to be a step.
StepRequest newStep(const MethodInfo& method) {
    StepRequest request = stepRequest({method.name, method.kind, {}}, method.label);
    if (auto* chop = std::get_if<ChopRequest>(&request); chop != nullptr && chop->empty()) chop->count = 1;
    return request;
}

}  // namespace

StepList::StepList(PlanDocument& document, const std::vector<MethodInfo>& methods, QWidget* parent)
    : QWidget(parent),
      document_(document),
      methods_(methods),
      model_(new StepListModel(document, methods, this)),
      table_(new CheckableTable(this)),
      hint_(new QLabel(this)) {
    buildTable();
    hint_->setWordWrap(true);
    hint_->setTextFormat(Qt::PlainText);
    hint_->setForegroundRole(QPalette::PlaceholderText);
    hint_->setObjectName(QStringLiteral("stepsHint"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(table_);
    column->addWidget(hint_);
    column->addWidget(buildButtons());
    connect(model_, &StepListModel::stepMoved, this, [this](int /*from*/, int to) { wanted_ = to; });
    connect(&document_, &PlanDocument::planChanged, this, &StepList::follow);
    connect(&document_, &PlanDocument::modelChanged, this, [this] {
        last_.reset();
        chosen_ = -1;
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!current.isValid() || current.row() == chosen_) return;
                wanted_ = current.row();
                follow();
            });
    follow();
}

void StepList::buildTable() {
    table_->setModel(model_);
    table_->setObjectName(QStringLiteral("stepsTable"));
    table_->setAccessibleName(tr("Steps"));
    styleTable(*table_);
    table_->setWordWrap(true);  // what a step does is long, and the panel narrow
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setDragDropMode(QAbstractItemView::InternalMove);
    table_->setDefaultDropAction(Qt::MoveAction);
    table_->setDragDropOverwriteMode(false);
    table_->setDropIndicatorShown(true);
    table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table_->installEventFilter(this);
    connect(table_->verticalHeader(), &QHeaderView::sectionResized, this, &StepList::fitHeight);
    QHeaderView* header = table_->horizontalHeader();
    header->setMinimumSectionSize(table_->fontMetrics().height());
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(StepListModel::Step, QHeaderView::Stretch);
}

QWidget* StepList::buildButtons() {
    auto* buttons = new QWidget(this);
    auto* row = new FlowLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    const auto button = [&](const QString& text, const QString& explanation) {
        auto* made = new CompactButton(text, buttons);
        made->setToolTip(explanation);
        row->addWidget(made);
        return made;
    };
    add_ = button(tr("Add step"), tr("Put a step of any method at the end of the plan"));
    remove_ = button(tr("Remove step"), tr("Take the selected step out of the plan (Delete)"));
    up_ = button(tr("Move up"), tr("Carry the selected step out earlier (Ctrl+Up)"));
    down_ = button(tr("Move down"), tr("Carry the selected step out later (Ctrl+Down)"));
    connect(remove_, &QPushButton::clicked, this, &StepList::remove);
    connect(up_, &QPushButton::clicked, this, [this] { move(-1); });
    connect(down_, &QPushButton::clicked, this, [this] { move(1); });
    fillMenu();
    return buttons;
}

void StepList::fillMenu() {
    auto* menu = new QMenu(add_);
    std::vector<std::pair<std::string, QMenu*>> kinds;
    for (const MethodInfo& method : methods_) {
        auto group = std::ranges::find(kinds, method.kind, &std::pair<std::string, QMenu*>::first);
        if (group == kinds.end())
            group = kinds.insert(kinds.end(), {method.kind, menu->addMenu(kindLabel(method.kind))});
        QAction* action = group->second->addAction(QString::fromStdString(method.label));
        action->setToolTip(QString::fromStdString(method.summary));
        action->setProperty(kGuideProperty, guideKey("method", method.name));
        connect(action, &QAction::triggered, this, [this, &method] { add(method); });
        group->second->setToolTipsVisible(true);
    }
    add_->setMenu(menu);
}

void StepList::add(const MethodInfo& method) {
    if (document_.model() == nullptr) return;
    try {
        PlanWishes wishes = document_.wishes();
        wishes.steps.push_back({newStep(method)});
        wanted_ = static_cast<int>(wishes.steps.size()) - 1;
        document_.edit(tr("Add %1").arg(QString::fromStdString(method.label)), std::move(wishes));
    } catch (const Error& error) {
        wanted_.reset();
        Q_EMIT messageRaised(joined(inWindowWords(error.message()), inWindowWords(error.hint())));
    }
}

void StepList::remove() {
    if (chosen_ < 0) return;
    wanted_ = std::min(chosen_, model_->rowCount() - 2);
    model_->removeStep(chosen_);
}

void StepList::move(int by) {
    if (chosen_ >= 0) model_->moveStep(chosen_, chosen_ + by);
}

// Selects what was wished for, else the same step wherever it stands now.
void StepList::follow() {
    const auto& steps = document_.wishes().steps;
    const int count = document_.model() != nullptr ? static_cast<int>(steps.size()) : 0;
    if (wanted_) {
        chosen_ = *wanted_;
    } else if (last_ && (chosen_ >= count || steps[static_cast<std::size_t>(chosen_)] != *last_)) {
        const auto same = std::ranges::find(steps, *last_);
        if (same != steps.end()) chosen_ = static_cast<int>(same - steps.begin());
    }
    wanted_.reset();
    chosen_ = std::min(std::max(chosen_, 0), count - 1);
    last_ = chosen_ >= 0 ? std::optional(steps[static_cast<std::size_t>(chosen_)]) : std::nullopt;
    mark();
    showState();
    Q_EMIT chosenChanged();
}

void StepList::mark() {
    if (chosen_ < 0) {
        table_->clearSelection();
        return;
    }
    const QModelIndex present = table_->currentIndex();
    if (present.row() == chosen_ && table_->selectionModel()->isRowSelected(chosen_, {})) return;
    const int column = present.isValid() ? present.column() : int(StepListModel::On);
    table_->setCurrentIndex(model_->index(chosen_, column));
}

void StepList::showState() {
    const bool open = document_.model() != nullptr;
    const int rows = model_->rowCount();
    fitHeight();
    hint_->setText(!open       ? tr("Open a model to list the steps of a plan for it.")
                   : rows == 0 ? tr("The plan has no step. Press Add step, or set a ratio below.")
                               : QString());
    hint_->setVisible(!hint_->text().isEmpty());
    add_->setEnabled(open);
    remove_->setEnabled(chosen_ >= 0);
    up_->setEnabled(chosen_ > 0);
    down_->setEnabled(chosen_ >= 0 && chosen_ + 1 < rows);
}

// What a step does may take several lines.
void StepList::fitHeight() {
    const int line = table_->verticalHeader()->defaultSectionSize();
    int height = 0;
    for (int row = 0; row < model_->rowCount(); ++row) height += table_->rowHeight(row);
    height = std::clamp(height, kFewestRowsShown * line, kMostRowsShown * line);
    table_->setFixedHeight(table_->horizontalHeader()->sizeHint().height() + 2 * table_->frameWidth() +
                           height);
}

bool StepList::eventFilter(QObject* watched, QEvent* event) {
    if (watched == table_ && event->type() == QEvent::FontChange)
        table_->horizontalHeader()->setMinimumSectionSize(table_->fontMetrics().height());
    if (watched == table_ && event->type() == QEvent::Resize)
        table_->setColumnHidden(StepListModel::Weights,
                                table_->width() < kRoomForWeights * table_->fontMetrics().averageCharWidth());
    if (watched == table_ && event->type() == QEvent::KeyPress && chosen_ >= 0) {
        const auto* key = static_cast<const QKeyEvent*>(event);
        const bool control = key->modifiers().testFlag(Qt::ControlModifier);
        if (key->key() == Qt::Key_Delete) {
            remove();
            return true;
        }
        if (key->key() == Qt::Key_Space) {
            model_->switchStep(chosen_, !model_->row(chosen_).on);
            return true;
        }
        if (control && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
            move(key->key() == Qt::Key_Up ? -1 : 1);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace secateur
