// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which units does B score differently from A? Two measurements: blue where A holds a unit for more
// important, orange where B does, by its place in the order of its layer or by its score. Colours reach from
// zero to what 98 % of the units stay within.
#pragma once

#include <memory>
#include <vector>

#include "core/planning/score_difference.h"
#include "widgets/plots/pair_map_view.h"

class QComboBox;

namespace secateur {

class ScoreDifferenceView final : public PairMapView {
    Q_OBJECT
public:
    explicit ScoreDifferenceView(QWidget* parent = nullptr);

    // Null: there is nothing to draw.
    void setDifference(std::shared_ptr<const ScoreDifference> difference);
    // Places in the order of a layer, or else scores.
    [[nodiscard]] bool ofRanks() const;
    // The difference whose colour is the strongest, as a fraction.
    [[nodiscard]] double scale() const noexcept { return scale_; }
    [[nodiscard]] QString describeUnit(int row, int unit) const override;

    // layer, unit, difference of ranks, relative difference: of all units that are shown.
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

protected:
    [[nodiscard]] std::vector<Line> lines() override;
    [[nodiscard]] std::vector<QColor> shades(const PlotTheme& theme) const override;
    [[nodiscard]] std::vector<Key> keys(const PlotTheme& theme) const override;

private:
    [[nodiscard]] const UnitDifference& units(const LayerScoreDifference& layer) const {
        return groups() ? layer.kvGroups : layer.channels;
    }
    [[nodiscard]] const std::vector<float>& drawn(const LayerScoreDifference& layer) const {
        return ofRanks() ? units(layer).ranks : units(layer).values;
    }
    void chooseScale();

    std::shared_ptr<const ScoreDifference> difference_;
    QComboBox* of_;
    double scale_ = 1.0;
};

}  // namespace secateur
