// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/pair_map_view.h"

#include <QComboBox>
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/overlay_bands.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/pointer_grab.h"

namespace secateur {

class PairMapView::Private {
public:
    std::vector<Line> lines;
    std::vector<QRgb> shades;
    std::vector<int> selected;
    QComboBox* kind = nullptr;
    QCPItemPixmap* image = nullptr;  // owned by the canvas, like the marks
    QCPItemRect* cursor = nullptr;
    std::optional<OverlayBands> bands;
    int units = 0;  // of the widest layer
    int row = -1;
    int unit = -1;
    PointerGrab grab;
    // What the picture was painted for.
    QCPRange range;
    QSize size;
    bool stale = true;

    [[nodiscard]] int rowCount() const { return static_cast<int>(lines.size()); }
    [[nodiscard]] const Line& line(int r) const { return lines[static_cast<std::size_t>(r)]; }
    [[nodiscard]] int unitsOf(int r) const { return static_cast<int>(line(r).shades.size()); }
    [[nodiscard]] QImage painted(const QCPRange& across, int width) const;
};

// A line of pixels a layer; each pixel is the mean colour of its units.
QImage PairMapView::Private::painted(const QCPRange& across, int width) const {
    QImage picture(width, rowCount(), QImage::Format_ARGB32_Premultiplied);
    picture.fill(Qt::transparent);
    for (int r = 0; r < rowCount(); ++r) {
        const std::vector<std::uint8_t>& units = line(r).shades;
        auto* pixels = reinterpret_cast<QRgb*>(picture.scanLine(r));
        for (int x = 0; x < width; ++x) {
            const double from = across.lower + 0.5 + across.size() * x / width;
            const double to = across.lower + 0.5 + across.size() * (x + 1) / width;
            const auto first = static_cast<std::ptrdiff_t>(std::floor(from));
            const auto last = std::max(first + 1, static_cast<std::ptrdiff_t>(std::floor(to)));
            std::array<int, 3> sums{};
            int all = 0;
            for (auto unit = std::max<std::ptrdiff_t>(first, 0);
                 unit < std::min<std::ptrdiff_t>(last, std::ssize(units)); ++unit, ++all) {
                const QRgb colour = shades[units[static_cast<std::size_t>(unit)]];
                sums[0] += qRed(colour);
                sums[1] += qGreen(colour);
                sums[2] += qBlue(colour);
            }
            if (all == 0) continue;
            const auto mean = [all](int sum) { return (sum + all / 2) / all; };
            pixels[x] = qRgb(mean(sums[0]), mean(sums[1]), mean(sums[2]));
        }
    }
    return picture;
}

PairMapView::PairMapView(const QString& unitsName, QWidget* parent)
    : PlotView(parent), d_(std::make_unique<Private>()) {
    d_->kind = new QComboBox(this);
    d_->kind->addItems({tr("MLP channels"), tr("KV groups")});
    d_->kind->setToolTip(tr("What a column is"));
    addOption(tr("Units"), d_->kind);
    d_->kind->setAccessibleName(unitsName);
    connect(d_->kind, &QComboBox::currentIndexChanged, this, [this] {
        d_->row = d_->unit = -1;
        rebuild();
        resetView();
    });
    PlotCanvas* plot = canvas();
    placeLegendAbove(*plot);
    plot->yAxis->setTicker(wholeNumberTicker(*plot->yAxis, 12, [this](int row) {
        const bool known = row >= 0 && row < d_->rowCount();
        return known ? QString::number(d_->line(row).layer) : QString();
    }));
    plot->yAxis->setLabel(tr("layer"));
    plot->xAxis->setTicker(wholeNumberTicker(*plot->xAxis));
    connect(plot, &QCustomPlot::afterLayout, this, &PairMapView::paint);
}

PairMapView::~PairMapView() = default;

QColor PairMapView::neutral(const PlotTheme& theme) {
    return theme.dark ? QColor(70, 74, 78) : QColor(222, 224, 226);
}

bool PairMapView::groups() const {
    return d_->kind->currentIndex() == 1;
}

void PairMapView::setShowGroups(bool on) {
    d_->kind->setCurrentIndex(on ? 1 : 0);
}

void PairMapView::setSelectedLayers(const std::vector<int>& layers) {
    d_->selected = layers;
    markSelected();
    canvas()->redrawOverlay();
}

void PairMapView::markSelected() {
    std::vector<int> places;
    for (int r = 0; r < d_->rowCount(); ++r)
        if (std::ranges::binary_search(d_->selected, d_->line(r).layer)) places.push_back(r);
    d_->bands->show(places);
}

void PairMapView::applyTheme(const PlotTheme&) {
    rebuild();
}

void PairMapView::rebuild() {
    const PlotTheme colours = theme();
    PlotCanvas* plot = canvas();
    plot->clearPlottables();
    plot->clearItems();
    const std::pair before(d_->rowCount(), d_->units);
    d_->lines = lines();
    d_->units = 0;
    for (const Line& line : d_->lines) d_->units = std::max(d_->units, static_cast<int>(line.shades.size()));
    d_->shades.clear();
    for (const QColor& colour : shades(colours)) d_->shades.push_back(colour.rgb());
    const bool empty = d_->lines.empty() || d_->units == 0;
    plot->xAxis->setLabel(groups() ? tr("KV group") : tr("channel"));
    d_->image = new QCPItemPixmap(plot);
    d_->image->setScaled(true, Qt::IgnoreAspectRatio, Qt::FastTransformation);
    d_->image->setClipToAxisRect(true);
    d_->stale = true;
    plot->yAxis->setRange(-0.5, d_->rowCount() - 0.5);
    plot->yAxis->setRangeReversed(true);
    for (const Key& one : keys(colours)) {
        QCPGraph* key = plot->addGraph();
        key->setName(one.text);
        key->setLineStyle(QCPGraph::lsNone);
        key->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssSquare, QPen(colours.muted), one.colour, 9.0));
    }
    d_->bands.emplace(*plot, *plot->axisRect(), OverlayBands::Along::Across);
    d_->bands->setStyle(QPen(colours.selection, 1.6), Qt::NoBrush);
    markSelected();
    d_->cursor = new QCPItemRect(plot);
    d_->cursor->setLayer(QStringLiteral("overlay"));
    d_->cursor->setPen(QPen(colours.cursor, 1.5));
    d_->cursor->setVisible(false);
    plot->applyTheme(colours);
    plot->xAxis->grid()->setVisible(false);
    plot->yAxis->grid()->setVisible(false);
    styleLegend(*plot, colours, font());
    showLegend(*plot, !empty);
    contentChanged(empty);
    moveTo(-1, -1);
    if (std::pair(d_->rowCount(), d_->units) != before) resetView();
}

// Once the layout is known: a picture as wide as it is drawn.
void PairMapView::paint() {
    PlotCanvas* plot = canvas();
    const QCPRange range = plot->xAxis->range();
    const QSize size = plot->axisRect()->size();
    if (d_->image == nullptr || d_->lines.empty() || size.width() < 1) return;
    d_->image->topLeft->setCoords(range.lower, -0.5);
    d_->image->bottomRight->setCoords(range.upper, d_->rowCount() - 0.5);
    if (!d_->stale && range == d_->range && size == d_->size) return;
    d_->stale = false;
    d_->range = range;
    d_->size = size;
    d_->image->setPixmap(QPixmap::fromImage(d_->painted(range, size.width())));
}

void PairMapView::moveTo(int row, int unit) {
    d_->row = row;
    d_->unit = unit;
    const bool shown = row >= 0 && unit >= 0;
    d_->cursor->setVisible(shown);
    if (shown) {
        d_->cursor->topLeft->setCoords(unit - 0.5, row - 0.5);
        d_->cursor->bottomRight->setCoords(unit + 0.5, row + 0.5);
    }
    canvas()->redrawOverlay();
    setHoverText(shown ? describeUnit(row, unit) : QString());
}

void PairMapView::pointTo(const QPointF& position) {
    const int row = static_cast<int>(std::lround(canvas()->yAxis->pixelToCoord(position.y())));
    const int unit = static_cast<int>(std::lround(canvas()->xAxis->pixelToCoord(position.x())));
    const bool inside = canvas()->axisRect()->rect().contains(position.toPoint()) && row >= 0 &&
                        row < d_->rowCount() && unit >= 0 && unit < d_->unitsOf(row);
    moveTo(inside ? row : -1, inside ? unit : -1);
}
void PairMapView::pointAway() {
    moveTo(-1, -1);
}

void PairMapView::chooseAt(const QPointF& position) {
    pointTo(position);
    if (d_->row >= 0) Q_EMIT layerSelected(d_->line(d_->row).layer);
}

void PairMapView::resetView() {
    canvas()->xAxis->setRange(-0.5, std::max(d_->units, 1) - 0.5);
    canvas()->refresh();
}

void PairMapView::zoomAt(const QPointF& position, double factor, Qt::KeyboardModifiers) {
    QCPAxis* across = canvas()->xAxis;
    const double middle = across->pixelToCoord(position.x());
    const QCPRange range = across->range();
    const QCPRange wished(middle - (middle - range.lower) * factor, middle + (range.upper - middle) * factor);
    across->setRange(boundedTo(wished, {-0.5, std::max(d_->units, 1) - 0.5}, 4.0));
    canvas()->refresh();
}

bool PairMapView::grabAt(const QPointF& position) {
    d_->grab.begin(position);
    return canvas()->axisRect()->rect().contains(position.toPoint());
}

void PairMapView::dragTo(const QPointF& position) {
    if (!d_->grab.drags(position)) return;
    QCPAxis* across = canvas()->xAxis;
    const double shift = across->pixelToCoord(d_->grab.from().x()) - across->pixelToCoord(position.x());
    d_->grab.goOnFrom(position);
    across->setRange(boundedTo(across->range() + shift, {-0.5, std::max(d_->units, 1) - 0.5}, 4.0));
    canvas()->refresh();
}

void PairMapView::dropAt(const QPointF& position) {
    if (!d_->grab.dragged()) chooseAt(position);
}

bool PairMapView::pressKey(int key) {
    if (d_->lines.empty()) return false;
    const auto go = [&](int row, int unit) {
        const int r = std::clamp(row, 0, d_->rowCount() - 1);
        moveTo(r, std::clamp(unit, 0, std::max(0, d_->unitsOf(r) - 1)));
    };
    switch (key) {
        case Qt::Key_Left:
            go(std::max(d_->row, 0), d_->unit - 1);
            return true;
        case Qt::Key_Right:
            go(std::max(d_->row, 0), d_->unit + 1);
            return true;
        case Qt::Key_Up:
            go(d_->row - 1, std::max(d_->unit, 0));
            return true;
        case Qt::Key_Down:
            go(d_->row + 1, std::max(d_->unit, 0));
            return true;
        case Qt::Key_0:
            resetView();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (d_->row >= 0) Q_EMIT layerSelected(d_->line(d_->row).layer);
            return true;
        default:
            return false;
    }
}

}  // namespace secateur
