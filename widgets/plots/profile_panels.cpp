// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/profile_panels.h"

#include <algorithm>
#include <cmath>

#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/value_scale.h"

namespace secateur {

namespace {

constexpr int kTicksInPanel = 3;

QString heading(const ProfileSeries& series) {
    return series.unit.isEmpty() ? series.name : QStringLiteral("%1 (%2)").arg(series.name, series.unit);
}

// The ends of the finite values; [0, 1] when there are none.
QCPRange rangeOf(const std::vector<float>& values) {
    QCPRange range(0.0, 1.0);
    bool found = false;
    for (float value : values) {
        if (!std::isfinite(value)) continue;
        range = found ? QCPRange(std::min<double>(range.lower, value), std::max<double>(range.upper, value))
                      : QCPRange(value, value);
        found = true;
    }
    return range;
}

QCPRange widened(const QCPRange& range) {
    const double margin =
        range.size() > 0.0 ? 0.08 * range.size() : std::max(0.5, 0.1 * std::abs(range.lower));
    return {range.lower - margin, range.upper + margin};
}

void setUpAxis(QCPAxis* axis, const QCPRange& values, bool log) {
    axis->setSubTicks(false);
    if (!log || values.lower <= 0.0) {
        axis->setRange(widened(values));
        axis->setTicker(numberTicker(*axis, kTicksInPanel));
        return;
    }
    const double margin = std::max(std::pow(values.upper / values.lower, 0.1), 1.05);
    const ValueScale scale(ValueScale::Kind::Log, values.lower / margin, values.upper * margin);
    axis->setScaleType(QCPAxis::stLogarithmic);
    axis->setTicker(scaleTicker(*axis, scale, [](double value) { return value; }));
    axis->setRange(scale.low(), scale.high());
}

QCPRange layersOf(const std::vector<ProfilePanels::Curve>& curves) {
    QCPRange range(0.0, 0.0);
    bool found = false;
    for (const auto& curve : curves) {
        for (int layer : curve.series->layers) {
            range = found
                        ? QCPRange(std::min<double>(range.lower, layer), std::max<double>(range.upper, layer))
                        : QCPRange(layer, layer);
            found = true;
        }
    }
    return range;
}

}  // namespace

void ProfilePanels::build(const std::vector<Curve>& curves, ProfileView::Arrangement arrangement, bool log,
                          const PlotTheme& theme) {
    canvas_->clearItems();
    canvas_->clearPlottables();
    canvas_->plotLayout()->clear();
    canvas_->plotLayout()->setRowSpacing(0);
    delete margins_;
    margins_ = new QCPMarginGroup(canvas_);
    panels_.clear();
    if (arrangement == ProfileView::Arrangement::Overlaid) {
        Panel& panel = addPanel(ProfileView::tr("each curve from its least (0) to its greatest value (1)"),
                                theme.text, theme);
        QCPAxis* scaled = panel.rect->axis(QCPAxis::atLeft);
        scaled->setRange(-0.06, 1.06);
        scaled->setTicker(numberTicker(*scaled));
        for (const Curve& curve : curves) addCurve(panel, curve, true);
    } else {
        for (const Curve& curve : curves) {
            Panel& panel = addPanel(heading(*curve.series), curve.colour, theme);
            setUpAxis(panel.rect->axis(QCPAxis::atLeft), rangeOf(curve.series->values), log);
            addCurve(panel, curve, false);
        }
    }
    finish(theme, layersOf(curves));
}

ProfilePanels::Panel& ProfilePanels::addPanel(const QString& heading, const QColor& colour,
                                              const PlotTheme& theme) {
    QCPLayoutGrid* layout = canvas_->plotLayout();
    auto* text = new QCPTextElement(canvas_, heading, canvas_->font());
    text->setTextColor(colour);
    text->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
    text->setMargins(QMargins(6, 4, 0, 0));
    layout->addElement(layout->rowCount(), 0, text);
    auto* rect = new QCPAxisRect(canvas_);
    layout->addElement(layout->rowCount(), 0, rect);
    rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins_);
    // Labels at the ends of the upright axis reach beyond it, and would meet the headings.
    const int half = QFontMetrics(canvas_->font()).height() / 2 + 1;
    rect->setMinimumMargins(QMargins(0, half, 8, half));
    rect->setMinimumSize(60, 16);  // many panels leave little for each; headings are not squeezed for it
    rect->axis(QCPAxis::atBottom)->setTicker(wholeNumberTicker(*rect->axis(QCPAxis::atBottom)));
    rect->axis(QCPAxis::atBottom)->setTickLabels(false);

    Panel panel{.rect = rect, .selection = {}, .cursor = new QCPItemStraightLine(canvas_)};
    for (QCPItemPosition* position : {panel.cursor->point1, panel.cursor->point2}) {
        position->setAxisRect(rect);
        position->setAxes(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
        position->setTypeX(QCPItemPosition::ptPlotCoords);
        position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    panel.cursor->setLayer(QStringLiteral("overlay"));
    panel.cursor->setClipAxisRect(rect);
    panel.cursor->setVisible(false);
    mark_ = theme.selection;
    mark_.setAlpha(60);
    panel.cursor->setPen(QPen(theme.cursor, 1.0, Qt::DotLine));
    panels_.push_back(panel);
    return panels_.back();
}

// A layer that is not there (chopped before measuring) leaves a gap.
void ProfilePanels::addCurve(const Panel& panel, const Curve& curve, bool scaled) {
    auto* graph = new QCPGraph(panel.rect->axis(QCPAxis::atBottom), panel.rect->axis(QCPAxis::atLeft));
    graph->setPen(QPen(curve.colour, 1.6));
    graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5.0));
    const ProfileSeries& series = *curve.series;
    const QCPRange range = rangeOf(series.values);
    const std::size_t count = std::min(series.layers.size(), series.values.size());
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0 && series.layers[i] > series.layers[i - 1] + 1)
            graph->addData(series.layers[i] - 0.5, qQNaN());
        double value = std::isfinite(series.values[i]) ? series.values[i] : qQNaN();
        if (scaled) value = range.size() > 0.0 ? (value - range.lower) / range.size() : 0.5;
        graph->addData(series.layers[i], value);
    }
}

void ProfilePanels::finish(const PlotTheme& theme, const QCPRange& layers) {
    canvas_->applyTheme(theme);
    for (Panel& panel : panels_)
        panel.rect->axis(QCPAxis::atBottom)->setRange(layers.lower - 0.5, layers.upper + 0.5);
    if (panels_.empty()) return;
    QCPAxis* bottom = panels_.back().rect->axis(QCPAxis::atBottom);
    bottom->setTickLabels(true);
    bottom->setLabel(ProfileView::tr("layer"));
}

void ProfilePanels::markCursor(int layer) {
    for (Panel& panel : panels_) {
        panel.cursor->setVisible(layer >= 0);
        panel.cursor->point1->setCoords(layer, 0.0);
        panel.cursor->point2->setCoords(layer, 1.0);
    }
}

void ProfilePanels::addMark(Panel& panel) const {
    auto* mark = new QCPItemRect(canvas_);
    for (QCPItemPosition* position : {mark->topLeft, mark->bottomRight}) {
        position->setAxisRect(panel.rect);
        position->setAxes(panel.rect->axis(QCPAxis::atBottom), panel.rect->axis(QCPAxis::atLeft));
        position->setTypeX(QCPItemPosition::ptPlotCoords);
        position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    mark->setLayer(QStringLiteral("overlay"));
    mark->setClipAxisRect(panel.rect);
    mark->setPen(Qt::NoPen);
    mark->setBrush(mark_);
    panel.selection.push_back(mark);
}

void ProfilePanels::markSelection(const std::vector<int>& layers) {
    for (Panel& panel : panels_) {
        while (panel.selection.size() < layers.size()) addMark(panel);
        for (std::size_t i = 0; i < panel.selection.size(); ++i) {
            QCPItemRect* mark = panel.selection[i];
            mark->setVisible(i < layers.size());
            if (i >= layers.size()) continue;
            mark->topLeft->setCoords(layers[i] - 0.5, 0.0);
            mark->bottomRight->setCoords(layers[i] + 0.5, 1.0);
        }
    }
}

int ProfilePanels::layerAt(const QPointF& position) const {
    if (panels_.empty()) return -1;
    const QCPAxisRect* rect = panels_.front().rect;
    if (position.x() < rect->left() || position.x() > rect->right()) return -1;
    return static_cast<int>(std::lround(rect->axis(QCPAxis::atBottom)->pixelToCoord(position.x())));
}

}  // namespace secateur
