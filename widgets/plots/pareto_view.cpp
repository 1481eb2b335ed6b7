// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/pareto_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/units.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_data.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/point_marker.h"

namespace secateur {

namespace {

struct MethodShape {
    HealMethod method;
    QCPScatterStyle::ScatterShape shape;
};
constexpr MethodShape kMethods[] = {{HealMethod::Continued, QCPScatterStyle::ssDisc},
                                    {HealMethod::Lora, QCPScatterStyle::ssSquare},
                                    {HealMethod::Distill, QCPScatterStyle::ssTriangle},
                                    {HealMethod::Scratch, QCPScatterStyle::ssDiamond}};

double valueOf(const ParetoPoint& point, ParetoAxis axis) {
    switch (axis) {
        case ParetoAxis::Parameters:
            return point.parameters;
        case ParetoAxis::Bytes:
            return point.bytes;
        case ParetoAxis::Flops:
            return point.flops;
        case ParetoAxis::Tokens:
            return point.tokens;
        case ParetoAxis::Seconds:
            return point.seconds;
    }
    return 0.0;
}

QString valueText(double value, ParetoAxis axis) {
    const QString count = QString::fromStdString(formatCount(std::llround(std::min(value, 9e18)))).trimmed();
    switch (axis) {
        case ParetoAxis::Parameters:
            return ParetoView::tr("%1 parameters").arg(count);
        case ParetoAxis::Bytes:
            return QString::fromStdString(formatBytes(std::llround(value)));
        case ParetoAxis::Flops:
            return ParetoView::tr("%1 FLOPs").arg(count);
        case ParetoAxis::Tokens:
            return ParetoView::tr("%1 tokens").arg(count);
        case ParetoAxis::Seconds:
            return QString::fromStdString(formatDuration(value));
    }
    return count;
}

}  // namespace

class ParetoView::Private {
public:
    std::vector<ParetoPoint> points;
    std::vector<int> order;  // of points, by the axis
    std::vector<int> front;
    std::optional<double> dense;
    QComboBox* axis = nullptr;
    QCheckBox* log = nullptr;
    std::optional<PointMarker> marker;
    int at = -1;

    [[nodiscard]] const ParetoPoint& point(int index) const {
        return points[static_cast<std::size_t>(index)];
    }
};

ParetoView::ParetoView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Which run is worth its size and its compute?"));
    setEmptyText(
        tr("No run has a held-out perplexity yet. Runs that are healed with a held-out text appear here."));
    d_->axis = new QComboBox(this);
    for (const QString& text :
         {tr("parameters"), tr("bytes"), tr("compute, FLOPs"), tr("tokens"), tr("seconds")})
        d_->axis->addItem(text);
    d_->log = new QCheckBox(tr("Log scale"), this);
    d_->log->setAccessibleName(tr("Log perplexity of runs"));
    addOption(tr("Perplexity against"), d_->axis);
    addOption(d_->log);
    connect(d_->axis, &QComboBox::currentIndexChanged, this, &ParetoView::rebuild);
    connect(d_->log, &QCheckBox::toggled, this, &ParetoView::rebuild);
    d_->marker.emplace(*canvas());
    placeLegendAbove(*canvas());
    rebuild();
}

ParetoView::~ParetoView() = default;

void ParetoView::setPoints(std::vector<ParetoPoint> points, std::optional<double> dense) {
    d_->points = std::move(points);
    d_->dense = dense;
    rebuild();
}

void ParetoView::setAxis(ParetoAxis axis) {
    d_->axis->setCurrentIndex(static_cast<int>(axis));
}
ParetoAxis ParetoView::axis() const {
    return static_cast<ParetoAxis>(d_->axis->currentIndex());
}
void ParetoView::applyTheme(const PlotTheme&) {
    rebuild();
}

void ParetoView::rebuild() {
    std::vector<std::pair<double, double>> places;
    for (const ParetoPoint& point : d_->points) places.emplace_back(valueOf(point, axis()), point.perplexity);
    d_->front = paretoFront(places);
    d_->order.resize(places.size());
    std::iota(d_->order.begin(), d_->order.end(), 0);
    std::stable_sort(d_->order.begin(), d_->order.end(), [&](int a, int b) {
        return places[static_cast<std::size_t>(a)] < places[static_cast<std::size_t>(b)];
    });
    PlotCanvas* plot = canvas();
    plot->clearPlottables();
    for (int i = plot->itemCount() - 1; i >= 0; --i) {
        if (plot->item(i) != d_->marker->item()) plot->removeItem(plot->item(i));
    }
    addFront();
    addPoints();
    setRanges();
    std::vector<Level> levels;
    if (d_->dense) levels.push_back({*d_->dense, tr("dense"), theme().text});
    drawLevels(*plot, *plot->axisRect(), std::move(levels), font());
    const PlotTheme colours = theme();
    plot->applyTheme(colours);
    styleLegend(*plot, colours, font());
    showLegend(*plot, !d_->points.empty());
    d_->marker->setStyle(colours, font());
    contentChanged(d_->points.empty());
    moveTo(-1);
}

void ParetoView::addFront() {
    const PlotTheme colours = theme();
    if (d_->front.size() < 2) return;
    QCPGraph* line = canvas()->addGraph();
    line->setName(tr("front"));
    line->setPen(QPen(colours.muted, 1.4));
    line->setLineStyle(QCPGraph::lsStepLeft);
    for (const int index : d_->front)
        line->addData(valueOf(d_->point(index), axis()), d_->point(index).perplexity);
}

void ParetoView::addPoints() {
    const PlotTheme colours = theme();
    const auto graph = [&](const QString& title, const QCPScatterStyle& style) {
        QCPGraph* made = canvas()->addGraph();
        made->setName(title);
        made->setLineStyle(QCPGraph::lsNone);
        made->setScatterStyle(style);
        return made;
    };
    QCPGraph* rings = graph(
        {}, QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colours.selection, 1.8), Qt::NoBrush, 15.0));
    rings->removeFromLegend();
    // A colour is a run's, here as in its curve; methods differ in shape.
    for (const MethodShape& kind : kMethods) {
        const auto shaped = [&kind](const QColor& colour) {
            return QCPScatterStyle(kind.shape, QPen(colour, 1.6), QBrush(colour), 8.0);
        };
        bool named = false;
        for (const ParetoPoint& point : d_->points) {
            if (point.method != kind.method) continue;
            if (!named) graph(QLatin1String(name(kind.method)), shaped(colours.text));
            named = true;
            QCPGraph* dot = graph({}, shaped(colours.series(point.colour)));
            dot->removeFromLegend();
            dot->addData(valueOf(point, axis()), point.perplexity);
            if (point.selected) rings->addData(valueOf(point, axis()), point.perplexity);
        }
    }
}

void ParetoView::setRanges() {
    canvas()->xAxis->setLabel(d_->axis->currentText());
    canvas()->yAxis->setLabel(tr("held-out perplexity"));
    if (d_->points.empty()) return;
    ValueEnds x, y;
    for (const ParetoPoint& point : d_->points) {
        x.add(valueOf(point, axis()));
        y.add(point.perplexity);
    }
    if (d_->dense) y.add(*d_->dense);
    const double side = std::max({0.08 * (x.high - x.low), 0.02 * x.high, 1.0});
    setCountAxis(*canvas()->xAxis, std::max(0.0, x.low - side), x.high + side);
    setValueAxis(*canvas()->yAxis, y, d_->log->isChecked());
}

int ParetoView::placeAt(const QPointF& position) const {
    return d_->marker->nearest(position, static_cast<int>(d_->order.size()), [this](int place) {
        return coordinates(d_->order[static_cast<std::size_t>(place)]);
    });
}

QPointF ParetoView::coordinates(int index) const {
    return {valueOf(d_->point(index), axis()), d_->point(index).perplexity};
}

void ParetoView::moveTo(int place) {
    d_->at = place;
    const int index = place >= 0 ? d_->order[static_cast<std::size_t>(place)] : -1;
    d_->marker->moveTo(index >= 0 ? std::optional(coordinates(index)) : std::nullopt);
    setHoverText(index >= 0 ? describe(index) : QString());
}

void ParetoView::pointTo(const QPointF& position) {
    moveTo(placeAt(position));
}
void ParetoView::pointAway() {
    moveTo(-1);
}

void ParetoView::chooseAt(const QPointF& position) {
    moveTo(placeAt(position));
    choose();
}

void ParetoView::choose() {
    if (d_->at >= 0) Q_EMIT pointChosen(d_->order[static_cast<std::size_t>(d_->at)]);
}

bool ParetoView::pressKey(int key) {
    return PointMarker::press(
        key, d_->at, static_cast<int>(d_->order.size()), [this](int point) { moveTo(point); },
        [this] { choose(); });
}

QString ParetoView::describe(int index) const {
    const ParetoPoint& point = d_->point(index);
    QString text = tr("%1: %2, held-out perplexity %3")
                       .arg(point.name, valueText(valueOf(point, axis()), axis()),
                            QString::fromStdString(formatPerplexity(point.perplexity)));
    if (std::find(d_->front.begin(), d_->front.end(), index) != d_->front.end()) text += tr(", on the front");
    return text;
}

QString ParetoView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("run,method,parameters,bytes,flops,tokens,seconds,perplexity,front\n");
    for (const int index : d_->order) {
        const ParetoPoint& point = d_->point(index);
        QStringList fields{csvField(point.name), QLatin1String(name(point.method))};
        for (const double value :
             {point.parameters, point.bytes, point.flops, point.tokens, point.seconds, point.perplexity})
            fields << csvNumber(value);
        const bool front = std::find(d_->front.begin(), d_->front.end(), index) != d_->front.end();
        fields << (front ? QStringLiteral("yes") : QStringLiteral("no"));
        text += fields.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return text;
}

QString ParetoView::textSummary() const {
    if (d_->points.empty()) return emptyText();
    QStringList lines;
    for (const int index : d_->order) lines << describe(index);
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
