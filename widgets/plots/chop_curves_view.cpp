// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/chop_curves_view.h"

#include <QCheckBox>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "core/planning/chop_best.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/best_band.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/direct_labels.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/plot_text.h"
#include "widgets/plots/point_marker.h"

namespace secateur {

namespace {

QString spaced(const std::vector<int>& layers) {
    QStringList numbers;
    for (const int layer : layers) numbers << QString::number(layer);
    return numbers.join(QLatin1Char(' '));
}

}  // namespace

std::vector<std::string> strategiesOf(const ChopSweepReport& report) {
    std::vector<std::string> strategies;
    for (const ChopSweepRow& row : report.rows)
        if (std::find(strategies.begin(), strategies.end(), row.strategy) == strategies.end())
            strategies.push_back(row.strategy);
    return strategies;
}

class ChopCurvesView::Private {
public:
    explicit Private(PlotCanvas& canvas) : marker(canvas), chosen(canvas), labels(canvas), band(canvas) {}

    std::shared_ptr<const ChopSweepReport> report;
    StrategyNames names = [](const std::string& name) { return QString::fromStdString(name); };
    std::vector<std::string> strategies;
    std::vector<int> points;        // rows that can be drawn, as the keys walk: curve by curve
    std::vector<QCPGraph*> curves;  // one a strategy, owned by the canvas
    QCheckBox* log = nullptr;
    PointMarker marker;
    PointMarker chosen;
    DirectLabels labels;
    BestBand band;
    std::string pointed;
    int selected = -1;
    int at = -1;  // index into points

    void collect();
    [[nodiscard]] const ChopSweepRow& row(int point) const {
        return report->rows[static_cast<std::size_t>(points[static_cast<std::size_t>(point)])];
    }
    [[nodiscard]] QPointF coordinates(int point) const {
        return {1.0 * row(point).count, row(point).perplexity};
    }
    [[nodiscard]] int numberOf(const std::string& strategy) const {
        const auto found = std::find(strategies.begin(), strategies.end(), strategy);
        return found == strategies.end() ? -1 : static_cast<int>(found - strategies.begin());
    }
};

void ChopCurvesView::Private::collect() {
    strategies.clear();
    points.clear();
    curves.clear();
    if (report == nullptr) return;
    strategies = strategiesOf(*report);
    for (const std::string& strategy : strategies)
        for (std::size_t i = 0; i < report->rows.size(); ++i)
            if (report->rows[i].strategy == strategy && std::isfinite(report->rows[i].perplexity))
                points.push_back(static_cast<int>(i));
    std::stable_sort(points.begin(), points.end(), [this](int a, int b) {
        const auto& rows = report->rows;
        return rows[static_cast<std::size_t>(a)].count < rows[static_cast<std::size_t>(b)].count;
    });
}

ChopCurvesView::ChopCurvesView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>(*canvas())) {
    setTitle(tr("Which layers can go?"));
    setEmptyText(tr("Nothing has been compared yet. Choose strategies and press Compare strategies."));
    d_->log = new QCheckBox(tr("Log perplexity"), this);
    d_->log->setChecked(true);
    d_->log->setToolTip(tr("A logarithmic axis of perplexity"));
    addOption(d_->log);
    connect(d_->log, &QCheckBox::toggled, this, &ChopCurvesView::rebuild);
    connect(&curves(), &CurveToggles::changed, this, &ChopCurvesView::rebuild);
    canvas()->xAxis->setLabel(tr("layers removed"));
    rebuild();
}

ChopCurvesView::~ChopCurvesView() = default;

void ChopCurvesView::setNames(StrategyNames names) {
    d_->names = std::move(names);
    rebuild();
}

void ChopCurvesView::setReport(std::shared_ptr<const ChopSweepReport> report) {
    if (report == d_->report) return;
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
const DirectLabels& ChopCurvesView::labels() const {
    return d_->labels;
}
void ChopCurvesView::applyTheme(const PlotTheme&) {
    rebuild();
}

bool ChopCurvesView::hidden(const std::string& strategy) const {
    return curves().hidden(d_->names(strategy));
}

void ChopCurvesView::rebuild() {
    d_->collect();
    QStringList names;
    for (const std::string& strategy : d_->strategies) names << d_->names(strategy);
    curves().setNames(names);
    const std::vector<int> all = d_->points;
    std::erase_if(d_->points, [this](int row) {
        return hidden(d_->report->rows[static_cast<std::size_t>(row)].strategy);
    });
    canvas()->clearGraphs();
    const bool empty = d_->report == nullptr || !(d_->report->densePerplexity > 0.0);
    const PlotTheme colours = theme();
    canvas()->applyTheme(colours);
    d_->labels.show({}, colours, font());
    d_->band.show({}, colours, font());
    if (!empty) {
        addDense();
        addCurves(all);
        addBest();
        setAxes();
    }
    PlotTheme chosen = colours;
    chosen.cursor = colours.selection;
    d_->marker.setStyle(colours, font());
    d_->chosen.setStyle(chosen, font());
    contentChanged(empty);
    setSelectedRow(d_->selected);
    d_->pointed.clear();
    moveTo(-1);
}

void ChopCurvesView::addDense() {
    QCPGraph* line = canvas()->addGraph();
    line->setPen(QPen(theme().text, 1.2, Qt::DashLine));
    line->addData(-1.0, d_->report->densePerplexity);
    line->addData(d_->report->layers, d_->report->densePerplexity);
}

// `points`: rows of all curves, of hidden ones too, whose names stay: where the axis ends before them.
void ChopCurvesView::addCurves(const std::vector<int>& points) {
    const PlotTheme colours = theme();
    const QCPScatterStyle::ScatterShape shapes[] = {QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare,
                                                    QCPScatterStyle::ssTriangle};
    std::vector<DirectLabel> labels;
    for (std::size_t i = 0; i < d_->strategies.size(); ++i) {
        const auto number = static_cast<int>(i);
        const QColor colour = colours.series(number);
        const int cycle = number / PlotTheme::kSeries % 3;
        QCPGraph* graph = canvas()->addGraph();
        graph->setPen(QPen(colour, 1.6, cycle == 0 ? Qt::SolidLine : Qt::DashDotLine));
        graph->setScatterStyle(QCPScatterStyle(shapes[cycle], QPen(colour, 1.6),
                                               cycle == 0 ? QBrush(colour) : QBrush(Qt::NoBrush), 6.0));
        const bool faint = hidden(d_->strategies[i]);
        DirectLabel label{d_->names(d_->strategies[i]), colour, {}, number, faint};
        if (faint) label.rank += static_cast<int>(d_->strategies.size());
        graph->setVisible(!faint);
        for (const int index : points) {
            const ChopSweepRow& point = d_->report->rows[static_cast<std::size_t>(index)];
            if (point.strategy != d_->strategies[i]) continue;
            graph->addData(point.count, point.perplexity);
            label.end = QPointF(point.count, point.perplexity);
        }
        d_->curves.push_back(graph);
        if (!label.end.isNull()) labels.push_back(std::move(label));
    }
    labels.push_back({tr("dense %1").arg(perplexityText(d_->report->densePerplexity)), colours.text,
                      QPointF(d_->report->layers - 0.5, d_->report->densePerplexity), -1});
    d_->labels.show(std::move(labels), colours, font());
}

void ChopCurvesView::addBest() {
    const PlotTheme colours = theme();
    std::vector<BestBand::Run> runs;
    for (const BestChop& best : bestChops(*d_->report)) {
        const std::string& strategy = d_->report->rows[static_cast<std::size_t>(best.row)].strategy;
        const QString name = d_->names(strategy);
        if (!runs.empty() && runs.back().name == name && runs.back().to == best.count - 1)
            runs.back().to = best.count;
        else
            runs.push_back({best.count, best.count, name, colours.series(d_->numberOf(strategy))});
    }
    d_->band.show(runs, colours, font());
}

void ChopCurvesView::setAxes() {
    PlotCanvas* plot = canvas();
    plot->xAxis->setTicker(wholeNumberTicker(*plot->xAxis));
    plot->xAxis->setRange(0.5, d_->report->layers - 0.5);
    plot->xAxis->setLabel(tr("layers removed, of %1").arg(d_->report->layers));
    plot->yAxis->setLabel(logPerplexity() ? tr("perplexity; before healing; log scale")
                                          : tr("perplexity; before healing"));
    ValueEnds ends;
    ends.add(d_->report->densePerplexity);
    for (std::size_t i = 0; i < d_->points.size(); ++i) ends.add(d_->row(static_cast<int>(i)).perplexity);
    setPerplexityAxis(*plot->yAxis, ends, logPerplexity());
}

int ChopCurvesView::pointAt(const QPointF& position) const {
    return d_->marker.nearest(position, static_cast<int>(d_->points.size()),
                              [this](int point) { return d_->coordinates(point); });
}

void ChopCurvesView::moveTo(int point) {
    d_->at = point < static_cast<int>(d_->points.size()) ? point : -1;
    d_->marker.moveTo(d_->at >= 0 ? std::optional(d_->coordinates(d_->at)) : std::nullopt);
    setHoverText(d_->at >= 0 ? describe(d_->row(d_->at)) : QString());
    setPointed(d_->at >= 0 ? d_->row(d_->at).strategy : std::string());
}

void ChopCurvesView::setPointed(const std::string& strategy) {
    if (strategy == d_->pointed) return;
    d_->pointed = strategy;
    constexpr double kStepsBack = 0.25, kUsual = 1.6, kForward = 3.0;
    const int number = d_->numberOf(strategy);
    const PlotTheme colours = theme();
    for (std::size_t i = 0; i < d_->curves.size(); ++i) {
        const bool forward = static_cast<int>(i) == number;
        QCPGraph* curve = d_->curves[i];
        QPen pen = curve->pen();
        pen.setWidthF(forward ? kForward : kUsual);
        const QColor colour = colours.series(static_cast<int>(i));
        pen.setColor(number >= 0 && !forward ? translucent(colour, kStepsBack) : colour);
        curve->setPen(pen);
        curve->setLayer(forward ? QStringLiteral("axes") : QStringLiteral("main"));
    }
    d_->labels.emphasize(number);
    canvas()->refresh();
    Q_EMIT strategyPointed(strategy);
}

void ChopCurvesView::setSelectedRow(int row) {
    d_->selected = row;
    const bool there = d_->report != nullptr && row >= 0 && row < static_cast<int>(d_->report->rows.size());
    if (!there) return d_->chosen.moveTo(std::nullopt);
    const ChopSweepRow& chosen = d_->report->rows[static_cast<std::size_t>(row)];
    d_->chosen.moveTo(std::isfinite(chosen.perplexity)
                          ? std::optional(QPointF(chosen.count, chosen.perplexity))
                          : std::nullopt);
}

// A curve is meant by its points and by its name.
void ChopCurvesView::pointTo(const QPointF& position) {
    const int point = pointAt(position);
    moveTo(point);
    const QString named = point < 0 ? d_->labels.textAt(position) : QString();
    const auto meant = std::ranges::find(d_->strategies, named, d_->names);
    if (!named.isEmpty() && meant != d_->strategies.end()) setPointed(*meant);
}
QString ChopCurvesView::curveNamed(const QPointF& position) const {
    const QString name = d_->labels.textAt(position);
    return curves().names().contains(name) ? name : QString();
}
void ChopCurvesView::pointAway() {
    moveTo(-1);
}

void ChopCurvesView::chooseAt(const QPointF& position) {
    moveTo(pointAt(position));
    choose();
}

void ChopCurvesView::choose() {
    if (d_->at >= 0) Q_EMIT rowSelected(d_->points[static_cast<std::size_t>(d_->at)]);
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
                       .arg(d_->names(row.strategy))
                       .arg(d_->report->layers - row.count)
                       .arg(d_->report->layers)
                       .arg(perplexityText(row.perplexity));
    text += QStringLiteral(" (%1)").arg(
        QString::fromStdString(formatChange(d_->report->change(row), row.changeStandardError)));
    if (d_->report->withinError(row)) text += tr(", within its standard error");
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
    for (const ChopSweepRow& row : d_->report->rows) {
        if (hidden(row.strategy)) continue;
        line(QString::fromStdString(row.strategy), row.count, row.chop, row.accounting.parametersAfter,
             row.perplexity);
    }
    return text;
}

// "best: Leave one out at 1 to 3, Max gap at 4"
QString ChopCurvesView::bestText() const {
    QStringList parts;
    for (const BestBand::Run& run : d_->band.runs())
        parts << (run.from == run.to ? tr("%1 at %2").arg(run.name).arg(run.from)
                                     : tr("%1 at %2 to %3").arg(run.name).arg(run.from).arg(run.to));
    return tr("best: %1").arg(parts.join(QStringLiteral(", ")));
}

QString ChopCurvesView::textSummary() const {
    if (isEmpty()) return emptyText();
    QStringList lines{tr("dense: perplexity %1").arg(perplexityText(d_->report->densePerplexity))};
    if (!d_->band.runs().empty()) lines << bestText();
    for (const ChopSweepRow& row : d_->report->rows)
        if (!hidden(row.strategy)) lines << describe(row);
    if (const QString hidden = curves().hiddenInWords(); !hidden.isEmpty()) lines << hidden;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
