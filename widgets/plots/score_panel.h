// SPDX-License-Identifier: GPL-3.0-or-later
//
// One histogram of a distribution: the scores of channels or of KV groups, what the threshold removes in
// grey, the line itself and the shade over its removed side; and a curve of the share of the units that a
// threshold removes, wherever it is put. What the upright axes count stands above them, where there is room
// for it. Positive raw scores are spread over decades, so those are drawn on a logarithmic axis.
#pragma once

#include "widgets/plots/histogram.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/score_pool.h"

namespace secateur {

class ScorePanel {
public:
    ScorePanel(PlotCanvas* canvas, UnitKind kind, QCPMarginGroup* margins);

    void applyTheme(const PlotTheme& theme, const QFont& font);
    // Counts and draws; `line` = the one threshold (NaN: none, or one a layer), `range` in scores.
    void show(const ScorePool& pool, const ScoreRange& range, double line, const QString& scoreLabel);

    [[nodiscard]] UnitKind kind() const noexcept { return kind_; }
    [[nodiscard]] QCPAxisRect* rect() const noexcept { return rect_; }
    [[nodiscard]] bool contains(const QPointF& position) const {
        return rect_->rect().contains(position.toPoint());
    }
    [[nodiscard]] double scoreAt(double pixel) const;
    [[nodiscard]] double pixelOf(double score) const;
    [[nodiscard]] const Histogram& kept() const noexcept { return kept_; }
    [[nodiscard]] const Histogram& removed() const noexcept { return removed_; }
    // Percent of the units that a threshold at that place of the axis removes; NaN beyond the curve.
    [[nodiscard]] double shareAt(double pixel) const;
    // The bin's ends in scores, and its counts: "0.2 to 0.25: 123 channels, 4 of them removed".
    [[nodiscard]] QString describeBin(int bin) const;
    [[nodiscard]] int binAt(double pixel) const;
    // A score as the axis writes it.
    [[nodiscard]] QString written(double score) const;
    [[nodiscard]] double leftScore(int bin) const { return toScore(kept_.left(bin)); }

private:
    void drawLine(double line);
    void arrangeWords();
    void drawShares(const Histogram& competing);
    [[nodiscard]] double toPlace(double score) const;
    [[nodiscard]] double toScore(double place) const;

    UnitKind kind_;
    bool log_ = false;
    bool powers_ = false;  // the axis writes powers of ten
    QCPAxisRect* rect_;    // owned by the canvas, like the rest
    QCPBars* keptBars_;
    QCPBars* removedBars_;
    QCPGraph* shares_;
    QCPItemStraightLine* line_;
    QCPItemRect* shade_;
    QCPItemText* keptText_;
    QCPItemText* removedText_;
    QCPItemText* unitsTitle_;   // above the axis of the counts
    QCPItemText* sharesTitle_;  // above that of the shares
    QColor behind_;             // words that stand over bars
    Histogram kept_;
    Histogram removed_;
};

}  // namespace secateur
