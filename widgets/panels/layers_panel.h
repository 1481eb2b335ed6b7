// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers can go? The table of layers with its check boxes.
#pragma once

#include <QWidget>
#include <vector>

class QLabel;
class QSortFilterProxyModel;

namespace secateur {

class CheckableTable;
class LayerSelection;
class LayersModel;
class PlanDocument;

class LayersPanel final : public QWidget {
    Q_OBJECT
public:
    LayersPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent = nullptr);

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void buildTable();
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
};

}  // namespace secateur
