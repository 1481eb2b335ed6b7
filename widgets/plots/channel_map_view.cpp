// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/channel_map_view.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <algorithm>
#include <cmath>

#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/cell_marker.h"
#include "widgets/plots/colour_bar.h"
#include "widgets/plots/unit_map_plottable.h"
#include "widgets/plots/unit_map_text.h"
#include "widgets/plots/unit_rows.h"
#include "widgets/plots/unit_text.h"

namespace secateur {

namespace {

constexpr double kSmallestColumns = 8.0;
constexpr double kSmallestRows = 2.0;
constexpr double kKeyZoom = 0.7;

QComboBox* choiceBox(QWidget* parent, const QStringList& texts) {
    auto* box = new QComboBox(parent);
    box->addItems(texts);
    return box;
}

}  // namespace

// The options live in their widgets: what is shown there is what is drawn.
class ChannelMapView::Private {
public:
    std::shared_ptr<const ScoreTable> table;
    std::shared_ptr<const KeptUnits> kept;
    std::optional<Thresholds> thresholds;
    UnitRows rows;
    int selected = -1;
    int cursorRow = -1;  // -1 = no cursor
    int cursorColumn = -1;

    QComboBox* kind = nullptr;
    QComboBox* values = nullptr;
    QComboBox* order = nullptr;
    QComboBox* map = nullptr;
    QCheckBox* log = nullptr;
    QAction* mean = nullptr;
    UnitMapPlottable* plottable = nullptr;  // owned by the canvas
    ColourBar* bar = nullptr;               // owned by the canvas
    std::unique_ptr<CellMarker> cursor;
    std::unique_ptr<CellMarker> selection;

    [[nodiscard]] const Thresholds* limits() const { return thresholds ? &*thresholds : nullptr; }
    [[nodiscard]] QCPRange columnLimits() const {
        return {-0.5, std::max(1, rows.values().maxWidth()) - 0.5};
    }
    [[nodiscard]] QCPRange rowLimits() const { return {-0.5, std::max(1, rows.rows()) - 0.5}; }
};

ChannelMapView::ChannelMapView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setEmptyText(
        tr("Nothing has been measured yet. Choose Run > Measure to see which channels and heads this model "
           "uses."));
    hoverLabel()->setAccessibleName(tr("Channel under cursor"));
    PlotCanvas* plot = canvas();
    d_->plottable = new UnitMapPlottable(plot->xAxis, plot->yAxis);
    d_->bar = new ColourBar(plot);
    plot->plotLayout()->addElement(0, 1, d_->bar);
    d_->selection = std::make_unique<CellMarker>(plot);
    d_->cursor = std::make_unique<CellMarker>(plot);
    plot->yAxis->setRangeReversed(true);
    plot->yAxis->setTicker(wholeNumberTicker(*plot->yAxis));
    plot->yAxis->setLabel(tr("layer"));
    plot->yAxis->grid()->setVisible(false);
    plot->xAxis->grid()->setVisible(false);
    plot->setInteractions(QCP::iRangeDrag);
    const auto bound = [this](QCPAxis* axis, double smallest, auto limits) {
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
                [=, this](const QCPRange& range) {
                    axis->setRange(boundedTo(range, ((*d_).*limits)(), smallest));
                });
    };
    bound(plot->xAxis, kSmallestColumns, &Private::columnLimits);
    bound(plot->yAxis, kSmallestRows, &Private::rowLimits);
    addOptions();
    applyTheme(theme());
    rebuild();
}

ChannelMapView::~ChannelMapView() = default;

void ChannelMapView::addOptions() {
    d_->kind = choiceBox(this, {tr("MLP channels"), tr("heads"), tr("KV groups")});
    d_->values = choiceBox(this, {tr("standardised"), tr("raw")});
    d_->order = choiceBox(this, {tr("as in the model"), tr("ranked")});
    QStringList maps;
    for (ColourMap map : kColourMaps) maps.append(name(map));
    d_->map = choiceBox(this, maps);
    d_->log = new QCheckBox(tr("Log scale"), this);
    d_->mean = new QAction(tr("Zoomed out: mean instead of maximum"), this);
    d_->mean->setCheckable(true);
    addAction(d_->mean);
    addOption(tr("Units"), d_->kind);
    addOption(tr("Values"), d_->values);
    addOption(tr("Order"), d_->order);
    addOption(tr("Colours"), d_->map);
    addOption(d_->log);
    for (QComboBox* box : {d_->kind, d_->values, d_->order}) {
        connect(box, &QComboBox::currentIndexChanged, this, &ChannelMapView::rebuild);
    }
    for (QComboBox* box : {d_->kind, d_->order})
        connect(box, &QComboBox::currentIndexChanged, this, &ChannelMapView::showAll);
    connect(d_->mean, &QAction::toggled, this, &ChannelMapView::rebuild);
    connect(d_->map, &QComboBox::currentIndexChanged, this, &ChannelMapView::recolour);
    connect(d_->log, &QCheckBox::toggled, this, &ChannelMapView::recolour);
}

void ChannelMapView::setData(std::shared_ptr<const ScoreTable> table) {
    if (table == d_->table) return;
    d_->table = std::move(table);
    rebuild();
}

void ChannelMapView::setKept(std::shared_ptr<const KeptUnits> kept) {
    if (kept == d_->kept) return;
    d_->kept = std::move(kept);
    if (d_->kept && static_cast<int>(d_->kept->layer.size()) > d_->rows.rows()) {
        rebuild();
    } else {
        remark();
    }
}

void ChannelMapView::setDecision(const WidthDecision* decision) {
    d_->thresholds = Thresholds::of(decision);
    say();
}

UnitKind ChannelMapView::unitKind() const {
    return static_cast<UnitKind>(d_->kind->currentIndex());
}
UnitValues ChannelMapView::values() const {
    return static_cast<UnitValues>(d_->values->currentIndex());
}
UnitOrder ChannelMapView::order() const {
    return static_cast<UnitOrder>(d_->order->currentIndex());
}
ColourMap ChannelMapView::colourMap() const {
    return static_cast<ColourMap>(d_->map->currentIndex());
}
bool ChannelMapView::logScale() const {
    return d_->log->isChecked();
}
Reduction ChannelMapView::reduction() const {
    return d_->mean->isChecked() ? Reduction::Mean : Reduction::Maximum;
}
void ChannelMapView::setUnitKind(UnitKind kind) {
    d_->kind->setCurrentIndex(static_cast<int>(kind));
}
void ChannelMapView::setValues(UnitValues values) {
    d_->values->setCurrentIndex(static_cast<int>(values));
}
void ChannelMapView::setOrder(UnitOrder order) {
    d_->order->setCurrentIndex(static_cast<int>(order));
}
void ChannelMapView::setColourMap(ColourMap map) {
    d_->map->setCurrentIndex(static_cast<int>(map));
}
void ChannelMapView::setLogScale(bool on) {
    d_->log->setChecked(on);
}
void ChannelMapView::setReduction(Reduction reduction) {
    d_->mean->setChecked(reduction == Reduction::Mean);
}
int ChannelMapView::selectedLayer() const {
    return d_->selected;
}

// New data keeps the zoom when the map has the same shape, so that a slider that re-scores does not throw the
// user out.
void ChannelMapView::rebuild() {
    const int rows = d_->rows.rows();
    const int columns = d_->rows.values().maxWidth();
    const int layers = d_->kept ? static_cast<int>(d_->kept->layer.size()) : 0;
    d_->plottable->setPicture({});
    d_->rows =
        d_->table ? UnitRows(d_->table, {unitKind(), values(), order(), reduction()}, layers) : UnitRows();
    switch (unitKind()) {
        case UnitKind::Channels:
            setTitle(tr("Which MLP channels matter in each layer?"));
            break;
        case UnitKind::Heads:
            setTitle(tr("Which heads matter in each layer?"));
            break;
        case UnitKind::Groups:
            setTitle(tr("Which KV groups matter in each layer?"));
            break;
    }
    const bool ranked = order() == UnitOrder::Ranked;
    const auto ticker = wholeNumberTicker(
        *canvas()->xAxis, 9, [ranked](int column) { return QString::number(column + (ranked ? 1 : 0)); });
    ticker->setTickOrigin(ranked ? -1.0 : 0.0);
    canvas()->xAxis->setTicker(ticker);
    canvas()->xAxis->setLabel(ranked                             ? tr("rank in the layer, highest first")
                              : unitKind() == UnitKind::Channels ? tr("MLP channel")
                                                                 : unitName(unitKind()));
    if (rows != d_->rows.rows() || columns != d_->rows.values().maxWidth()) showAll();
    recolour();
    remark();
}

void ChannelMapView::remark() {
    d_->rows.mark(d_->kept.get());
    UnitMapPicture picture = d_->plottable->picture();
    picture.removed = d_->rows.removed();
    d_->plottable->setPicture(picture);
    placeMarkers();
    contentChanged(d_->rows.values().maxWidth() == 0);
    say();
}

void ChannelMapView::recolour() {
    const PlotTheme colours = theme();
    UnitMapPicture picture;
    if (d_->rows.values().maxWidth() > 0) {
        picture.values = &d_->rows.values();
        picture.removed = d_->rows.removed();
        picture.scale = ValueScale::around(d_->rows.values(), logScale());
    }
    picture.map = colourMap();
    picture.background = colours.background;
    picture.faded = colours.faded;
    picture.hatch = colours.muted;
    d_->plottable->setPicture(picture);
    if (d_->table)
        d_->bar->show(picture.scale, picture.map, colourBarLabel(*d_->table, values(), picture.scale));
    canvas()->replot(QCustomPlot::rpQueuedReplot);
}

void ChannelMapView::applyTheme(const PlotTheme& theme) {
    canvas()->applyTheme(theme);
    d_->bar->applyTheme(theme, font());
    d_->cursor->setColours(Qt::white, Qt::black, 1.0);
    d_->selection->setColours(theme.selection, theme.background, 2.0);
    recolour();
}

void ChannelMapView::showAll() {
    canvas()->xAxis->setRange(d_->columnLimits());
    canvas()->yAxis->setRange(d_->rowLimits());
    canvas()->replot(QCustomPlot::rpQueuedReplot);
}

void ChannelMapView::zoomAt(const QPointF& position, double factor, Qt::KeyboardModifiers modifiers) {
    PlotCanvas* plot = canvas();
    const auto scale = [factor](QCPAxis* axis, double pixel) {
        axis->scaleRange(factor, axis->pixelToCoord(pixel));
    };
    if (!(modifiers & Qt::ShiftModifier)) scale(plot->xAxis, position.x());
    if (!(modifiers & Qt::ControlModifier)) scale(plot->yAxis, position.y());
    plot->replot(QCustomPlot::rpQueuedReplot);
}

void ChannelMapView::pointTo(const QPointF& position) {
    const bool inside = canvas()->axisRect()->rect().contains(position.toPoint());
    d_->cursorRow = inside ? static_cast<int>(std::lround(canvas()->yAxis->pixelToCoord(position.y()))) : -1;
    d_->cursorColumn =
        inside ? static_cast<int>(std::lround(canvas()->xAxis->pixelToCoord(position.x()))) : -1;
    placeMarkers();
    say();
}

void ChannelMapView::pointAway() {
    d_->cursorRow = d_->cursorColumn = -1;
    placeMarkers();
    say();
}

void ChannelMapView::chooseAt(const QPointF& position) {
    pointTo(position);
    if (d_->cursorRow >= 0 && d_->cursorRow < d_->rows.rows()) Q_EMIT layerSelected(d_->cursorRow);
}

bool ChannelMapView::pressKey(int key) {
    PlotCanvas* plot = canvas();
    switch (key) {
        case Qt::Key_Up:
            moveCursor(-1, 0);
            return true;
        case Qt::Key_Down:
            moveCursor(1, 0);
            return true;
        case Qt::Key_Left:
            moveCursor(0, -1);
            return true;
        case Qt::Key_Right:
            moveCursor(0, 1);
            return true;
        case Qt::Key_Home:
            moveCursor(0, -d_->rows.values().maxWidth());
            return true;
        case Qt::Key_End:
            moveCursor(0, d_->rows.values().maxWidth());
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (d_->cursorRow >= 0) Q_EMIT layerSelected(d_->cursorRow);
            return true;
        case Qt::Key_Plus:
        case Qt::Key_Minus:
            zoomAt(plot->axisRect()->rect().center(), key == Qt::Key_Plus ? kKeyZoom : 1.0 / kKeyZoom, {});
            return true;
        case Qt::Key_0:
            showAll();
            return true;
        default:
            return false;
    }
}

// The cursor stays within the layer's units, and the drawing follows it.
void ChannelMapView::moveCursor(int rows, int columns) {
    PlotCanvas* plot = canvas();
    const bool fresh = d_->cursorRow < 0;
    const int row = fresh ? std::max(d_->selected, 0) : d_->cursorRow + rows;
    d_->cursorRow = std::clamp(row, 0, d_->rows.rows() - 1);
    const int last = std::max(0, d_->rows.values().width(d_->cursorRow) - 1);
    d_->cursorColumn = std::clamp(fresh ? 0 : d_->cursorColumn + columns, 0, last);
    const auto follow = [](QCPAxis* axis, int place) {
        if (place - 0.5 < axis->range().lower) axis->moveRange(place - 0.5 - axis->range().lower);
        if (place + 0.5 > axis->range().upper) axis->moveRange(place + 0.5 - axis->range().upper);
    };
    follow(plot->xAxis, d_->cursorColumn);
    follow(plot->yAxis, d_->cursorRow);
    placeMarkers();
    plot->replot(QCustomPlot::rpQueuedReplot);
    say();
}

void ChannelMapView::placeMarkers() {
    const auto cellOf = [](int column, int row, int width) {
        return QRectF(column - 0.5, row - 0.5, width, 1.0);
    };
    if (d_->rows.unitAt(d_->cursorRow, d_->cursorColumn) >= 0) {
        d_->cursor->frame(cellOf(d_->cursorColumn, d_->cursorRow, 1));
    } else {
        d_->cursor->hide();
    }
    if (d_->selected >= 0 && d_->selected < d_->rows.rows()) {
        d_->selection->frame(cellOf(0, d_->selected, d_->rows.values().maxWidth()));
    } else {
        d_->selection->hide();
    }
    canvas()->redrawOverlay();
}

void ChannelMapView::say() {
    if (isEmpty() || d_->cursorRow < 0 || d_->cursorRow >= d_->rows.rows()) return setHoverText({});
    const int unit = d_->rows.unitAt(d_->cursorRow, d_->cursorColumn);
    if (unit >= 0) return setHoverText(describeUnit(d_->cursorRow, unit));
    const LayerScores* layer = d_->rows.layer(d_->cursorRow);
    if (layer == nullptr) return setHoverText(tr("layer %1 was not measured").arg(d_->cursorRow));
    setHoverText(tr("layer %1 has %2")
                     .arg(d_->cursorRow)
                     .arg(unitCount(unitKind(), d_->rows.values().width(d_->cursorRow))));
}

QString ChannelMapView::describeUnit(int originalLayer, int unit) const {
    const LayerScores* layer = d_->rows.layer(originalLayer);
    return layer ? secateur::describeUnit(*d_->table, *layer, unitKind(), unit, d_->kept.get(), d_->limits())
                 : QString();
}

void ChannelMapView::setSelectedLayer(int originalLayer) {
    d_->selected = originalLayer;
    placeMarkers();
}

QString ChannelMapView::csv() const {
    if (isEmpty()) return {};
    const QCPRange columns = canvas()->xAxis->range();
    const QCPRange rows = canvas()->yAxis->range();
    const auto first = [](const QCPRange& range) { return static_cast<int>(std::ceil(range.lower)); };
    const auto last = [](const QCPRange& range) { return static_cast<int>(std::floor(range.upper)); };
    return unitMapCsv(d_->rows, d_->kept.get(), first(rows), last(rows), first(columns), last(columns));
}

QString ChannelMapView::textSummary() const {
    return d_->table ? unitMapSummary(*d_->table, d_->rows) : emptyText();
}

}  // namespace secateur
