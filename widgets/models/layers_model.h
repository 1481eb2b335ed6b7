// SPDX-License-Identifier: GPL-3.0-or-later
//
// A row a layer: what it contributes, what is left of it, and check boxes to remove it or one of its
// sublayers. Checking a box asks (removalWished); the row changes when the plan does.
#pragma once

#include <QString>
#include <cmath>
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
    // Change of the perplexity without the layer, as a fraction of the dense one on the same windows.
    std::optional<double> leaveOneOut;
    // Places among the layers by the three, 1 the cheapest to lose; equal values share one.
    std::optional<double> influenceRank, fluctuationRank, leaveOneOutRank;
    double kept = 1.0;                          // of the layer's linear weights, 0..1
    double keptAttention = 1.0, keptMlp = 1.0;  // of those of the two
    QString weights;                            // what steps made of those: bits, zeros, ranks
};

// Empty where there is nothing to say.
struct LayerNotes {
    QString influence;
    QString fluctuation;
    QString leaveOneOut;
};
// Of a document's analysis.
[[nodiscard]] LayerNotes layerNotes(const PlanDocument& document);

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
    // What the headers say of the measurement: the text of leave-one-out with its dense perplexity, and how
    // the orders of the other metrics agree with its own.
    void setNotes(const LayerNotes& notes);
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] int rowOf(int layer) const;  // -1 when there is none

    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void removalWished(int layer, secateur::LayerPart part, bool removed);

protected:
    [[nodiscard]] QVariant cell(const LayerRow& row, int column, int role) const override;

private:
    [[nodiscard]] QVariant bar(const LayerRow& row, int column) const;
    [[nodiscard]] QString number(const LayerRow& row, int column) const;  // without its rank
    [[nodiscard]] QString text(const LayerRow& row, int column) const;
    [[nodiscard]] QString spoken(const LayerRow& row, int column) const;

    // Least and largest logarithm of each bar column: bars are of magnitudes, for the first layer's values
    // are often a hundred times the others'.
    struct Range {
        double least = INFINITY;
        double largest = -INFINITY;
        void add(const std::optional<double>& value);
        [[nodiscard]] QVariant bar(const std::optional<double>& value) const;
    };
    Range influence_, share_, loss_;
    int influenceDecimals_ = 3;
    LayerNotes notes_;
};

// The rows of a document; empty without a model.
[[nodiscard]] std::vector<LayerRow> layerRows(const PlanDocument& document);

}  // namespace secateur
