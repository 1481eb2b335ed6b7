// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/layers_panel.h"

#include <QEvent>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/bar_delegate.h"
#include "widgets/models/layers_model.h"
#include "widgets/panels/checkable_table.h"
#include "widgets/panels/number_text.h"
#include "widgets/panels/score_source.h"
#include "widgets/panels/table_style.h"

namespace secateur {

LayersPanel::LayersPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      selection_(selection),
      model_(new LayersModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      table_(new CheckableTable(this)),
      summary_(new QLabel(this)) {
    buildTable();
    summary_->setWordWrap(true);
    summary_->setTextFormat(Qt::PlainText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(table_, 1);
    column->addWidget(summary_);
    connect(model_, &LayersModel::removalWished, &document_, &PlanDocument::setPartRemoved);
    connect(&document_, &PlanDocument::planChanged, this, &LayersPanel::refresh);
    connect(&selection_, &LayerSelection::layerChanged, this, &LayersPanel::mark);
    connect(&selection_, &LayerSelection::layersChanged, this, &LayersPanel::markAll);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LayersPanel::choose);
    refresh();
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
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 8);
    QHeaderView* header = table_->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::Stretch);
    header->setMinimumSectionSize(2 * table_->fontMetrics().height());
    table_->viewport()->installEventFilter(this);
    // Box columns are as wide as their titles, and leave the rest to the bars.
    const int margin = table_->fontMetrics().height();
    for (int column = LayersModel::Layer; column <= LayersModel::Mlp; ++column) {
        header->setSectionResizeMode(column, QHeaderView::Fixed);
        const QString title = model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        header->resizeSection(column, table_->fontMetrics().horizontalAdvance(title) + margin);
    }
    table_->setSortingEnabled(true);
    table_->sortByColumn(LayersModel::Layer, Qt::AscendingOrder);
}

bool LayersPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) fitNumbers();
    return QWidget::eventFilter(watched, event);
}

// Numbers share what the boxes leave, and stay whole where that is too little: the table scrolls then.
void LayersPanel::fitNumbers() {
    QHeaderView* header = table_->horizontalHeader();
    const int least = table_->fontMetrics().horizontalAdvance(QStringLiteral("+00.0 % #00")) + 10;
    int room = table_->viewport()->width();
    int numbers = 0;
    for (int column = 0; column < model_->columnCount(); ++column) {
        if (table_->isColumnHidden(column)) continue;
        if (column <= LayersModel::Mlp)
            room -= header->sectionSize(column);
        else
            ++numbers;
    }
    const bool fits = room >= numbers * least;
    for (int column = LayersModel::Mlp + 1; column < model_->columnCount(); ++column) {
        header->setSectionResizeMode(column, fits ? QHeaderView::Stretch : QHeaderView::Fixed);
        if (!fits) header->resizeSection(column, least);
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
    mark(selection_.layer());
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
    const int row = model_->rowOf(layer);
    const QModelIndex present = table_->currentIndex();
    if (row < 0) {
        table_->clearSelection();
        return;
    }
    const QModelIndex target = sorted_->mapFromSource(model_->index(row, LayersModel::Layer));
    if (present.row() == target.row() && table_->selectionModel()->isRowSelected(target.row(), {})) return;
    const int column = present.isValid() ? present.column() : int(LayersModel::Chop);
    table_->setCurrentIndex(target.siblingAtColumn(column));
}

// Of several that were selected together elsewhere.
void LayersPanel::markAll(const std::vector<int>& layers) {
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
    const QModelIndex source = sorted_->mapToSource(table_->currentIndex());
    if (source.isValid()) selection_.setLayer(model_->row(source.row()).layer);
}

}  // namespace secateur
