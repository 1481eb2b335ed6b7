// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two networks side by side in three tables: headline numbers with their differences, layers, and steps.
#pragma once

#include <optional>
#include <vector>

#include "core/planning/plan_difference.h"
#include "widgets/document/plan_pins.h"
#include "widgets/models/rows_model.h"

namespace secateur {

struct ComparisonRow {
    QString quantity{};
    QString a{};
    QString b{};
    QString difference{};   // B against A
    QString explanation{};  // why there is no difference, or what it is of
    bool operator==(const ComparisonRow&) const = default;
};

// Parameters, bytes, MACs and cache per token, removed share, layers, perplexity, dense perplexity. Where
// both perplexities are of the same windows the difference has its paired standard error; else it says why
// not.
[[nodiscard]] std::vector<ComparisonRow> comparisonRows(const ComparedSide& a, const ComparedSide& b);
// "B has 12.0 % fewer parameters than A; its perplexity is 5.9 % ± 0.4 % higher, on the same windows."
[[nodiscard]] QString comparisonInWords(const ComparedSide& a, const ComparedSide& b);

class ComparisonModel final : public RowsModel<ComparisonRow> {
    Q_OBJECT
public:
    enum Column { Quantity, A, B, Difference, ColumnCount };
    explicit ComparisonModel(QObject* parent = nullptr);
    void setRows(std::vector<ComparisonRow> rows) { replaceRows(std::move(rows)); }

protected:
    [[nodiscard]] QVariant cell(const ComparisonRow& row, int column, int role) const override;
};

// A layer in both: its widths, and the fates of its channels where it is known which are kept.
struct LayerPair {
    KeptWidths widths{};
    std::optional<FateCount> channels{};
};
// `difference`: null where it is not known which units are kept.
[[nodiscard]] std::vector<LayerPair> layerPairs(const std::vector<KeptWidths>& widths,
                                                const PlanDifference* difference);

class LayerDifferenceModel final : public RowsModel<LayerPair> {
    Q_OBJECT
public:
    enum Column { Layer, GroupsA, GroupsB, ChannelsA, ChannelsB, OnlyA, OnlyB, Both, Overlap, ColumnCount };
    explicit LayerDifferenceModel(QObject* parent = nullptr);
    void setRows(std::vector<LayerPair> rows) { replaceRows(std::move(rows)); }

protected:
    [[nodiscard]] QVariant cell(const LayerPair& row, int column, int role) const override;
};

// A step of A beside the step of B in its place; empty where a plan has no such step.
struct StepPair {
    QString a{};
    QString b{};
    bool same = false;
};
// In words, step by step. `methods`: the registry, which knows the labels.
[[nodiscard]] std::vector<StepPair> stepPairs(const secateur::Plan& a, const secateur::Plan& b,
                                              const std::vector<MethodInfo>& methods);

class StepPairsModel final : public RowsModel<StepPair> {
    Q_OBJECT
public:
    enum Column { A, B, Same, ColumnCount };
    explicit StepPairsModel(QObject* parent = nullptr);
    void setRows(std::vector<StepPair> rows) { replaceRows(std::move(rows)); }

protected:
    [[nodiscard]] QVariant cell(const StepPair& row, int column, int role) const override;
};

}  // namespace secateur
