// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/profile_panels.h"

#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/unit_text.h"
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

void place(QCPItemPosition& position, QCPAxisRect& rect, double layer, double ratio) {
    position.setAxisRect(&rect);
    position.setAxes(rect.axis(QCPAxis::atBottom), rect.axis(QCPAxis::atLeft));
    position.setTypeX(QCPItemPosition::ptPlotCoords);
    position.setTypeY(QCPItemPosition::ptAxisRectRatio);
    position.setCoords(layer, ratio);
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

QCPRange rangeOfMost(const std::vector<float>& values) {
    constexpr std::size_t kFew = 5;
    constexpr double kFar = 3.0;  // widths of the middle half, beyond it
    std::vector<float> sorted;
    for (const float value : values)
        if (std::isfinite(value)) sorted.push_back(value);
    if (sorted.size() < kFew) return rangeOf(values);
    std::sort(sorted.begin(), sorted.end());
    const double low = sorted[sorted.size() / 4], high = sorted[sorted.size() - 1 - sorted.size() / 4];
    const double reach = kFar * (high - low);
    if (reach <= 0.0) return rangeOf(values);
    std::erase_if(sorted, [&](float value) { return value < low - reach || value > high + reach; });
    return rangeOf(sorted);
}

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
            QCPAxis* upright = panel.rect->axis(QCPAxis::atLeft);
            if (curve.series->baseline) {
                QCPRange shown = rangeOfMost(curve.series->values);
                shown.expand(static_cast<double>(*curve.series->baseline));
                setUpAxis(upright, shown, false);
                addBaseline(panel, *curve.series, theme);
                nameBroken(*canvas_, *panel.rect, {curve.series->layers, curve.series->values, curve.colour},
                           upright->range());
            } else {
                setUpAxis(upright, rangeOf(curve.series->values), log);
            }
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

    Panel panel{.rect = rect,
                .selection = OverlayBands(*canvas_, *rect, OverlayBands::Along::Up),
                .cursor = new QCPItemStraightLine(canvas_)};
    for (QCPItemPosition* position : {panel.cursor->point1, panel.cursor->point2})
        place(*position, *rect, 0.0, 0.0);
    panel.cursor->setLayer(QStringLiteral("overlay"));
    panel.cursor->setClipAxisRect(rect);
    panel.cursor->setVisible(false);
    panel.selection.setStyle(Qt::NoPen, translucent(theme.selection, 0.25));
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

void ProfilePanels::addBaseline(const Panel& panel, const ProfileSeries& series, const PlotTheme& theme) {
    auto* line = new QCPItemStraightLine(canvas_);
    line->setClipAxisRect(panel.rect);
    line->setPen(QPen(theme.muted, 1.2, Qt::DashLine));
    for (QCPItemPosition* end : {line->point1, line->point2}) {
        end->setAxisRect(panel.rect);
        end->setAxes(panel.rect->axis(QCPAxis::atBottom), panel.rect->axis(QCPAxis::atLeft));
    }
    line->point1->setCoords(0.0, *series.baseline);
    line->point2->setCoords(1.0, *series.baseline);
    if (series.baselineName.isEmpty()) return;
    auto* name = new QCPItemText(canvas_);
    name->setText(series.baselineName);
    name->setFont(canvas_->font());
    name->setColor(theme.muted);
    name->setClipAxisRect(panel.rect);
    name->setPositionAlignment(Qt::AlignRight | Qt::AlignBottom);
    name->position->setAxisRect(panel.rect);
    name->position->setAxes(panel.rect->axis(QCPAxis::atBottom), panel.rect->axis(QCPAxis::atLeft));
    name->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
    name->position->setTypeY(QCPItemPosition::ptPlotCoords);
    name->position->setCoords(0.995, *series.baseline);
}

void nameBroken(PlotCanvas& canvas, QCPAxisRect& rect, const FarValues& far, const QCPRange& shown) {
    for (std::size_t i = 0; i < std::min(far.layers.size(), far.values.size()); ++i) {
        const double value = far.values[i];
        if (!std::isfinite(value) || shown.contains(value)) continue;
        const bool above = value > shown.upper;
        auto* text = new QCPItemText(&canvas);
        constexpr double kMany = 1e4;  // from which "297 k" is read more easily
        const QString number = std::abs(value) < kMany
                                   ? scoreText(value)
                                   : QString::fromStdString(formatCount(std::llround(value)));
        text->setText(QStringLiteral("%1 %2").arg(above ? QChar(0x2191) : QChar(0x2193)).arg(number));
        text->setFont(canvas.font());
        text->setColor(far.colour);
        text->setBrush(far.behind);
        text->setClipAxisRect(&rect);
        const bool left = i < far.layers.size() / 2;
        text->setPositionAlignment((left ? Qt::AlignLeft : Qt::AlignRight) |
                                   (above ? Qt::AlignTop : Qt::AlignBottom));
        const int away = far.line * QFontMetrics(canvas.font()).height();
        text->setPadding(QMargins(8, above ? away : 0, 8, above ? 0 : away));
        place(*text->position, rect, far.layers[i], above ? 0.0 : 1.0);
    }
}

void ProfilePanels::hatch(const std::vector<int>& layers, const PlotTheme& theme) {
    for (const Panel& panel : panels_)
        for (std::size_t from = 0; from < layers.size();) {
            std::size_t to = from;
            while (to + 1 < layers.size() && layers[to + 1] == layers[to] + 1) ++to;
            auto* run = new QCPItemRect(canvas_);
            run->setLayer(QStringLiteral("grid"));
            run->setClipAxisRect(panel.rect);
            run->setPen(Qt::NoPen);
            run->setBrush(QBrush(theme.removed, Qt::BDiagPattern));
            place(*run->topLeft, *panel.rect, layers[from] - 0.5, 0.0);
            place(*run->bottomRight, *panel.rect, layers[to] + 0.5, 1.0);
            from = to + 1;
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

void ProfilePanels::shareHeight() {
    constexpr double kLeast = 16.0;
    const auto count = static_cast<double>(panels_.size());
    const double line = QFontMetrics(canvas_->font()).height();
    const double below = 1.5 * line + 8.0;  // numbers and label of the axis, beyond what all leave
    const double each = (canvas_->viewport().height() - count * (line + 4.0) - below) / count;
    for (const Panel& panel : panels_) {
        QCPLayoutGrid& grid = *canvas_->plotLayout();
        const bool last = &panel == &panels_.back();
        for (int row = 0; row < grid.rowCount(); ++row)
            if (grid.element(row, 0) == panel.rect)
                grid.setRowStretchFactor(row, last && each > kLeast ? (each + below) / each : 1.0);
    }
}

void ProfilePanels::markCursor(int layer) {
    for (Panel& panel : panels_) {
        panel.cursor->setVisible(layer >= 0);
        panel.cursor->point1->setCoords(layer, 0.0);
        panel.cursor->point2->setCoords(layer, 1.0);
    }
}

void ProfilePanels::markSelection(const std::vector<int>& layers) {
    for (Panel& panel : panels_) panel.selection.show(layers);
}

int ProfilePanels::layerAt(const QPointF& position) const {
    if (panels_.empty()) return -1;
    const QCPAxisRect* rect = panels_.front().rect;
    if (position.x() < rect->left() || position.x() > rect->right()) return -1;
    return static_cast<int>(std::lround(rect->axis(QCPAxis::atBottom)->pixelToCoord(position.x())));
}

}  // namespace secateur
