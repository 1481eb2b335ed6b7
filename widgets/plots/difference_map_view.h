// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does only one of the plans remove? Every unit in four colours: kept by both, removed by A alone, by B
// alone, by both.
#pragma once

#include <vector>

#include "core/planning/plan_difference.h"
#include "widgets/plots/pair_map_view.h"

namespace secateur {

class DifferenceMapView final : public PairMapView {
    Q_OBJECT
public:
    explicit DifferenceMapView(QWidget* parent = nullptr);

    struct Row {
        int layer = 0;  // ORIGINAL number
        std::vector<PairFate> channels;
        std::vector<PairFate> kvGroups;
    };
    void setRows(std::vector<Row> rows);
    [[nodiscard]] QString describeUnit(int row, int unit) const override;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

protected:
    [[nodiscard]] std::vector<Line> lines() override;
    [[nodiscard]] std::vector<QColor> shades(const PlotTheme& theme) const override;
    [[nodiscard]] std::vector<Key> keys(const PlotTheme& theme) const override;

private:
    [[nodiscard]] const std::vector<PairFate>& fates(const Row& row) const {
        return groups() ? row.kvGroups : row.channels;
    }

    std::vector<Row> rows_;
    std::vector<FateCount> counts_;  // one a row, of what is shown
};

// Of every layer: how many units share each fate, and the overlap of what is removed.
[[nodiscard]] FateCount countFates(const std::vector<PairFate>& fates);

}  // namespace secateur
