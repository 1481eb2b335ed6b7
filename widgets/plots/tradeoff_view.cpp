// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/tradeoff_view.h"

#include <QCheckBox>
#include <algorithm>
#include <cmath>

#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/plot_text.h"
#include "widgets/plots/point_marker.h"
#include "widgets/plots/unit_text.h"

namespace secateur {

namespace {

enum class PointKind { Dense, Sweep, History, Current };

struct Point {
    PointKind kind = PointKind::Dense;
    int index = 0;  // within its kind
    double parameters = 0.0;
    double perplexity = 0.0;
    QString label;
};

}  // namespace

class TradeoffView::Private {
public:
    std::optional<TradeoffPoint> dense;
    std::optional<TradeoffPoint> current;
    std::vector<TradeoffPoint> history;
    std::vector<SweepPoint> sweep;
    std::vector<Point> points;  // all of them, as the keys walk over them: from few parameters to many
    QCheckBox* log = nullptr;
    std::optional<PointMarker> marker;
    int at = -1;

    // The axis counts percent of the dense model, or millions while that is not known.
    [[nodiscard]] double place(double parameters) const {
        return dense && dense->parameters > 0.0 ? 100.0 * parameters / dense->parameters : parameters / 1e6;
    }
    [[nodiscard]] QPointF coordinates(int point) const {
        const Point& p = points[static_cast<std::size_t>(point)];
        return {place(p.parameters), p.perplexity};
    }
    void collect();
};

void TradeoffView::Private::collect() {
    points.clear();
    const auto add = [this](PointKind kind, int index, double parameters, double perplexity,
                            const QString& label) {
        if (parameters > 0.0 && std::isfinite(perplexity))
            points.push_back({kind, index, parameters, perplexity, label});
    };
    if (dense) add(PointKind::Dense, 0, dense->parameters, dense->perplexity, TradeoffView::tr("dense"));
    for (std::size_t i = 0; i < sweep.size(); ++i) {
        const QString label = TradeoffView::tr("%1 at ratio %2")
                                  .arg(QString::fromStdString(sweep[i].method))
                                  .arg(sweep[i].ratio);
        add(PointKind::Sweep, static_cast<int>(i), static_cast<double>(sweep[i].accounting.parametersAfter),
            sweep[i].perplexity, label);
    }
    for (std::size_t i = 0; i < history.size(); ++i) {
        const QString label = TradeoffView::tr("plan %1, %2").arg(i + 1).arg(history[i].label);
        add(PointKind::History, static_cast<int>(i), history[i].parameters, history[i].perplexity, label);
    }
    if (current)
        add(PointKind::Current, 0, current->parameters, current->perplexity,
            TradeoffView::tr("current plan, %1").arg(current->label));
    std::stable_sort(points.begin(), points.end(),
                     [](const Point& a, const Point& b) { return a.parameters < b.parameters; });
}

TradeoffView::TradeoffView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("What does each cut cost in perplexity?"));
    setEmptyText(tr(
        "No plan has been previewed yet. Chop a layer or move the ratio, and its perplexity appears here."));
    d_->log = new QCheckBox(tr("Log perplexity"), this);
    addOption(d_->log);
    connect(d_->log, &QCheckBox::toggled, this, &TradeoffView::rebuild);
    PlotCanvas* plot = canvas();
    plot->xAxis->setTicker(numberTicker(*plot->xAxis));
    plot->yAxis->setLabel(tr("perplexity before healing"));
    d_->marker.emplace(*plot);
    placeLegendAbove(*plot);
    rebuild();
}

TradeoffView::~TradeoffView() = default;

void TradeoffView::setDense(std::optional<TradeoffPoint> dense) {
    d_->dense = std::move(dense);
    rebuild();
}

void TradeoffView::setHistory(std::vector<TradeoffPoint> points) {
    d_->history = std::move(points);
    rebuild();
}

void TradeoffView::setCurrent(std::optional<TradeoffPoint> current) {
    d_->current = std::move(current);
    rebuild();
}

void TradeoffView::setSweep(std::vector<SweepPoint> points) {
    d_->sweep = std::move(points);
    rebuild();
}

void TradeoffView::setLogPerplexity(bool on) {
    d_->log->setChecked(on);
}
bool TradeoffView::logPerplexity() const {
    return d_->log->isChecked();
}
void TradeoffView::applyTheme(const PlotTheme&) {
    rebuild();
}

void TradeoffView::rebuild() {
    d_->collect();
    canvas()->clearGraphs();
    addCurves();
    setAxes();
    const PlotTheme colours = theme();
    canvas()->applyTheme(colours);
    d_->marker->setStyle(colours, font());
    contentChanged(d_->points.empty());
    moveTo(-1);
}

void TradeoffView::addCurves() {
    const PlotTheme colours = theme();
    PlotCanvas* plot = canvas();
    const auto add = [&](const QString& name, const QColor& colour, QCPScatterStyle::ScatterShape shape,
                         double size, bool line) {
        QCPGraph* graph = plot->addGraph();
        graph->setName(name);
        graph->setPen(line ? QPen(colour, 1.6) : QPen(colour));
        graph->setLineStyle(line ? QCPGraph::lsLine : QCPGraph::lsNone);
        graph->setScatterStyle(
            QCPScatterStyle(shape, QPen(colour, 1.6),
                            shape == QCPScatterStyle::ssCircle ? Qt::NoBrush : QBrush(colour), size));
        return graph;
    };
    const auto fill = [&](QCPGraph* graph, PointKind kind, const std::string& method) {
        for (const Point& point : d_->points) {
            if (point.kind != kind) continue;
            if (kind == PointKind::Sweep && d_->sweep[static_cast<std::size_t>(point.index)].method != method)
                continue;
            graph->addData(d_->place(point.parameters), point.perplexity);
        }
    };
    std::vector<std::string> methods;
    for (const SweepPoint& point : d_->sweep) {
        if (std::find(methods.begin(), methods.end(), point.method) == methods.end())
            methods.push_back(point.method);
    }
    for (std::size_t i = 0; i < methods.size(); ++i) {
        const QColor colour = colours.series(static_cast<int>(i) + 2);
        fill(add(QString::fromStdString(methods[i]), colour, QCPScatterStyle::ssDisc, 5.0, true),
             PointKind::Sweep, methods[i]);
    }
    if (!d_->history.empty()) {
        fill(add(tr("plans previewed"), colours.series(0), QCPScatterStyle::ssDisc, 8.0, false),
             PointKind::History, {});
    }
    if (d_->current)
        fill(add(tr("current plan"), colours.selection, QCPScatterStyle::ssCircle, 14.0, false),
             PointKind::Current, {});
    if (d_->dense)
        fill(add(tr("dense"), colours.text, QCPScatterStyle::ssDiamond, 11.0, false), PointKind::Dense, {});
    styleLegend(*plot, colours, font());
    showLegend(*plot, plot->graphCount() > 1);
}

void TradeoffView::setAxes() {
    PlotCanvas* plot = canvas();
    const bool relative = d_->dense && d_->dense->parameters > 0.0;
    plot->xAxis->setLabel(
        relative ? tr("parameters kept, % of %1")
                       .arg(QString::fromStdString(formatCount(std::llround(d_->dense->parameters))))
                 : tr("parameters, millions"));
    plot->yAxis->setLabel(logPerplexity() ? tr("perplexity before healing, log scale")
                                          : tr("perplexity before healing"));
    if (d_->points.empty()) return;
    const double left = d_->place(d_->points.front().parameters);
    const double right = d_->place(d_->points.back().parameters);
    const double side = std::max(0.06 * (right - left), 0.01 * right);
    plot->xAxis->setRange(left - side, right + side);
    ValueEnds ends;
    for (const Point& point : d_->points) ends.add(point.perplexity);
    setPerplexityAxis(*plot->yAxis, ends, logPerplexity());
}

int TradeoffView::pointAt(const QPointF& position) const {
    return d_->marker->nearest(position, static_cast<int>(d_->points.size()),
                               [this](int point) { return d_->coordinates(point); });
}

void TradeoffView::moveTo(int point) {
    d_->at = point;
    d_->marker->moveTo(point >= 0 ? std::optional(d_->coordinates(point)) : std::nullopt);
    setHoverText(point >= 0 ? describe(point) : QString());
}

void TradeoffView::pointTo(const QPointF& position) {
    moveTo(pointAt(position));
}
void TradeoffView::pointAway() {
    moveTo(-1);
}

void TradeoffView::chooseAt(const QPointF& position) {
    moveTo(pointAt(position));
    choose();
}

void TradeoffView::choose() {
    if (d_->at < 0) return;
    const Point& point = d_->points[static_cast<std::size_t>(d_->at)];
    if (point.kind == PointKind::History) Q_EMIT historyPointChosen(point.index);
}

bool TradeoffView::pressKey(int key) {
    return PointMarker::press(
        key, d_->at, static_cast<int>(d_->points.size()), [this](int point) { moveTo(point); },
        [this] { choose(); });
}

QString TradeoffView::describe(int point) const {
    const Point& p = d_->points[static_cast<std::size_t>(point)];
    QString text =
        tr("%1: %2 parameters").arg(p.label, QString::fromStdString(formatCount(std::llround(p.parameters))));
    if (d_->dense && p.kind != PointKind::Dense)
        text +=
            tr(" (%1 kept)").arg(QString::fromStdString(formatPercent(p.parameters / d_->dense->parameters)));
    text += tr(", perplexity %1").arg(perplexityText(p.perplexity));
    if (!d_->dense || p.kind == PointKind::Dense || !(d_->dense->perplexity > 0.0)) return text;
    const double change = p.perplexity / d_->dense->perplexity - 1.0;
    return text + QStringLiteral(" (%1%2)").arg(change < 0 ? QString() : QStringLiteral("+"),
                                                QString::fromStdString(formatPercent(change)));
}

QString TradeoffView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("point,parameters,perplexity\n");
    for (const Point& point : d_->points) {
        text += QStringLiteral("%1,%2,%3\n")
                    .arg(csvField(point.label), QString::number(std::llround(point.parameters)),
                         csvNumber(point.perplexity));
    }
    return text;
}

QString TradeoffView::textSummary() const {
    if (d_->points.empty()) return emptyText();
    QStringList lines;
    for (std::size_t i = 0; i < d_->points.size(); ++i) lines.append(describe(static_cast<int>(i)));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
