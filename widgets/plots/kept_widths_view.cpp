// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/kept_widths_view.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/base/units.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/overlay_bands.h"
#include "widgets/plots/plot_canvas.h"

namespace secateur {
namespace {

constexpr double kBarWidth = 0.38;  // of a layer's place, for each of two

double percentOf(int kept, int all) {
    return all > 0 ? 100.0 * kept / all : 0.0;
}

int groupsOf(const KeptWidths& widths, bool b) {
    return b ? widths.groupsB : widths.groupsA;
}
int channelsOf(const KeptWidths& widths, bool b) {
    return b ? widths.channelsB : widths.channelsA;
}

}  // namespace

class KeptWidthsView::Private {
public:
    std::vector<KeptWidths> widths;
    QString nameA;
    QString nameB;
    std::vector<int> selected;
    QCPAxisRect* attention = nullptr;  // above
    QCPAxisRect* mlp = nullptr;        // below; the canvas's own
    std::vector<OverlayBands> bands;   // of the selected layers, one a panel
    std::vector<OverlayBands> cursor;  // the same of the one pointed at
    int at = -1;

    [[nodiscard]] QString name(bool b) const {
        return b ? KeptWidthsView::tr("B: %1").arg(nameB) : KeptWidthsView::tr("A: %1").arg(nameA);
    }
    // Of A (false) and B (true), those that are not hidden.
    [[nodiscard]] std::vector<bool> shown(const CurveToggles& toggles) const {
        std::vector<bool> sides;
        for (const bool b : {false, true})
            if (!toggles.hidden(name(b))) sides.push_back(b);
        return sides;
    }
};

KeptWidthsView::KeptWidthsView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("What is kept of every layer?"));
    setEmptyText(tr("Nothing to compare yet. Open a model, and pin a plan as A and one as B."));
    PlotCanvas* plot = canvas();
    placeLegendAbove(*plot);
    d_->mlp = plot->axisRect();  // from now on the canvas takes the one above for its own
    d_->attention = new QCPAxisRect(plot);
    plot->plotLayout()->insertRow(1);
    plot->plotLayout()->addElement(1, 0, d_->attention);
    auto* margins = new QCPMarginGroup(plot);
    for (QCPAxisRect* rect : {d_->attention, d_->mlp}) {
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
        rect->axis(QCPAxis::atBottom)->setTicker(wholeNumberTicker(*rect->axis(QCPAxis::atBottom)));
        rect->axis(QCPAxis::atLeft)->setTicker(numberTicker(*rect->axis(QCPAxis::atLeft), 4));
        rect->axis(QCPAxis::atLeft)->setRange(0.0, 105.0);
    }
    d_->attention->axis(QCPAxis::atBottom)->setTickLabels(false);  // they stand below
    d_->attention->axis(QCPAxis::atLeft)->setLabel(tr("KV groups, %"));
    plot->yAxis->setLabel(tr("channels, %"));
    plot->xAxis->setLabel(tr("layer"));
    connect(&curves(), &CurveToggles::changed, this, &KeptWidthsView::rebuild);
    rebuild();
}

KeptWidthsView::~KeptWidthsView() = default;

void KeptWidthsView::setWidths(std::vector<KeptWidths> widths, const QString& nameA, const QString& nameB) {
    d_->widths = std::move(widths);
    d_->nameA = nameA;
    d_->nameB = nameB;
    curves().setNames(d_->widths.empty() ? QStringList() : QStringList{d_->name(false), d_->name(true)});
    rebuild();
}

void KeptWidthsView::setSelectedLayers(const std::vector<int>& layers) {
    d_->selected = layers;
    markSelected();
    canvas()->redrawOverlay();
}

void KeptWidthsView::markSelected() {
    std::vector<int> shown;
    for (const KeptWidths& one : d_->widths)
        if (std::ranges::binary_search(d_->selected, one.layer)) shown.push_back(one.layer);
    for (OverlayBands& bands : d_->bands) bands.show(shown);
}

void KeptWidthsView::applyTheme(const PlotTheme&) {
    rebuild();
}

void KeptWidthsView::rebuild() {
    const PlotTheme colours = theme();
    PlotCanvas* plot = canvas();
    plot->clearPlottables();
    plot->clearItems();
    d_->bands.clear();
    d_->cursor.clear();
    for (QCPAxisRect* rect : {d_->attention, d_->mlp}) {
        QCPAxis* across = rect->axis(QCPAxis::atBottom);
        QCPAxis* up = rect->axis(QCPAxis::atLeft);
        styleAxis(across, colours, font());
        styleAxis(up, colours, font());
        if (d_->widths.empty()) continue;
        across->setRange(d_->widths.front().layer - 0.7, d_->widths.back().layer + 0.7);
        d_->bands.emplace_back(*plot, *rect, OverlayBands::Along::Up);
        d_->bands.back().setStyle(Qt::NoPen, translucent(colours.selection, 0.25));
        d_->cursor.emplace_back(*plot, *rect, OverlayBands::Along::Up);
        d_->cursor.back().setStyle(QPen(colours.cursor, 1.2), Qt::NoBrush);
        const bool attention = rect == d_->attention;
        for (const bool second : {false, true}) {
            auto* bars = new QCPBars(across, up);
            bars->setWidth(kBarWidth);
            bars->setPen(Qt::NoPen);
            const QColor colour = colours.series(second ? 1 : 0);
            const bool hidden = curves().hidden(d_->name(second));
            bars->setBrush(hidden ? translucent(colour, CurveToggles::kFaint) : colour);
            bars->setName(d_->name(second));
            if (attention) bars->removeFromLegend();
            if (hidden) continue;  // its name stays
            for (const KeptWidths& one : d_->widths) {
                const int kept = attention ? groupsOf(one, second) : channelsOf(one, second);
                bars->addData(one.layer + (second ? 0.5 : -0.5) * kBarWidth,
                              percentOf(kept, attention ? one.groups : one.channels));
            }
        }
    }
    markSelected();
    plot->applyTheme(colours);
    styleLegend(*plot, colours, font());
    fadeHidden(*plot, colours, curves());
    showLegend(*plot, !d_->widths.empty());
    contentChanged(d_->widths.empty());
    moveTo(-1);
}

void KeptWidthsView::moveTo(int index) {
    d_->at = index;
    const KeptWidths* widths = index >= 0 ? &d_->widths[static_cast<std::size_t>(index)] : nullptr;
    for (OverlayBands& cursor : d_->cursor)
        cursor.show(widths != nullptr ? std::vector<int>{widths->layer} : std::vector<int>());
    canvas()->redrawOverlay();
    setHoverText(widths != nullptr ? describe(*widths) : QString());
}

int KeptWidthsView::indexAt(const QPointF& position) const {
    const double layer = canvas()->xAxis->pixelToCoord(position.x());
    const auto found = std::ranges::find_if(
        d_->widths, [layer](const KeptWidths& one) { return std::abs(one.layer - layer) <= 0.5; });
    return found == d_->widths.end() ? -1 : static_cast<int>(found - d_->widths.begin());
}

void KeptWidthsView::pointTo(const QPointF& position) {
    moveTo(indexAt(position));
}
void KeptWidthsView::pointAway() {
    moveTo(-1);
}

void KeptWidthsView::chooseAt(const QPointF& position) {
    const int index = indexAt(position);
    if (index >= 0) Q_EMIT layerSelected(d_->widths[static_cast<std::size_t>(index)].layer);
}

bool KeptWidthsView::pressKey(int key) {
    const int last = static_cast<int>(d_->widths.size()) - 1;
    if (last < 0) return false;
    switch (key) {
        case Qt::Key_Left:
            moveTo(std::max(0, d_->at - 1));
            return true;
        case Qt::Key_Right:
            moveTo(std::min(last, d_->at + 1));
            return true;
        case Qt::Key_Home:
            moveTo(0);
            return true;
        case Qt::Key_End:
            moveTo(last);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (d_->at >= 0) Q_EMIT layerSelected(d_->widths[static_cast<std::size_t>(d_->at)].layer);
            return true;
        default:
            return false;
    }
}

QString KeptWidthsView::curveNamed(const QPointF& position) const {
    return curveInLegend(*canvas(), curves(), position);
}

// "layer 2: A keeps 3 of 4 KV groups and 4 of 8 channels, B 0 and 0"
QString KeptWidthsView::describe(const KeptWidths& widths) const {
    QStringList parts;
    for (const bool b : d_->shown(curves())) {
        const QString side = b ? QStringLiteral("B") : QStringLiteral("A");
        parts << (parts.isEmpty()
                      ? tr("%1 keeps %2 of %3 KV groups and %4 of %5 channels")
                            .arg(side)
                            .arg(groupsOf(widths, b))
                            .arg(widths.groups)
                            .arg(channelsOf(widths, b))
                            .arg(widths.channels)
                      : tr("%1 %2 and %3").arg(side).arg(groupsOf(widths, b)).arg(channelsOf(widths, b)));
    }
    return parts.isEmpty() ? tr("layer %1").arg(widths.layer)
                           : tr("layer %1: %2").arg(widths.layer).arg(parts.join(QStringLiteral(", ")));
}

// Counts of units, then those that each side keeps.
QString KeptWidthsView::csv() const {
    if (isEmpty()) return {};
    const std::vector<bool> sides = d_->shown(curves());
    QStringList lines;
    const auto add = [&](const QString& layer, const auto& cell) {
        QStringList fields{layer};
        for (const bool groups : {true, false}) {
            fields << cell(groups, std::optional<bool>());
            for (const bool b : sides) fields << cell(groups, std::optional(b));
        }
        lines << fields.join(QLatin1Char(','));
    };
    add(QStringLiteral("layer"), [](bool groups, const std::optional<bool>& b) {
        const QString units = groups ? QStringLiteral("kv_groups") : QStringLiteral("channels");
        return !b ? units : units + (*b ? QStringLiteral("_b") : QStringLiteral("_a"));
    });
    for (const KeptWidths& one : d_->widths)
        add(QString::number(one.layer), [&](bool groups, const std::optional<bool>& b) {
            const int all = groups ? one.groups : one.channels;
            return QString::number(!b ? all : groups ? groupsOf(one, *b) : channelsOf(one, *b));
        });
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QString KeptWidthsView::textSummary() const {
    if (d_->widths.empty()) return emptyText();
    QStringList lines;
    for (const KeptWidths& one : d_->widths) lines << describe(one);
    if (const QString hidden = curves().hiddenInWords(); !hidden.isEmpty()) lines << hidden;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
