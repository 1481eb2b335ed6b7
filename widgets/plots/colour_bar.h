// SPDX-License-Identifier: GPL-3.0-or-later
//
// The legend of a map: a bar of its colours with round values beside it.
#pragma once

#include "widgets/plots/colour_map.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/value_scale.h"

namespace secateur {

class ColourBar final : public QCPColorScale {
public:
    explicit ColourBar(PlotCanvas* canvas);

    // `label` says what the values are and their unit; `shortLabel` the same in fewer words, where the bar is
    // too short for the whole.
    void show(const ValueScale& scale, ColourMap map, const QString& label, const QString& shortLabel = {});
    void applyTheme(const PlotTheme& theme, const QFont& font);
    void update(UpdatePhase phase) override;

private:
    QString label_;  // what the axis shows of them depends on its height
    QString shortLabel_;
};

// For QCPColorMap, from 0 to 1.
[[nodiscard]] QCPColorGradient gradientOf(ColourMap map);

}  // namespace secateur
