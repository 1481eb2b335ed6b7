// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers can go? The table of layers with its check boxes. Several rows are selected by dragging over
// them or with Shift and arrows, and chopped or kept at once, by the context menu or Space.
#pragma once

#include <QWidget>
#include <vector>

#include "widgets/document/plan_wishes.h"  // LayerPart

class QAction;
class QLabel;
class QSortFilterProxyModel;

namespace secateur {

class CheckableTable;
class LayerSelection;
class LayersModel;
class PlanDocument;
class WhenSeen;

class LayersPanel final : public QWidget {
    Q_OBJECT
public:
    LayersPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent = nullptr);

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void buildTable();
    void addActions();
    [[nodiscard]] bool toggleSelected();
    void setSelected(LayerPart part, bool removed);
    [[nodiscard]] std::vector<int> selectedLayers() const;  // ORIGINAL numbers, ascending
    void nameActions();
    [[nodiscard]] int neededWidth(int column) const;
    void fitFont();
    void fitNumbers();
    void refresh();
    void mark(int layer);
    void markAll(const std::vector<int>& layers);
    void choose();

    PlanDocument& document_;
    LayerSelection& selection_;
    LayersModel* model_;
    QSortFilterProxyModel* sorted_;
    CheckableTable* table_;
    QLabel* summary_;
    WhenSeen* seen_;
    // Edits of the selected rows, as the context menu has them; their texts say how many.
    struct RowsAction {
        QAction* action = nullptr;
        LayerPart part = LayerPart::Layer;
        bool removed = true;
    };
    std::vector<RowsAction> actions_;
    bool choosing_ = false;  // the selection of the table is told
    bool marking_ = false;   // the table takes what was selected elsewhere
};

}  // namespace secateur
