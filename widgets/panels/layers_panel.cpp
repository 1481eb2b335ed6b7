// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/layers_panel.h"

#include <QAction>
#include <QEvent>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>
#include <vector>

#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/bar_delegate.h"
#include "widgets/models/layers_model.h"
#include "widgets/panels/checkable_table.h"
#include "widgets/panels/number_text.h"
#include "widgets/panels/score_source.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/when_seen.h"

namespace secateur {

LayersPanel::LayersPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      selection_(selection),
      model_(new LayersModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      table_(new CheckableTable(this)),
      summary_(new QLabel(this)),
      seen_(new WhenSeen(*this, [this] { refresh(); })) {
    buildTable();
    summary_->setWordWrap(true);
    summary_->setTextFormat(Qt::PlainText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(table_, 1);
    column->addWidget(summary_);
    connect(model_, &LayersModel::removalWished, &document_, &PlanDocument::setPartRemoved);
    connect(&document_, &PlanDocument::planChanged, seen_, &WhenSeen::now);
    connect(&selection_, &LayerSelection::layerChanged, this, &LayersPanel::mark);
    connect(&selection_, &LayerSelection::layersChanged, this, &LayersPanel::markAll);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LayersPanel::choose);
    seen_->now();
}

void LayersPanel::buildTable() {
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(SortRole);
    sorted_->setDynamicSortFilter(false);  // a row must not jump away while its box is being checked
    table_->setModel(sorted_);
    table_->setObjectName(QStringLiteral("layersTable"));
    table_->setAccessibleName(tr("Layers"));
    table_->setItemDelegate(new BarDelegate(table_));
    styleTable(*table_);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->installEventFilter(this);
    addActions();
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 8);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->viewport()->installEventFilter(this);
    fitFont();
    table_->setSortingEnabled(true);
    table_->sortByColumn(LayersModel::Layer, Qt::AscendingOrder);
}

// Box columns are as wide as their titles, and leave the rest to the bars.
void LayersPanel::fitFont() {
    QHeaderView* header = table_->horizontalHeader();
    const QFontMetrics metrics = table_->fontMetrics();
    header->setMinimumSectionSize(2 * metrics.height());
    for (int column = LayersModel::Layer; column <= LayersModel::Mlp; ++column) {
        const QString title = model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        header->resizeSection(column, metrics.horizontalAdvance(title) + 2 * metrics.height() / 3);
    }
    fitNumbers();
}

bool LayersPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == table_ && event->type() == QEvent::FontChange) fitFont();
    if (watched == table_->viewport() && event->type() == QEvent::Resize) fitNumbers();
    if (watched == table_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier && toggleSelected())
            return true;
    }
    return QWidget::eventFilter(watched, event);
}

void LayersPanel::addActions() {
    QAction* first = table_->actions().value(0);
    const auto add = [&](LayerPart part, bool removed) {
        auto* action = new QAction(table_);
        connect(action, &QAction::triggered, this, [this, part, removed] { setSelected(part, removed); });
        table_->insertAction(first, action);
        actions_.push_back({action, part, removed});
    };
    add(LayerPart::Layer, true);
    add(LayerPart::Layer, false);
    add(LayerPart::Attention, true);
    add(LayerPart::Mlp, true);
    auto* line = new QAction(table_);
    line->setSeparator(true);
    table_->insertAction(first, line);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &LayersPanel::nameActions);
    nameActions();
}

void LayersPanel::nameActions() {
    const auto count = static_cast<int>(selectedLayers().size());
    for (const RowsAction& entry : actions_) {
        const QString what = entry.part == LayerPart::Layer ? (entry.removed ? tr("Chop %1") : tr("Keep %1"))
                             : entry.part == LayerPart::Attention ? tr("Remove attention of %1")
                                                                  : tr("Remove MLP of %1");
        entry.action->setText(what.arg(count == 0   ? tr("selected layers")
                                       : count == 1 ? tr("selected layer")
                                                    : tr("%1 selected layers").arg(count)));
        entry.action->setEnabled(count > 0);
    }
}

std::vector<int> LayersPanel::selectedLayers() const {
    std::vector<int> layers;
    for (const QModelIndex& index : table_->selectionModel()->selectedRows())
        layers.push_back(model_->row(sorted_->mapToSource(index).row()).layer);
    std::sort(layers.begin(), layers.end());
    return layers;
}

// Kept layers get back what was removed of them, attention and MLP included.
void LayersPanel::setSelected(LayerPart part, bool removed) {
    std::vector<int> layers = selectedLayers();
    std::erase_if(layers, [&](int layer) {
        const LayerRow& row = model_->row(model_->rowOf(layer));
        if (part == LayerPart::Attention) return row.chopped || !row.hasAttention;
        return part == LayerPart::Mlp && (row.chopped || !row.hasMlp);
    });
    if (removed || part != LayerPart::Layer) return document_.setPartsRemoved(layers, part, removed);
    document_.keepLayers(layers);
}

// Of the part whose box the cursor is on, the layer elsewhere: removed, or kept where all are removed.
bool LayersPanel::toggleSelected() {
    const std::vector<int> layers = selectedLayers();
    if (layers.empty()) return false;
    const int column = table_->currentIndex().column();
    const LayerPart part = column == LayersModel::Attention ? LayerPart::Attention
                           : column == LayersModel::Mlp     ? LayerPart::Mlp
                                                            : LayerPart::Layer;
    const bool allGone = std::ranges::all_of(layers, [&](int layer) {
        const LayerRow& row = model_->row(model_->rowOf(layer));
        return part == LayerPart::Layer       ? row.chopped
               : part == LayerPart::Attention ? row.chopped || row.attentionRemoved
                                              : row.chopped || row.mlpRemoved;
    });
    if (part != LayerPart::Layer && allGone)
        document_.setPartsRemoved(layers, part, false);
    else
        setSelected(part, !allGone);
    return true;
}

// What the cells of a column need for their words.
int LayersPanel::neededWidth(int column) const {
    constexpr int kMargins = 10;
    constexpr int kLeastSilhouette = 16;
    const QFontMetrics metrics = table_->fontMetrics();
    const int rank = metrics.horizontalAdvance(QStringLiteral(" #00"));
    int needed =
        metrics.horizontalAdvance(model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
    for (int row = 0; row < model_->rowCount(); ++row) {
        const QModelIndex cell = model_->index(row, column);
        const QVariant number = cell.data(NumberRole);
        const int words =
            metrics.horizontalAdvance(number.isValid() ? number.toString() : cell.data().toString());
        needed = std::max(needed, words + (number.isValid() ? rank : 0));
    }
    return needed + kMargins + (column == LayersModel::Kept ? kLeastSilhouette : 0);
}

// Numbers stay whole, and share what room there is beyond.
void LayersPanel::fitNumbers() {
    QHeaderView* header = table_->horizontalHeader();
    int room = table_->viewport()->width();
    std::vector<std::pair<int, int>> needed;  // by column
    for (int column = 0; column < model_->columnCount(); ++column) {
        if (table_->isColumnHidden(column)) continue;
        if (column > LayersModel::Mlp) needed.emplace_back(column, neededWidth(column));
        room -= column > LayersModel::Mlp ? needed.back().second : header->sectionSize(column);
    }
    auto left = static_cast<int>(needed.size());
    for (const auto& [column, width] : needed) {
        const int more = std::max(0, room) / left--;
        header->resizeSection(column, width + more);
        room -= more;
    }
}

void LayersPanel::refresh() {
    model_->setRows(layerRows(document_));
    const LayerNotes notes = layerNotes(document_);
    model_->setNotes(notes);
    table_->setColumnHidden(
        LayersModel::Weights,
        std::ranges::all_of(model_->rows(), [](const LayerRow& row) { return row.weights.isEmpty(); }));
    fitNumbers();
    if (selection_.layer() >= 0) markAll(selection_.layers());
    if (document_.model() == nullptr) {
        summary_->setText(tr("Open a model to see its layers."));
        return;
    }
    int chopped = 0;
    for (const LayerRow& row : model_->rows()) chopped += row.chopped ? 1 : 0;
    const QString measured =
        document_.analysis() == nullptr ? tr(" Measure to fill influence and fluctuation.") : QString();
    const QString stale = document_.problem().isEmpty() ? QString() : QLatin1Char(' ') + staleNote(document_);
    summary_->setText(
        (chopped == 0 ? tr("%1. Check Chop to remove one.").arg(layerCount(model_->rowCount()))
                      : tr("%1, %2 chopped.").arg(layerCount(model_->rowCount())).arg(chopped)) +
        measured + (notes.leaveOneOut.isEmpty() ? QString() : tr(" Without it: ") + notes.leaveOneOut) +
        stale);
}

void LayersPanel::mark(int layer) {
    if (choosing_) return;  // a selection of several rows is being made
    const int row = model_->rowOf(layer);
    const QModelIndex present = table_->currentIndex();
    if (row < 0) {
        table_->clearSelection();
        return;
    }
    const QModelIndex target = sorted_->mapFromSource(model_->index(row, LayersModel::Layer));
    if (present.row() == target.row() && table_->selectionModel()->isRowSelected(target.row(), {})) return;
    const int column = present.isValid() ? present.column() : int(LayersModel::Chop);
    const QScopedValueRollback marking(marking_, true);
    table_->setCurrentIndex(target.siblingAtColumn(column));
}

// Of several that were selected together elsewhere.
void LayersPanel::markAll(const std::vector<int>& layers) {
    if (choosing_) return;
    const QScopedValueRollback marking(marking_, true);
    if (layers.size() < 2) {
        if (table_->selectionModel()->selectedRows().size() > 1) table_->clearSelection();
        return mark(selection_.layer());
    }
    QItemSelection rows;
    for (const int layer : layers) {
        const int row = model_->rowOf(layer);
        if (row < 0) continue;
        const QModelIndex shown = sorted_->mapFromSource(model_->index(row, 0));
        rows.select(shown, shown.siblingAtColumn(model_->columnCount() - 1));
    }
    table_->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
}

void LayersPanel::choose() {
    const std::vector<int> layers = selectedLayers();
    if (marking_ || layers.empty()) return;
    const QModelIndex front = sorted_->mapToSource(table_->currentIndex());
    choosing_ = true;
    selection_.setLayers(layers, front.isValid() ? model_->row(front.row()).layer : -1);
    choosing_ = false;
}

}  // namespace secateur
