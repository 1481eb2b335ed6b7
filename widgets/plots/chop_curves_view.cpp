// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/chop_curves_view.h"

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

QString spaced(const std::vector<int>& layers) {
    QStringList numbers;
    for (const int layer : layers) numbers << QString::number(layer);
    return numbers.join(QLatin1Char(' '));
}

}  // namespace

class ChopCurvesView::Private {
public:
    std::shared_ptr<const ChopSweepReport> report;
    std::vector<std::string> strategies;  // in the order of their first row
    std::vector<int> points;              // rows that can be drawn, as the keys walk: curve by curve
    QCheckBox* log = nullptr;
    std::optional<PointMarker> marker;
    int at = -1;  // index into points

    void collect();
    [[nodiscard]] const ChopSweepRow& row(int point) const {
        return report->rows[static_cast<std::size_t>(points[static_cast<std::size_t>(point)])];
    }
    [[nodiscard]] double place(const ChopSweepRow& row) const { return report->layers - row.count; }
    [[nodiscard]] QPointF coordinates(int point) const { return {place(row(point)), row(point).perplexity}; }
};

void ChopCurvesView::Private::collect() {
    strategies.clear();
    points.clear();
    if (report == nullptr) return;
    for (const ChopSweepRow& row : report->rows)
        if (std::find(strategies.begin(), strategies.end(), row.strategy) == strategies.end())
            strategies.push_back(row.strategy);
    for (const std::string& strategy : strategies)
        for (std::size_t i = 0; i < report->rows.size(); ++i)
            if (report->rows[i].strategy == strategy && std::isfinite(report->rows[i].perplexity))
                points.push_back(static_cast<int>(i));
    std::stable_sort(points.begin(), points.end(), [this](int a, int b) {
        const auto& rows = report->rows;
        return rows[static_cast<std::size_t>(a)].count > rows[static_cast<std::size_t>(b)].count;
    });
}

ChopCurvesView::ChopCurvesView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Which layers can go?"));
    setEmptyText(tr("Nothing has been compared yet. Choose strategies and press Compare strategies."));
    d_->log = new QCheckBox(tr("Log perplexity"), this);
    d_->log->setChecked(true);
    addOption(d_->log);
    connect(d_->log, &QCheckBox::toggled, this, &ChopCurvesView::rebuild);
    PlotCanvas* plot = canvas();
    plot->xAxis->setLabel(tr("layers kept"));
    d_->marker.emplace(*plot);
    placeLegendAbove(*plot);
    rebuild();
}

ChopCurvesView::~ChopCurvesView() = default;

void ChopCurvesView::setReport(std::shared_ptr<const ChopSweepReport> report) {
    d_->report = std::move(report);
    setProvenance(d_->report ? QString::fromStdString(d_->report->protocol) : QString());
    rebuild();
}

void ChopCurvesView::setLogPerplexity(bool on) {
    d_->log->setChecked(on);
}
bool ChopCurvesView::logPerplexity() const {
    return d_->log->isChecked();
}
void ChopCurvesView::applyTheme(const PlotTheme&) {
    rebuild();
}

void ChopCurvesView::rebuild() {
    d_->collect();
    canvas()->clearGraphs();
    const bool empty = d_->report == nullptr || !(d_->report->densePerplexity > 0.0);
    if (!empty) {
        addDense();
        addCurves();
        setAxes();
    }
    const PlotTheme colours = theme();
    canvas()->applyTheme(colours);
    d_->marker->setStyle(colours, font());
    styleLegend(*canvas(), colours, font());
    showLegend(*canvas(), !empty);
    contentChanged(empty);
    moveTo(-1);
}

void ChopCurvesView::addDense() {
    QCPGraph* line = canvas()->addGraph();
    line->setName(tr("dense"));
    line->setPen(QPen(theme().text, 1.2, Qt::DashLine));
    line->addData(0.0, d_->report->densePerplexity);
    line->addData(d_->report->layers, d_->report->densePerplexity);
}

void ChopCurvesView::addCurves() {
    const PlotTheme colours = theme();
    const QCPScatterStyle::ScatterShape shapes[] = {QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare,
                                                    QCPScatterStyle::ssTriangle};
    for (std::size_t i = 0; i < d_->strategies.size(); ++i) {
        const auto number = static_cast<int>(i);
        const QColor colour = colours.series(number);
        const int cycle = number / PlotTheme::kSeries % 3;
        QCPGraph* graph = canvas()->addGraph();
        graph->setName(QString::fromStdString(d_->strategies[i]));
        graph->setPen(QPen(colour, 1.6, cycle == 0 ? Qt::SolidLine : Qt::DashDotLine));
        graph->setScatterStyle(QCPScatterStyle(shapes[cycle], QPen(colour, 1.6),
                                               cycle == 0 ? QBrush(colour) : QBrush(Qt::NoBrush), 6.0));
        for (const int row : d_->points) {
            const ChopSweepRow& point = d_->report->rows[static_cast<std::size_t>(row)];
            if (point.strategy == d_->strategies[i]) graph->addData(d_->place(point), point.perplexity);
        }
    }
}

void ChopCurvesView::setAxes() {
    PlotCanvas* plot = canvas();
    plot->xAxis->setTicker(wholeNumberTicker(*plot->xAxis));
    plot->xAxis->setRange(0.5, d_->report->layers + 0.5);
    plot->yAxis->setLabel(logPerplexity() ? tr("perplexity before healing, log scale")
                                          : tr("perplexity before healing"));
    ValueEnds ends;
    ends.add(d_->report->densePerplexity);
    for (std::size_t i = 0; i < d_->points.size(); ++i) ends.add(d_->row(static_cast<int>(i)).perplexity);
    setPerplexityAxis(*plot->yAxis, ends, logPerplexity());
}

int ChopCurvesView::pointAt(const QPointF& position) const {
    return d_->marker->nearest(position, static_cast<int>(d_->points.size()),
                               [this](int point) { return d_->coordinates(point); });
}

void ChopCurvesView::moveTo(int point) {
    d_->at = point < static_cast<int>(d_->points.size()) ? point : -1;
    d_->marker->moveTo(d_->at >= 0 ? std::optional(d_->coordinates(d_->at)) : std::nullopt);
    setHoverText(d_->at >= 0 ? describe(d_->row(d_->at)) : QString());
}

void ChopCurvesView::pointTo(const QPointF& position) {
    moveTo(pointAt(position));
}
void ChopCurvesView::pointAway() {
    moveTo(-1);
}

void ChopCurvesView::chooseAt(const QPointF& position) {
    moveTo(pointAt(position));
    choose();
}

void ChopCurvesView::choose() {
    if (d_->at >= 0) Q_EMIT rowChosen(d_->points[static_cast<std::size_t>(d_->at)]);
}

bool ChopCurvesView::pressKey(int key) {
    return PointMarker::press(
        key, d_->at, static_cast<int>(d_->points.size()), [this](int point) { moveTo(point); },
        [this] { choose(); });
}

QString ChopCurvesView::describe(const ChopSweepRow& row) const {
    QStringList gone;
    if (!row.chop.layers.empty())
        gone << (row.chop.layers.size() == 1 ? tr("layer %1") : tr("layers %1")).arg(spaced(row.chop.layers));
    if (!row.chop.attention.empty()) gone << tr("attention of %1").arg(spaced(row.chop.attention));
    if (!row.chop.mlp.empty()) gone << tr("MLP of %1").arg(spaced(row.chop.mlp));
    QString text = tr("%1, %2 of %3 layers kept: perplexity %4")
                       .arg(QString::fromStdString(row.strategy))
                       .arg(d_->report->layers - row.count)
                       .arg(d_->report->layers)
                       .arg(perplexityText(row.perplexity));
    const double change = row.perplexity / d_->report->densePerplexity - 1.0;
    text += QStringLiteral(" (%1%2)").arg(change < 0 ? QString() : QStringLiteral("+"),
                                          QString::fromStdString(formatPercent(change)));
    return text + tr(", without %1").arg(gone.join(QStringLiteral(", ")));
}

QString ChopCurvesView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("strategy,count,layers_kept,layers,attention,mlp,parameters,perplexity\n");
    const auto line = [&](const QString& strategy, int count, const ChopStep& chop, std::int64_t parameters,
                          double perplexity) {
        text +=
            QStringLiteral("%1,%2,%3,%4,%5,%6,%7,%8\n")
                .arg(csvField(strategy), QString::number(count), QString::number(d_->report->layers - count),
                     spaced(chop.layers), spaced(chop.attention), spaced(chop.mlp),
                     QString::number(parameters), csvNumber(perplexity));
    };
    line(QStringLiteral("dense"), 0, {}, d_->report->dense.parametersAfter, d_->report->densePerplexity);
    for (const ChopSweepRow& row : d_->report->rows)
        line(QString::fromStdString(row.strategy), row.count, row.chop, row.accounting.parametersAfter,
             row.perplexity);
    return text;
}

QString ChopCurvesView::textSummary() const {
    if (isEmpty()) return emptyText();
    QStringList lines{tr("dense: perplexity %1").arg(perplexityText(d_->report->densePerplexity))};
    for (const ChopSweepRow& row : d_->report->rows) lines << describe(row);
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
