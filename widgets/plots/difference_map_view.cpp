// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/difference_map_view.h"

#include <QApplication>
#include <QComboBox>
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/base/units.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/overlay_bands.h"
#include "widgets/plots/plot_canvas.h"

namespace secateur {
namespace {

constexpr int kFates = 4;

QString fateText(PairFate fate) {
    switch (fate) {
        case PairFate::KeptByBoth:
            return DifferenceMapView::tr("kept by both");
        case PairFate::RemovedByA:
            return DifferenceMapView::tr("removed by A alone");
        case PairFate::RemovedByB:
            return DifferenceMapView::tr("removed by B alone");
        case PairFate::RemovedByBoth:
            return DifferenceMapView::tr("removed by both");
    }
    return {};
}

QColor fateColour(PairFate fate, const PlotTheme& theme) {
    switch (fate) {
        case PairFate::KeptByBoth:
            return theme.dark ? QColor(70, 74, 78) : QColor(222, 224, 226);
        case PairFate::RemovedByA:
            return theme.series(0);
        case PairFate::RemovedByB:
            return theme.series(1);
        case PairFate::RemovedByBoth:
            return theme.dark ? QColor(190, 190, 190) : QColor(60, 60, 60);
    }
    return {};
}

int valueOf(const FateCount& count, PairFate fate) {
    const int counts[] = {count.keptByBoth, count.removedByA, count.removedByB, count.removedByBoth};
    return counts[static_cast<std::size_t>(fate)];
}

QString countsText(const FateCount& count) {
    QStringList parts;
    for (int fate = 0; fate < kFates; ++fate) {
        const auto one = static_cast<PairFate>(fate);
        parts << QStringLiteral("%1 %2").arg(valueOf(count, one)).arg(fateText(one));
    }
    if (const auto overlap = count.overlap())
        parts << DifferenceMapView::tr("overlap of what is removed %1")
                     .arg(QString::fromStdString(formatPercent(*overlap)));
    return parts.join(QStringLiteral(", "));
}

}  // namespace

FateCount countFates(const std::vector<PairFate>& fates) {
    std::array<int, kFates> counts{};
    for (const PairFate fate : fates) ++counts[static_cast<std::size_t>(fate)];
    return {counts[0], counts[1], counts[2], counts[3]};
}

class DifferenceMapView::Private {
public:
    std::vector<Row> rows;
    std::vector<FateCount> counts;  // one a row, of what is shown
    std::vector<int> selected;
    QComboBox* kind = nullptr;
    QCPItemPixmap* image = nullptr;  // owned by the canvas, like the marks
    QCPItemRect* cursor = nullptr;
    std::optional<OverlayBands> bands;
    int units = 0;  // of the widest layer
    int row = -1;
    int unit = -1;
    QPointF grabbed;
    bool dragged = false;
    // What the picture was painted for.
    QCPRange range;
    QSize size;
    bool stale = true;

    [[nodiscard]] bool groups() const { return kind->currentIndex() == 1; }
    [[nodiscard]] const std::vector<PairFate>& fates(std::size_t r) const {
        return groups() ? rows[r].kvGroups : rows[r].channels;
    }
    [[nodiscard]] QImage painted(const QCPRange& across, int width, const PlotTheme& theme) const;
};

// A line of pixels a layer; each pixel is the mean colour of its units.
QImage DifferenceMapView::Private::painted(const QCPRange& across, int width, const PlotTheme& theme) const {
    QImage picture(width, static_cast<int>(rows.size()), QImage::Format_ARGB32_Premultiplied);
    picture.fill(Qt::transparent);
    std::array<QColor, kFates> colours;
    for (int fate = 0; fate < kFates; ++fate)
        colours[static_cast<std::size_t>(fate)] = fateColour(static_cast<PairFate>(fate), theme);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::vector<PairFate>& line = fates(r);
        auto* pixels = reinterpret_cast<QRgb*>(picture.scanLine(static_cast<int>(r)));
        for (int x = 0; x < width; ++x) {
            const double from = across.lower + 0.5 + across.size() * x / width;
            const double to = across.lower + 0.5 + across.size() * (x + 1) / width;
            const auto first = static_cast<std::ptrdiff_t>(std::floor(from));
            const auto last = std::max(first + 1, static_cast<std::ptrdiff_t>(std::floor(to)));
            std::array<int, kFates> counts{};
            int all = 0;
            for (auto unit = std::max<std::ptrdiff_t>(first, 0);
                 unit < std::min<std::ptrdiff_t>(last, std::ssize(line)); ++unit, ++all)
                ++counts[static_cast<std::size_t>(line[static_cast<std::size_t>(unit)])];
            if (all == 0) continue;
            double red = 0.0, green = 0.0, blue = 0.0;
            for (std::size_t fate = 0; fate < kFates; ++fate) {
                const double share = static_cast<double>(counts[fate]) / all;
                red += share * colours[fate].red();
                green += share * colours[fate].green();
                blue += share * colours[fate].blue();
            }
            pixels[x] = qRgb(static_cast<int>(std::lround(red)), static_cast<int>(std::lround(green)),
                             static_cast<int>(std::lround(blue)));
        }
    }
    return picture;
}

DifferenceMapView::DifferenceMapView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("What does only one of the plans remove?"));
    setEmptyText(tr("Nothing to compare yet. Open a model, and pin a plan as A and one as B."));
    d_->kind = new QComboBox(this);
    d_->kind->addItems({tr("MLP channels"), tr("KV groups")});
    d_->kind->setToolTip(tr("What a column is"));
    addOption(tr("Units"), d_->kind);
    d_->kind->setAccessibleName(tr("Units of the difference"));
    connect(d_->kind, &QComboBox::currentIndexChanged, this, [this] {
        d_->row = d_->unit = -1;
        rebuild();
        resetView();
    });
    PlotCanvas* plot = canvas();
    placeLegendAbove(*plot);
    plot->yAxis->setTicker(wholeNumberTicker(*plot->yAxis, 12, [this](int row) {
        const bool known = row >= 0 && row < static_cast<int>(d_->rows.size());
        return known ? QString::number(d_->rows[static_cast<std::size_t>(row)].layer) : QString();
    }));
    plot->yAxis->setLabel(tr("layer"));
    plot->xAxis->setTicker(wholeNumberTicker(*plot->xAxis));
    connect(plot, &QCustomPlot::afterLayout, this, &DifferenceMapView::paint);
    rebuild();
}

DifferenceMapView::~DifferenceMapView() = default;

void DifferenceMapView::setRows(std::vector<Row> rows) {
    const auto shape = [](const std::vector<Row>& all) {
        return all.empty() ? std::pair<std::size_t, std::size_t>()
                           : std::pair(all.size(), all.front().channels.size());
    };
    const bool same = shape(rows) == shape(d_->rows);
    d_->rows = std::move(rows);
    rebuild();
    if (!same) resetView();
}

void DifferenceMapView::setShowGroups(bool on) {
    d_->kind->setCurrentIndex(on ? 1 : 0);
}

void DifferenceMapView::setSelectedLayers(const std::vector<int>& layers) {
    d_->selected = layers;
    markSelected();
    canvas()->redrawOverlay();
}

void DifferenceMapView::markSelected() {
    std::vector<int> places;
    for (std::size_t r = 0; r < d_->rows.size(); ++r)
        if (std::ranges::binary_search(d_->selected, d_->rows[r].layer))
            places.push_back(static_cast<int>(r));
    d_->bands->show(places);
}

void DifferenceMapView::applyTheme(const PlotTheme&) {
    rebuild();
}

void DifferenceMapView::rebuild() {
    const PlotTheme colours = theme();
    PlotCanvas* plot = canvas();
    plot->clearPlottables();
    plot->clearItems();
    d_->units = 0;
    d_->counts.clear();
    for (std::size_t r = 0; r < d_->rows.size(); ++r) {
        d_->units = std::max(d_->units, static_cast<int>(d_->fates(r).size()));
        d_->counts.push_back(countFates(d_->fates(r)));
    }
    const bool empty = d_->rows.empty() || d_->units == 0;
    plot->xAxis->setLabel(d_->groups() ? tr("KV group") : tr("channel"));
    d_->image = new QCPItemPixmap(plot);
    d_->image->setScaled(true, Qt::IgnoreAspectRatio, Qt::FastTransformation);
    d_->image->setClipToAxisRect(true);
    d_->stale = true;
    plot->yAxis->setRange(-0.5, static_cast<double>(d_->rows.size()) - 0.5);
    plot->yAxis->setRangeReversed(true);
    FateCount all;
    for (const FateCount& one : d_->counts) {
        all.keptByBoth += one.keptByBoth;
        all.removedByA += one.removedByA;
        all.removedByB += one.removedByB;
        all.removedByBoth += one.removedByBoth;
    }
    for (int fate = 0; fate < kFates; ++fate) {
        const auto one = static_cast<PairFate>(fate);
        QCPGraph* key = plot->addGraph();
        key->setName(QStringLiteral("%1: %2").arg(fateText(one)).arg(valueOf(all, one)));
        key->setLineStyle(QCPGraph::lsNone);
        const QColor colour = fateColour(one, colours);
        key->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssSquare, QPen(colours.muted), colour, 9.0));
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
}

// Once the layout is known: a picture as wide as it is drawn.
void DifferenceMapView::paint() {
    PlotCanvas* plot = canvas();
    const QCPRange range = plot->xAxis->range();
    const QSize size = plot->axisRect()->size();
    if (d_->image == nullptr || d_->rows.empty() || size.width() < 1) return;
    d_->image->topLeft->setCoords(range.lower, -0.5);
    d_->image->bottomRight->setCoords(range.upper, static_cast<double>(d_->rows.size()) - 0.5);
    if (!d_->stale && range == d_->range && size == d_->size) return;
    d_->stale = false;
    d_->range = range;
    d_->size = size;
    d_->image->setPixmap(QPixmap::fromImage(d_->painted(range, size.width(), theme())));
}

void DifferenceMapView::moveTo(int row, int unit) {
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

QString DifferenceMapView::describeUnit(int row, int unit) const {
    if (row < 0 || row >= static_cast<int>(d_->rows.size())) return {};
    const auto& fates = d_->fates(static_cast<std::size_t>(row));
    if (unit < 0 || unit >= static_cast<int>(fates.size())) return {};
    const QString name = d_->groups() ? tr("KV group %1").arg(unit) : tr("channel %1").arg(unit);
    return tr("layer %1, %2: %3. In this layer: %4")
        .arg(d_->rows[static_cast<std::size_t>(row)].layer)
        .arg(name, fateText(fates[static_cast<std::size_t>(unit)]),
             countsText(d_->counts[static_cast<std::size_t>(row)]));
}

void DifferenceMapView::pointTo(const QPointF& position) {
    const int row = static_cast<int>(std::lround(canvas()->yAxis->pixelToCoord(position.y())));
    const int unit = static_cast<int>(std::lround(canvas()->xAxis->pixelToCoord(position.x())));
    const bool inside = canvas()->axisRect()->rect().contains(position.toPoint()) && row >= 0 &&
                        row < static_cast<int>(d_->rows.size()) && unit >= 0 &&
                        unit < static_cast<int>(d_->fates(static_cast<std::size_t>(row)).size());
    moveTo(inside ? row : -1, inside ? unit : -1);
}
void DifferenceMapView::pointAway() {
    moveTo(-1, -1);
}

void DifferenceMapView::chooseAt(const QPointF& position) {
    pointTo(position);
    if (d_->row >= 0) Q_EMIT layerSelected(d_->rows[static_cast<std::size_t>(d_->row)].layer);
}

void DifferenceMapView::resetView() {
    canvas()->xAxis->setRange(-0.5, std::max(d_->units, 1) - 0.5);
    canvas()->refresh();
}

void DifferenceMapView::zoomAt(const QPointF& position, double factor, Qt::KeyboardModifiers) {
    QCPAxis* across = canvas()->xAxis;
    const double middle = across->pixelToCoord(position.x());
    const QCPRange range = across->range();
    const QCPRange wished(middle - (middle - range.lower) * factor, middle + (range.upper - middle) * factor);
    across->setRange(boundedTo(wished, {-0.5, std::max(d_->units, 1) - 0.5}, 4.0));
    canvas()->refresh();
}

bool DifferenceMapView::grabAt(const QPointF& position) {
    d_->grabbed = position;
    d_->dragged = false;
    return canvas()->axisRect()->rect().contains(position.toPoint());
}

void DifferenceMapView::dragTo(const QPointF& position) {
    if (!d_->dragged && (position - d_->grabbed).manhattanLength() < QApplication::startDragDistance())
        return;
    d_->dragged = true;
    QCPAxis* across = canvas()->xAxis;
    const double shift = across->pixelToCoord(d_->grabbed.x()) - across->pixelToCoord(position.x());
    d_->grabbed = position;
    across->setRange(boundedTo(across->range() + shift, {-0.5, std::max(d_->units, 1) - 0.5}, 4.0));
    canvas()->refresh();
}

void DifferenceMapView::dropAt(const QPointF& position) {
    if (!d_->dragged) chooseAt(position);
}

bool DifferenceMapView::pressKey(int key) {
    if (d_->rows.empty()) return false;
    const int lastRow = static_cast<int>(d_->rows.size()) - 1;
    const auto go = [&](int row, int unit) {
        const int r = std::clamp(row, 0, lastRow);
        const int last = static_cast<int>(d_->fates(static_cast<std::size_t>(r)).size()) - 1;
        moveTo(r, std::clamp(unit, 0, std::max(0, last)));
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
            if (d_->row >= 0) Q_EMIT layerSelected(d_->rows[static_cast<std::size_t>(d_->row)].layer);
            return true;
        default:
            return false;
    }
}

QString DifferenceMapView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("layer,units,kept_by_both,removed_by_a,removed_by_b,removed_by_both\n");
    for (std::size_t r = 0; r < d_->rows.size(); ++r) {
        const FateCount& count = d_->counts[r];
        text += QStringLiteral("%1,%2,%3,%4,%5,%6\n")
                    .arg(d_->rows[r].layer)
                    .arg(count.units())
                    .arg(count.keptByBoth)
                    .arg(count.removedByA)
                    .arg(count.removedByB)
                    .arg(count.removedByBoth);
    }
    return text;
}

QString DifferenceMapView::textSummary() const {
    QStringList lines;
    for (std::size_t r = 0; r < d_->counts.size(); ++r)
        lines << tr("layer %1: %2").arg(d_->rows[r].layer).arg(countsText(d_->counts[r]));
    return lines.isEmpty() ? emptyText() : lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
