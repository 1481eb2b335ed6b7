// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two measurements side by side: what each was measured on and how far they agree, in one table and a
// sentence, and the agreement of every layer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "widgets/document/measured_pair.h"
#include "widgets/models/comparison_model.h"
#include "widgets/models/rows_model.h"

namespace secateur {

// Model, text, windows, how they were chosen, statistics, arithmetic; then Spearman's correlation of every
// order that both have, and what the cut of the pair removes by each.
[[nodiscard]] std::vector<ComparisonRow> measurementRows(const MeasuredPair& pair);
// "A and B put channels in a similar order (Spearman 0.81 over all layers, least in layer 3: 0.40). Of the
// channels that FLAP WIFV, AL-AM, at 20.0 % removes by A, 71.0 % would go by B too. They differ in: text."
[[nodiscard]] QString measurementsInWords(const MeasuredPair& pair);

struct LayerAgreement {
    int layer = 0;                     // ORIGINAL number
    std::optional<double> channels{};  // Spearman's
    std::optional<double> kvGroups{};
    std::optional<FateCount> removed{};  // channels, by the cut; none: there is no cut
    std::optional<double> valueA{};      // of the metric of layers that is asked for, as layerCurve() has it
    std::optional<double> valueB{};
};
// `metric`: of layerMetrics(); may be empty.
[[nodiscard]] std::vector<LayerAgreement> layerAgreements(const MeasuredPair& pair,
                                                          const std::string& metric);

class LayerAgreementModel final : public RowsModel<LayerAgreement> {
    Q_OBJECT
public:
    enum Column {
        Layer,
        Channels,
        KvGroups,
        RemovedA,
        RemovedB,
        Both,
        Shared,
        ValueA,
        ValueB,
        Change,
        ColumnCount
    };
    explicit LayerAgreementModel(QObject* parent = nullptr);
    // `metric`: what the values are of.
    void setRows(std::vector<LayerAgreement> rows, const std::string& metric);

protected:
    [[nodiscard]] QVariant cell(const LayerAgreement& row, int column, int role) const override;

private:
    std::string metric_;
};

}  // namespace secateur
