// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/channel_map_view.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QToolButton>
#include <algorithm>
#include <cmath>

#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/cell_marker.h"
#include "widgets/plots/colour_bar.h"
#include "widgets/plots/hatch_legend.h"
#include "widgets/plots/map_overview.h"
#include "widgets/plots/unit_map_plottable.h"
#include "widgets/plots/unit_map_text.h"
#include "widgets/plots/unit_rows.h"
#include "widgets/plots/unit_text.h"

namespace secateur {

namespace {

constexpr double kSmallestColumns = 8.0;
constexpr double kSmallestRows = 2.0;
constexpr double kKeyZoom = 0.7;

}  // namespace

class ChannelMapView::Private {
public:
    std::shared_ptr<const ScoreTable> table;
    std::shared_ptr<const KeptUnits> kept;
    std::optional<UnitThresholds> thresholds;
    UnitRows rows;
    int selected = -1;
    int cursorRow = -1;  // -1 = no cursor
    int cursorColumn = -1;

    std::optional<UnitCell> clicked;
    std::optional<UnitCell> pinned;

    QToolButton* reset = nullptr;
    QToolButton* pin = nullptr;
    UnitMapPlottable* plottable = nullptr;  // owned by the canvas, like the rest
    QCPLayoutGrid* legends = nullptr;
    ColourBar* bar = nullptr;
    HatchLegend* hatch = nullptr;
    MapOverview* overview = nullptr;
    std::unique_ptr<CellMarker> pinMark;
    std::unique_ptr<CellMarker> chosen;
    std::unique_ptr<CellMarker> cursor;
    std::unique_ptr<CellMarker> selection;

    [[nodiscard]] const UnitThresholds* limits() const { return thresholds ? &*thresholds : nullptr; }
    [[nodiscard]] QCPRange columnLimits() const {
        return {-0.5, std::max(1, rows.values().maxWidth()) - 0.5};
    }
    [[nodiscard]] QCPRange rowLimits() const { return {-0.5, std::max(1, rows.rows()) - 0.5}; }
};

ChannelMapView::ChannelMapView(QWidget* parent)
    : PlotView(parent), choices_(new ChannelMapChoices(this)), d_(std::make_unique<Private>()) {
    setEmptyText(
        tr("Nothing has been measured yet. Choose Run > Measure to see which channels and heads this model "
           "uses."));
    hoverLabel()->setAccessibleName(tr("Channel under cursor"));
    PlotCanvas* plot = canvas();
    d_->plottable = new UnitMapPlottable(plot->xAxis, plot->yAxis);
    d_->bar = new ColourBar(plot);
    d_->hatch = new HatchLegend(plot);
    d_->legends = new QCPLayoutGrid;
    plot->plotLayout()->addElement(0, 1, d_->legends);
    d_->legends->addElement(0, 0, d_->bar);
    d_->legends->addElement(1, 0, d_->hatch);
    plot->plotLayout()->setColumnStretchFactor(1, 0.001);
    d_->selection = std::make_unique<CellMarker>(plot);
    d_->pinMark = std::make_unique<CellMarker>(plot);
    d_->chosen = std::make_unique<CellMarker>(plot);
    d_->cursor = std::make_unique<CellMarker>(plot);
    d_->overview = new MapOverview(plot);
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
    const auto button = [this](const QString& text, const QString& explanation) {
        auto* result = new QToolButton(this);
        result->setText(text);
        result->setToolTip(explanation);
        result->setAccessibleName(text);
        result->setFocusPolicy(Qt::StrongFocus);
        return result;
    };
    d_->reset = button(tr("Reset zoom"), tr("Show the whole map (0, or a double click)"));
    d_->pin = button(tr("Pin"), {});
    for (QWidget* option : std::initializer_list<QWidget*>{choices_->kindBox(), choices_->orderBox(),
                                                           choices_->menuButton(), d_->reset, d_->pin})
        addOption(option);
    connect(d_->reset, &QToolButton::clicked, this, &ChannelMapView::showAll);
    connect(d_->pin, &QToolButton::clicked, this, &ChannelMapView::togglePin);
    connect(choices_, &ChannelMapChoices::arrangementChanged, this, &ChannelMapView::rebuild);
    connect(choices_, &ChannelMapChoices::framingChanged, this, &ChannelMapView::showAll);
    connect(choices_, &ChannelMapChoices::coloursChanged, this, &ChannelMapView::recolour);
    connect(choices_, &ChannelMapChoices::changed, this, &ChannelMapView::choicesChanged);
    for (const auto& [text, act] :
         {std::pair(tr("Reset zoom"), &ChannelMapView::showAll),
          std::pair(tr("Pin or unpin the chosen cell"), &ChannelMapView::togglePin)}) {
        auto* action = new QAction(text, this);
        connect(action, &QAction::triggered, this, act);
        addAction(action);
    }
    for (const QCPAxis* axis : {canvas()->xAxis, canvas()->yAxis}) {
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
                &ChannelMapView::refreshButtons);
    }
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
    d_->thresholds = UnitThresholds::of(decision);
    say();
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
    d_->overview->setPicture({});
    d_->rows =
        d_->table ? UnitRows(d_->table, {unitKind(), values(), order(), reduction()}, layers) : UnitRows();
    rename();
    if (rows != d_->rows.rows() || columns != d_->rows.values().maxWidth()) showAll();
    recolour();
    remark();
}

// Title and axis, in words of what is shown.
void ChannelMapView::rename() {
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
}

void ChannelMapView::remark() {
    d_->rows.mark(d_->kept.get());
    UnitMapPicture picture = d_->plottable->picture();
    picture.removed = d_->rows.removed();
    d_->plottable->setPicture(picture);
    d_->overview->setPicture(picture);
    const bool hatched = d_->rows.removed() != nullptr;
    if (hatched != (d_->legends->elementCount() > 1)) {
        if (hatched) {
            d_->legends->addElement(1, 0, d_->hatch);
        } else {
            d_->legends->take(d_->hatch);
            d_->legends->simplify();
        }
        d_->hatch->setVisible(hatched);
    }
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
    d_->overview->setPicture(picture);
    d_->overview->setWanted(choices_->overview());
    d_->hatch->show(picture);
    if (d_->table)
        d_->bar->show(picture.scale, picture.map, colourBarLabel(*d_->table, values(), picture.scale),
                      shortColourBarLabel(*d_->table, values()));
    canvas()->refresh();
}

void ChannelMapView::applyTheme(const PlotTheme& theme) {
    canvas()->applyTheme(theme);
    d_->bar->applyTheme(theme, font());
    d_->hatch->applyTheme(theme, font());
    d_->overview->setColours(theme.selection, theme.background);
    d_->cursor->setColours(Qt::white, Qt::black, 1.0);
    d_->chosen->setColours(theme.text, theme.background, 1.0);
    d_->pinMark->setColours(theme.series(1), theme.background, 2.0);
    d_->selection->setColours(theme.selection, theme.background, 2.0);
    recolour();
}

void ChannelMapView::showAll() {
    canvas()->xAxis->setRange(d_->columnLimits());
    canvas()->yAxis->setRange(d_->rowLimits());
    canvas()->refresh();
}

void ChannelMapView::zoomAt(const QPointF& position, double factor, Qt::KeyboardModifiers modifiers) {
    PlotCanvas* plot = canvas();
    const QPointF centre =
        d_->overview->contains(position)
            ? d_->overview->cellAt(position)
            : QPointF(plot->xAxis->pixelToCoord(position.x()), plot->yAxis->pixelToCoord(position.y()));
    if (!(modifiers & Qt::ShiftModifier)) plot->xAxis->scaleRange(factor, centre.x());
    if (!(modifiers & Qt::ControlModifier)) plot->yAxis->scaleRange(factor, centre.y());
    canvas()->refresh();
}

void ChannelMapView::pointTo(const QPointF& position) {
    const bool inside =
        canvas()->axisRect()->rect().contains(position.toPoint()) && !d_->overview->contains(position);
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
    if (d_->cursorRow < 0 || d_->cursorRow >= d_->rows.rows()) return;
    const int unit = d_->rows.unitAt(d_->cursorRow, d_->cursorColumn);
    d_->clicked.reset();
    if (unit >= 0) d_->clicked = UnitCell{d_->cursorRow, unitKind(), unit};
    placeMarkers();
    Q_EMIT layerSelected(d_->cursorRow);
}

// The part that is seen follows the pointer over the overview.
bool ChannelMapView::grabAt(const QPointF& position) {
    if (!d_->overview->contains(position)) return false;
    dragTo(position);
    return true;
}

void ChannelMapView::dragTo(const QPointF& position) {
    const QPointF middle = d_->overview->cellAt(position);
    canvas()->xAxis->moveRange(middle.x() - canvas()->xAxis->range().center());
    canvas()->yAxis->moveRange(middle.y() - canvas()->yAxis->range().center());
    canvas()->refresh();
}

std::optional<UnitCell> ChannelMapView::chosenCell() const {
    const int unit = d_->rows.unitAt(d_->cursorRow, d_->cursorColumn);
    if (unit >= 0) return UnitCell{d_->cursorRow, unitKind(), unit};
    const bool here = d_->clicked && d_->clicked->kind == unitKind() &&
                      d_->rows.columnOf(d_->clicked->layer, d_->clicked->unit) >= 0;
    return here ? d_->clicked : std::nullopt;
}

void ChannelMapView::setPinned(const std::optional<UnitCell>& cell) {
    d_->pinned = cell;
    placeMarkers();
}

// What is pinned is let go of, but where another cell is chosen.
bool ChannelMapView::letsGo() const {
    const auto cell = chosenCell();
    return d_->pinned && (!cell || *cell == *d_->pinned);
}

void ChannelMapView::togglePin() {
    if (letsGo()) {
        Q_EMIT unpinWished();
    } else if (const auto cell = chosenCell()) {
        Q_EMIT pinWished(*cell);
    }
}

bool ChannelMapView::zoomedIn() const {
    return canvas()->xAxis->range().size() < d_->columnLimits().size() - 0.5 ||
           canvas()->yAxis->range().size() < d_->rowLimits().size() - 0.5;
}

void ChannelMapView::refreshButtons() {
    d_->reset->setEnabled(!isEmpty() && zoomedIn());
    const bool unpins = letsGo();
    d_->pin->setText(unpins ? tr("Unpin") : tr("Pin"));
    d_->pin->setAccessibleName(d_->pin->text());
    d_->pin->setEnabled(!isEmpty() && (unpins || chosenCell()));
    d_->pin->setToolTip(unpins ? tr("Let go of the pinned cell (P)")
                               : tr("Look closer at the chosen cell in the panel Channel (P)"));
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
        case Qt::Key_P:
            togglePin();
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
    canvas()->refresh();
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
    for (const auto& [marker, cell] :
         {std::pair(d_->chosen.get(), d_->clicked), std::pair(d_->pinMark.get(), d_->pinned)}) {
        const bool shown = cell && cell->kind == unitKind();
        const int column = shown ? d_->rows.columnOf(cell->layer, cell->unit) : -1;
        if (column >= 0) {
            marker->frame(cellOf(column, cell->layer, 1));
        } else {
            marker->hide();
        }
    }
    if (d_->selected >= 0 && d_->selected < d_->rows.rows()) {
        d_->selection->frame(cellOf(0, d_->selected, d_->rows.values().maxWidth()));
    } else {
        d_->selection->hide();
    }
    refreshButtons();
    canvas()->redrawOverlay();
}

void ChannelMapView::say() {
    if (isEmpty()) return setHoverText({});
    if (d_->cursorRow < 0 || d_->cursorRow >= d_->rows.rows())
        return setHoverText(
            tr("The wheel zooms (Ctrl: across, Shift: up and down), dragging pans, a click "
               "chooses a cell, P pins it."));
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
