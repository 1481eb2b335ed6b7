// SPDX-License-Identifier: GPL-3.0-or-later
//
// A row a layer: what it contributes, what is left of it, and check boxes to remove it or one of its
// sublayers. Checking a box asks (removalWished); the row changes when the plan does.
#pragma once

#include <QString>
#include <optional>

#include "widgets/document/plan_wishes.h"
#include "widgets/models/rows_model.h"

namespace secateur {

class PlanDocument;

struct LayerRow {
    int layer = 0;  // ORIGINAL number
    bool chopped = false;
    bool attentionRemoved = false;
    bool mlpRemoved = false;
    bool hasAttention = true;
    bool hasMlp = true;
    std::optional<double> influence;         // 1 - cosine
    std::optional<double> fluctuationShare;  // of the whole network, 0..1
    std::optional<double> leaveOneOut;       // perplexity without the layer
    double kept = 1.0;                       // of the layer's linear weights, 0..1
    QString weights;                         // what steps made of those: bits, zeros, ranks
};

class LayersModel final : public RowsModel<LayerRow> {
    Q_OBJECT
public:
    enum Column {
        Layer,
        Chop,
        Attention,
        Mlp,
        Influence,
        Fluctuation,
        LeaveOneOut,
        Kept,
        Weights,
        ColumnCount
    };

    explicit LayersModel(QObject* parent = nullptr);

    void setRows(std::vector<LayerRow> rows);
    [[nodiscard]] int rowOf(int layer) const;  // -1 when there is none

    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void removalWished(int layer, secateur::LayerPart part, bool removed);

protected:
    [[nodiscard]] QVariant cell(const LayerRow& row, int column, int role) const override;

private:
    [[nodiscard]] QVariant bar(const LayerRow& row, int column) const;

    // Largest value of each bar column, so that bars fill the column; leave-one-out is drawn by its
    // logarithm.
    double largestInfluence_ = 0.0;
    double largestShare_ = 0.0;
    double leastLoss_ = 0.0;
    double largestLoss_ = 0.0;
};

// The rows of a document; empty without a model.
[[nodiscard]] std::vector<LayerRow> layerRows(const PlanDocument& document);

}  // namespace secateur
