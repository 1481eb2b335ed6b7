// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/roofline_view.h"

#include <QLabel>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "core/planning/bench_rows.h"
#include "core/planning/roofline.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/plots/point_marker.h"

namespace secateur {

namespace {

QString flopsText(double perSecond) {
    return QString::fromStdString(formatCount(std::llround(perSecond))) + QStringLiteral("FLOP/s");
}

// Of all linears of the layers in one step, as it was measured; no rate where nothing was.
std::optional<RooflineView::Point> measuredStep(const BatchTimes& times, const std::vector<LinearLoad>& loads,
                                                const MachineRates& machine) {
    double seconds = 0.0, flops = 0.0, bytes = 0.0;
    for (const LayerTime& layer : times.layers) seconds += layer.linearSeconds;
    for (const LinearLoad& load : loads) {
        if (load.linear == "lm_head") continue;  // it is not timed among the layers
        const LoadTime time = loadTime(load, times.batch, machine);
        flops += static_cast<double>(time.flops);
        bytes += static_cast<double>(time.bytes);
    }
    if (!(seconds > 0.0) || !(bytes > 0.0)) return std::nullopt;
    RooflineView::Point point;
    point.rows = times.batch;
    point.intensity = flops / bytes;
    point.rate = flops / seconds;
    point.memoryBinds = point.intensity * machine.bytesPerSecond <= machine.flopsPerSecond;
    return point;
}

}  // namespace

class RooflineView::Private {
public:
    std::shared_ptr<const BenchReport> report;
    std::vector<Point> points;  // that are shown, by intensity
    std::optional<PointMarker> marker;
    int at = -1;

    void collect(const std::vector<LinearLoad>& loads, const NetworkSpeed& speed, bool planned);
};

void RooflineView::Private::collect(const std::vector<LinearLoad>& loads, const NetworkSpeed& speed,
                                    bool planned) {
    for (const int rows : passRows(*report)) {
        for (const LinearLoad& load : loads) {
            const LoadTime time = loadTime(load, rows, report->machine);
            if (time.bytes <= 0 || time.flops <= 0) continue;
            points.push_back({QString::fromStdString(load.linear), rows, planned, time.memoryBinds(),
                              static_cast<double>(time.flops) / static_cast<double>(time.bytes),
                              static_cast<double>(time.flops) / time.least()});
        }
        const BatchTimes* times = speed.at(rows);
        auto measured = times == nullptr ? std::nullopt : measuredStep(*times, loads, report->machine);
        if (!measured) continue;
        measured->planned = planned;
        points.push_back(*measured);
    }
}

RooflineView::RooflineView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("What holds it up here, memory or arithmetic?"));
    setEmptyText(tr("Nothing has been measured yet: press Start."));
    hoverLabel()->setAccessibleName(tr("Linear under cursor"));
    d_->marker.emplace(*canvas());
    placeLegendAbove(*canvas());
    connect(&curves(), &CurveToggles::changed, this, &RooflineView::rebuild);
    rebuild();
}

RooflineView::~RooflineView() = default;

void RooflineView::setReport(std::shared_ptr<const BenchReport> report) {
    if (report == d_->report) return;
    d_->report = std::move(report);
    rebuild();
}

const std::vector<RooflineView::Point>& RooflineView::points() const {
    return d_->points;
}

void RooflineView::applyTheme(const PlotTheme&) {
    rebuild();
}

QString RooflineView::passName(int rows) const {
    const auto& batches = d_->report->options.batches;
    return std::ranges::find(batches, rows) != batches.end() ? tr("decode, batch %1").arg(rows)
                                                             : tr("prompt of %1").arg(rows);
}

void RooflineView::rebuild() {
    PlotCanvas* plot = canvas();
    plot->clearPlottables();
    d_->points.clear();
    d_->at = -1;
    d_->marker->moveTo(std::nullopt);
    const bool known = d_->report != nullptr && d_->report->machine.bytesPerSecond > 0.0 &&
                       d_->report->machine.flopsPerSecond > 0.0;
    QStringList names;
    if (known) {
        for (const int rows : passRows(*d_->report)) names << passName(rows);
        d_->collect(d_->report->denseLoads, d_->report->dense, false);
        if (d_->report->planned) d_->collect(d_->report->plannedLoads, *d_->report->planned, true);
        curves().setNames(names);
        std::erase_if(d_->points,
                      [this](const Point& point) { return curves().hidden(passName(point.rows)); });
        std::ranges::stable_sort(d_->points, {}, &Point::intensity);
        addRoof();
        addPoints();
    }
    const PlotTheme colours = theme();
    plot->applyTheme(colours);
    d_->marker->setStyle(colours, font());
    styleLegend(*plot, colours, font());
    fadeHidden(*plot, colours, curves());
    showLegend(*plot, known);
    plot->xAxis->setLabel(tr("FLOPs with each byte that is read, log scale"));
    plot->yAxis->setLabel(tr("FLOPs a second, log scale"));
    setHoverText({});
    contentChanged(!known);
}

// min(bytes a second * intensity, FLOPs a second), over the width of the drawing.
void RooflineView::addRoof() {
    const MachineRates& machine = d_->report->machine;
    const double ridge = machine.flopsPerSecond / machine.bytesPerSecond;
    ValueEnds x, y;
    for (const double part : {0.3, 3.0}) x.add(part * ridge);
    y.add(machine.flopsPerSecond);
    for (const Point& point : d_->points) {
        x.add(point.intensity);
        y.add(point.rate);
    }
    y.add(0.7 * x.low * machine.bytesPerSecond);
    y.add(1.6 * machine.flopsPerSecond);
    setValueAxis(*canvas()->xAxis, x, true);
    setValueAxis(*canvas()->yAxis, y, true);
    const QCPRange range = canvas()->xAxis->range();
    const auto line = [this](const QString& name, Qt::PenStyle style) {
        QCPGraph* made = canvas()->addGraph();
        made->setName(name);
        made->setPen(QPen(theme().muted, 1.6, style));
        return made;
    };
    QCPGraph* memory = line(
        tr("memory: %1/s").arg(QString::fromStdString(formatBytes(std::llround(machine.bytesPerSecond)))),
        Qt::SolidLine);
    memory->addData(range.lower, range.lower * machine.bytesPerSecond);
    memory->addData(ridge, machine.flopsPerSecond);
    QCPGraph* arithmetic = line(tr("arithmetic: %1").arg(flopsText(machine.flopsPerSecond)), Qt::DashLine);
    arithmetic->addData(ridge, machine.flopsPerSecond);
    arithmetic->addData(std::max(range.upper, ridge), machine.flopsPerSecond);
}

void RooflineView::addPoints() {
    const auto passes = passRows(*d_->report);
    bool planned = false, measured = false;
    const auto graph = [this](const QString& name, QCPScatterStyle::ScatterShape shape, const QColor& colour,
                              bool full, double size) {
        QCPGraph* made = canvas()->addGraph();
        made->setLineStyle(QCPGraph::lsNone);
        made->setName(name);
        if (name.isEmpty()) made->removeFromLegend();
        made->setScatterStyle(
            QCPScatterStyle(shape, QPen(colour, 1.6), full ? QBrush(colour) : QBrush(Qt::NoBrush), size));
        return made;
    };
    for (std::size_t pass = 0; pass < passes.size(); ++pass) {
        const QString name = passName(passes[pass]);
        const bool hidden = curves().hidden(name);
        const QColor colour = theme().series(static_cast<int>(pass));
        graph(name, QCPScatterStyle::ssDisc, hidden ? translucent(colour, CurveToggles::kFaint) : colour,
              true, 7.0);
        for (const Point& point : d_->points) {
            if (point.rows != passes[pass]) continue;
            planned = planned || point.planned;
            measured = measured || point.measured();
            const auto shape = point.measured() ? QCPScatterStyle::ssDiamond
                               : point.planned  ? QCPScatterStyle::ssCircle
                                                : QCPScatterStyle::ssDisc;
            graph({}, shape, colour, !point.planned,
                  point.measured() ? 10.0
                  : point.planned  ? 11.0
                                   : 7.0)
                ->addData(point.intensity, point.rate);
        }
    }
    const QColor key = theme().text;
    if (planned) graph(tr("hollow: planned"), QCPScatterStyle::ssCircle, key, false, 10.0);
    if (measured) graph(tr("diamond: measured, all linears"), QCPScatterStyle::ssDiamond, key, true, 9.0);
}

void RooflineView::moveTo(int place) {
    d_->at = place;
    const Point* point = place >= 0 ? &d_->points[static_cast<std::size_t>(place)] : nullptr;
    d_->marker->moveTo(point != nullptr ? std::optional(QPointF(point->intensity, point->rate))
                                        : std::nullopt);
    setHoverText(point != nullptr ? describe(*point) : QString());
}

void RooflineView::pointTo(const QPointF& position) {
    moveTo(d_->marker->nearest(position, static_cast<int>(d_->points.size()), [this](int place) {
        const Point& point = d_->points[static_cast<std::size_t>(place)];
        return QPointF(point.intensity, point.rate);
    }));
}

void RooflineView::pointAway() {
    moveTo(-1);
}

bool RooflineView::pressKey(int key) {
    return PointMarker::press(
        key, d_->at, static_cast<int>(d_->points.size()), [this](int place) { moveTo(place); }, [] {});
}

QString RooflineView::curveNamed(const QPointF& position) const {
    return curveInLegend(*canvas(), curves(), position);
}

QString RooflineView::describe(const Point& point) const {
    const QString network = point.planned ? tr("planned") : tr("dense");
    const QString intensity = QString::fromStdString(formatScore(point.intensity));
    if (point.measured())
        return tr("All linears of the layers, %1, %2: %3 measured, with %4 FLOPs a byte")
            .arg(passName(point.rows), network, flopsText(point.rate), intensity);
    return tr("%1, %2, %3: at most %4, with %5 FLOPs a byte: bound by %6")
        .arg(point.linear, passName(point.rows), network, flopsText(point.rate), intensity,
             point.memoryBinds ? tr("memory") : tr("arithmetic"));
}

QString RooflineView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("linear,rows,network,flops_per_byte,flops_per_second,bound_by,measured\n");
    for (const Point& point : d_->points)
        text += QStringList{csvField(point.linear),
                            QString::number(point.rows),
                            point.planned ? QStringLiteral("planned") : QStringLiteral("dense"),
                            csvNumber(point.intensity),
                            csvNumber(point.rate),
                            point.memoryBinds ? QStringLiteral("memory") : QStringLiteral("arithmetic"),
                            point.measured() ? QStringLiteral("yes") : QStringLiteral("no")}
                    .join(QLatin1Char(',')) +
                QLatin1Char('\n');
    return text;
}

QString RooflineView::textSummary() const {
    if (isEmpty()) return emptyText();
    QStringList lines{QString::fromStdString(inWords(d_->report->machine))};
    for (const Point& point : d_->points) lines << describe(point);
    if (const QString hidden = curves().hiddenInWords(); !hidden.isEmpty()) lines << hidden;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
