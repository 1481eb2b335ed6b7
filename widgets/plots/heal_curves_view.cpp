// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/heal_curves_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSlider>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/plot_text.h"

namespace secateur {

namespace {

constexpr int kUsualSmoothing = 60;  // percent
constexpr double kFaint = 0.28;      // opacity of what is smoothed
constexpr double kWhisker = 6.0;     // pixels

// The evaluation with the least held-out perplexity; null where there is none.
const HealPoint* bestOf(const HealCurve& curve) {
    const HealPoint* best = nullptr;
    for (const HealPoint& point : curve.points)
        if (point.evalPerplexity && (best == nullptr || *point.evalPerplexity < *best->evalPerplexity))
            best = &point;
    return best;
}

QString bestText(const HealPoint& best) {
    return HealCurvesView::tr("best %1 at step %2")
        .arg(perplexityText(*best.evalPerplexity, best.evalStandardError))
        .arg(best.step);
}

}  // namespace

class HealCurvesView::Private {
public:
    std::vector<HealCurve> curves;
    QComboBox* quantity = nullptr;
    QComboBox* axis = nullptr;
    QSlider* smoothing = nullptr;
    QCheckBox* log = nullptr;
    QCPAxisRect* above = nullptr;  // owned by the canvas, as all below
    QCPAxisRect* below = nullptr;
    QCPItemTracer* cursor = nullptr;
    std::array<QCPItemStraightLine*, 2> guides{};  // through both rectangles at the cursor's place
    int curveAt = -1;
    int pointAt = -1;

    [[nodiscard]] bool empty() const {
        return std::all_of(curves.begin(), curves.end(),
                           [](const HealCurve& curve) { return curve.points.empty(); });
    }
    // Without those that are hidden.
    [[nodiscard]] std::vector<HealCurve> shownCurves(const CurveToggles& toggles) const {
        std::vector<HealCurve> shown = curves;
        std::erase_if(shown, [&](const HealCurve& curve) { return toggles.hidden(curve.name); });
        return shown;
    }
    [[nodiscard]] QCPAxis* x(const QCPAxisRect* rect) const { return rect->axis(QCPAxis::atBottom); }
    [[nodiscard]] QCPAxis* y(const QCPAxisRect* rect) const { return rect->axis(QCPAxis::atLeft); }
};

HealCurvesView::HealCurvesView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("How fast does healing win back what the cut lost?"));
    setEmptyText(tr(
        "No run is shown. Press Start under Heal, or select runs in the table of runs: their curves appear "
        "here, one over the other."));
    buildOptions();
    buildRects();
    connect(&this->curves(), &CurveToggles::changed, this, &HealCurvesView::rebuild);
    rebuild();
}

HealCurvesView::~HealCurvesView() = default;

void HealCurvesView::buildOptions() {
    d_->quantity = new QComboBox(this);
    for (const auto quantity : {CurveQuantity::Loss, CurveQuantity::Rate, CurveQuantity::GradientNorm,
                                CurveQuantity::Speed, CurveQuantity::Memory})
        d_->quantity->addItem(quantityLabel(quantity));
    d_->axis = new QComboBox(this);
    for (const auto axis : {CurveAxis::Steps, CurveAxis::Tokens, CurveAxis::Seconds, CurveAxis::Flops})
        d_->axis->addItem(axisLabel(axis));
    d_->smoothing = new QSlider(Qt::Horizontal, this);
    d_->smoothing->setRange(0, 99);
    d_->smoothing->setValue(kUsualSmoothing);
    d_->smoothing->setFixedWidth(16 * fontMetrics().averageCharWidth());
    d_->smoothing->setMinimumHeight(d_->axis->sizeHint().height());
    d_->smoothing->setToolTip(tr("Weight of earlier steps in the moving average, in percent"));
    d_->log = new QCheckBox(tr("Log scale"), this);
    d_->log->setAccessibleName(tr("Log held-out perplexity"));
    d_->log->setChecked(true);
    d_->quantity->setToolTip(tr("What the upper curves are of"));
    d_->axis->setToolTip(tr("What the curves are drawn against"));
    d_->log->setToolTip(tr("A logarithmic axis of held-out perplexity"));
    addOption(tr("Show"), d_->quantity);
    addOption(tr("Against"), d_->axis);
    addOption(tr("Smoothing"), d_->smoothing);
    addOption(d_->log);
    connect(d_->quantity, &QComboBox::currentIndexChanged, this, &HealCurvesView::rebuild);
    connect(d_->axis, &QComboBox::currentIndexChanged, this, &HealCurvesView::rebuild);
    connect(d_->smoothing, &QSlider::valueChanged, this, &HealCurvesView::rebuild);
    connect(d_->log, &QCheckBox::toggled, this, &HealCurvesView::rebuild);
}

void HealCurvesView::buildRects() {
    PlotCanvas* plot = canvas();
    d_->above = plot->axisRect();
    d_->below = new QCPAxisRect(plot);
    plot->plotLayout()->addElement(1, 0, d_->below);
    plot->plotLayout()->setRowSpacing(2);
    alignStacked(*plot, {d_->above, d_->below}, font());
    d_->x(d_->above)->setTickLabels(false);
    d_->cursor = new QCPItemTracer(plot);
    d_->cursor->setStyle(QCPItemTracer::tsCircle);
    d_->cursor->setLayer(QStringLiteral("overlay"));
    d_->cursor->setClipToAxisRect(false);
    d_->cursor->setVisible(false);
    const std::array rects{d_->above, d_->below};
    for (std::size_t i = 0; i < rects.size(); ++i) {
        auto* guide = d_->guides[i] = new QCPItemStraightLine(plot);
        guide->setLayer(QStringLiteral("overlay"));
        guide->setClipAxisRect(rects[i]);
        for (QCPItemPosition* end : {guide->point1, guide->point2}) {
            end->setAxisRect(rects[i]);
            end->setAxes(d_->x(rects[i]), d_->y(rects[i]));
            end->setTypeX(QCPItemPosition::ptPlotCoords);
            end->setTypeY(QCPItemPosition::ptAxisRectRatio);
        }
        guide->setVisible(false);
    }
    placeLegendAbove(*plot);
}

void HealCurvesView::setCurves(std::vector<HealCurve> curves) {
    d_->curves = std::move(curves);
    QStringList names;
    for (const HealCurve& curve : d_->curves) names << curve.name;
    this->curves().setNames(names);
    rebuild();
}

void HealCurvesView::setAxis(CurveAxis axis) {
    d_->axis->setCurrentIndex(static_cast<int>(axis));
}
CurveAxis HealCurvesView::axis() const {
    return static_cast<CurveAxis>(d_->axis->currentIndex());
}
void HealCurvesView::setQuantity(CurveQuantity quantity) {
    d_->quantity->setCurrentIndex(static_cast<int>(quantity));
}
CurveQuantity HealCurvesView::quantity() const {
    return static_cast<CurveQuantity>(d_->quantity->currentIndex());
}
void HealCurvesView::setSmoothing(int percent) {
    d_->smoothing->setValue(percent);
}
int HealCurvesView::smoothing() const {
    return d_->smoothing->value();
}
void HealCurvesView::setLogPerplexity(bool on) {
    d_->log->setChecked(on);
}
bool HealCurvesView::logPerplexity() const {
    return d_->log->isChecked();
}
void HealCurvesView::applyTheme(const PlotTheme&) {
    rebuild();
}

void HealCurvesView::rebuild() {
    PlotCanvas* plot = canvas();
    plot->clearPlottables();
    for (int i = plot->itemCount() - 1; i >= 0; --i) {
        if (plot->item(i) != d_->cursor && std::ranges::find(d_->guides, plot->item(i)) == d_->guides.end())
            plot->removeItem(plot->item(i));
    }
    for (const HealCurve& curve : d_->curves) addCurve(curve);
    setRanges();
    nameBest();
    addLevels();
    const PlotTheme colours = theme();
    plot->applyTheme(colours);
    styleLegend(*plot, colours, font());
    fadeHidden(*plot, colours, curves());
    showLegend(*plot, plot->legend->itemCount() > 1);
    d_->cursor->setPen(QPen(colours.cursor, 1.5));
    for (QCPItemStraightLine* guide : d_->guides) guide->setPen(QPen(colours.muted, 1.0, Qt::DotLine));
    d_->cursor->setSize(QFontMetrics(font()).height() * 0.7);
    contentChanged(d_->empty());
    // A curve that grows under the pointer keeps what the pointer showed.
    const auto curve = static_cast<std::size_t>(d_->curveAt);
    const bool stays = d_->curveAt >= 0 && curve < d_->curves.size() &&
                       !curves().hidden(d_->curves[curve].name) &&
                       d_->pointAt < static_cast<int>(d_->curves[curve].points.size());
    moveTo(stays ? d_->curveAt : -1, stays ? d_->pointAt : -1);
}

void HealCurvesView::addCurve(const HealCurve& curve) {
    const bool hidden = curves().hidden(curve.name);
    const QColor own = theme().series(curve.colour);
    const QColor colour = hidden ? translucent(own, CurveToggles::kFaint) : own;
    // Runs beyond the number of colours are dashed.
    const Qt::PenStyle line = curve.colour / PlotTheme::kSeries % 2 == 0 ? Qt::SolidLine : Qt::DashLine;
    const double weight = smoothing() / 100.0;
    std::vector<double> values;
    QVector<double> places;
    for (const HealPoint& point : curve.points) {
        places << axisValue(curve, point, axis());
        values.push_back(quantityValue(point, quantity()));
    }
    const auto graph = [&](const QPen& pen) {
        QCPGraph* made = canvas()->addGraph(d_->x(d_->above), d_->y(d_->above));
        made->setPen(pen);
        made->removeFromLegend();
        return made;
    };
    if (weight > 0.0 && !hidden)
        graph(QPen(translucent(colour, kFaint), 1.0))
            ->setData(places, QVector<double>(values.begin(), values.end()), true);
    const std::vector<double> smooth = smoothed(values, weight);
    QCPGraph* main = graph(QPen(colour, 1.8, line));
    main->setData(places, QVector<double>(smooth.begin(), smooth.end()), true);
    main->setName(curve.name);
    main->addToLegend();
    main->setVisible(!hidden);  // the legend has it all the same
    if (hidden) return;
    addHeldOut(curve, QPen(colour, 1.8, line));
    markBest(curve, colour);
}

void HealCurvesView::addHeldOut(const HealCurve& curve, const QPen& pen) {
    QVector<double> places, perplexities, errors;
    const auto add = [&](double place, double perplexity, const std::optional<double>& error) {
        places << place;
        perplexities << perplexity;
        errors << (error && std::isfinite(*error) ? *error : 0.0);
    };
    if (curve.before) add(0.0, *curve.before, curve.beforeError);
    for (const HealPoint& point : curve.points)
        if (point.evalPerplexity)
            add(axisValue(curve, point, axis()), *point.evalPerplexity, point.evalStandardError);
    QCPGraph* heldOut = canvas()->addGraph(d_->x(d_->below), d_->y(d_->below));
    heldOut->setPen(pen);
    heldOut->removeFromLegend();
    heldOut->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5.0));
    heldOut->setData(places, perplexities, true);
    if (std::ranges::all_of(errors, [](double error) { return error == 0.0; })) return;
    auto* bars = new QCPErrorBars(d_->x(d_->below), d_->y(d_->below));
    bars->removeFromLegend();
    bars->setErrorType(QCPErrorBars::etValueError);
    bars->setPen(QPen(pen.color(), 1.0));
    bars->setWhiskerWidth(kWhisker);
    bars->setSymbolGap(0.0);
    bars->setDataPlottable(heldOut);
    bars->setData(errors);
}

// What a run that keeps its best checkpoint ends with.
void HealCurvesView::markBest(const HealCurve& curve, const QColor& colour) {
    const HealPoint* best = bestOf(curve);
    if (best == nullptr) return;
    const double place = axisValue(curve, *best, axis());
    QCPGraph* ring = canvas()->addGraph(d_->x(d_->below), d_->y(d_->below));
    ring->removeFromLegend();
    ring->setLineStyle(QCPGraph::lsNone);
    ring->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colour, 2.0), Qt::NoBrush,
                                          QFontMetrics(font()).height() * 0.9));
    ring->setData({place}, {*best->evalPerplexity}, true);
}

// In words at the best run of all alone: names of several would cover each other.
void HealCurvesView::nameBest() {
    const HealCurve* winner = nullptr;
    for (const HealCurve& curve : d_->curves) {
        const HealPoint* best = curves().hidden(curve.name) ? nullptr : bestOf(curve);
        if (best != nullptr &&
            (winner == nullptr || *best->evalPerplexity < *bestOf(*winner)->evalPerplexity))
            winner = &curve;
    }
    if (winner == nullptr) return;
    const HealPoint& best = *bestOf(*winner);
    const double place = axisValue(*winner, best, axis());
    const bool right = place > d_->x(d_->below)->range().center();
    auto* words = new QCPItemText(canvas());
    words->setClipToAxisRect(false);
    words->position->setAxisRect(d_->below);
    words->position->setAxes(d_->x(d_->below), d_->y(d_->below));
    words->position->setCoords(place, *best.evalPerplexity);
    words->setPositionAlignment((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignBottom);
    words->setPadding(QMargins(0, 0, 0, QFontMetrics(font()).height() * 2 / 3));
    words->setFont(font());
    words->setColor(theme().text);
    words->setText(bestText(best));
}

void HealCurvesView::addLevels() {
    const PlotTheme colours = theme();
    std::vector<Level> levels;
    for (const HealCurve& curve : d_->shownCurves(curves())) {
        if (curve.dense) levels.push_back({*curve.dense, tr("dense"), colours.text});
        if (curve.before) levels.push_back({*curve.before, tr("unhealed"), colours.series(curve.colour)});
    }
    drawLevels(*canvas(), *d_->below, std::move(levels), font());
}

void HealCurvesView::setRanges() {
    d_->y(d_->above)->setLabel(quantityLabel(quantity()));
    d_->y(d_->below)->setLabel(tr("perplexity; held out"));
    d_->x(d_->below)->setLabel(axisLabel(axis()));
    if (d_->empty()) return;
    double last = 0.0;
    ValueEnds above, below;
    for (const HealCurve& curve : d_->shownCurves(curves())) {
        // As measured: the faint curve behind the smoothed one is seen whole, and goes further.
        for (const HealPoint& point : curve.points) {
            last = std::max(last, axisValue(curve, point, axis()));
            above.add(quantityValue(point, quantity()));
            if (!point.evalPerplexity) continue;
            const double error = point.evalStandardError.value_or(0.0);
            below.add(*point.evalPerplexity + error);
            if (*point.evalPerplexity > error) below.add(*point.evalPerplexity - error);
        }
        for (const auto& level : {curve.dense, curve.before}) {
            if (level) below.add(*level);
        }
    }
    for (QCPAxisRect* rect : {d_->above, d_->below}) {
        setCountAxis(*d_->x(rect), 0.0, last > 0.0 ? last * 1.02 : 1.0);
    }
    setValueAxis(*d_->y(d_->above), above, false);
    setValueAxis(*d_->y(d_->below), below, logPerplexity());
}

void HealCurvesView::pointTo(const QPointF& position) {
    int curveFound = -1, pointFound = -1;
    double nearest = 3.0 * QFontMetrics(font()).height();
    const bool upper = d_->above->outerRect().contains(position.toPoint());
    const QCPAxisRect* rect = upper ? d_->above : d_->below;
    for (std::size_t c = 0; c < d_->curves.size(); ++c) {
        const HealCurve& curve = d_->curves[c];
        if (curves().hidden(curve.name)) continue;
        for (std::size_t p = 0; p < curve.points.size(); ++p) {
            const HealPoint& point = curve.points[p];
            if (!upper && !point.evalPerplexity) continue;
            const double value = upper ? quantityValue(point, quantity()) : *point.evalPerplexity;
            const QPointF there(d_->x(rect)->coordToPixel(axisValue(curve, point, axis())),
                                d_->y(rect)->coordToPixel(value));
            const double distance = QLineF(there, position).length();
            if (distance >= nearest) continue;
            nearest = distance;
            curveFound = static_cast<int>(c);
            pointFound = static_cast<int>(p);
        }
    }
    moveTo(curveFound, pointFound);
}

void HealCurvesView::pointAway() {
    moveTo(-1, -1);
}

void HealCurvesView::moveTo(int curve, int point) {
    d_->curveAt = curve;
    d_->pointAt = point;
    d_->cursor->setVisible(curve >= 0);
    for (QCPItemStraightLine* guide : d_->guides) guide->setVisible(curve >= 0);
    if (curve >= 0) {
        const HealCurve& run = d_->curves[static_cast<std::size_t>(curve)];
        const HealPoint& at = run.points[static_cast<std::size_t>(point)];
        d_->cursor->position->setAxisRect(d_->above);
        d_->cursor->position->setAxes(d_->x(d_->above), d_->y(d_->above));
        const double place = axisValue(run, at, axis());
        d_->cursor->position->setCoords(place, quantityValue(at, quantity()));
        for (QCPItemStraightLine* guide : d_->guides) {
            guide->point1->setCoords(place, 0.0);
            guide->point2->setCoords(place, 1.0);
        }
    }
    canvas()->redrawOverlay();
    setHoverText(curve >= 0 ? describe(curve, point) : QString());
}

bool HealCurvesView::pressKey(int key) {
    if (key != Qt::Key_Left && key != Qt::Key_Right) return false;
    int curve = d_->curveAt >= 0 ? d_->curveAt : static_cast<int>(d_->curves.size()) - 1;
    while (curve >= 0 && curves().hidden(d_->curves[static_cast<std::size_t>(curve)].name)) --curve;
    if (curve < 0) return true;
    const int last = static_cast<int>(d_->curves[static_cast<std::size_t>(curve)].points.size()) - 1;
    if (last < 0) return true;
    const int from = d_->curveAt >= 0 ? d_->pointAt + (key == Qt::Key_Left ? -1 : 1) : last;
    moveTo(curve, std::clamp(from, 0, last));
    return true;
}

QString HealCurvesView::describe(int curve, int point) const {
    const HealCurve& run = d_->curves[static_cast<std::size_t>(curve)];
    const HealPoint& at = run.points[static_cast<std::size_t>(point)];
    QString text =
        tr("%1: step %2, %3 tokens, loss %4")
            .arg(run.name)
            .arg(at.step)
            .arg(QString::fromStdString(formatCount(std::llround(axisValue(run, at, CurveAxis::Tokens))))
                     .trimmed(),
                 quantityText(at.loss, CurveQuantity::Loss));
    if (quantity() != CurveQuantity::Loss)
        text += tr(", %1 %2").arg(quantityLabel(quantity()),
                                  quantityText(quantityValue(at, quantity()), quantity()));
    if (at.evalPerplexity)
        text += tr(", held-out perplexity %1").arg(perplexityText(*at.evalPerplexity, at.evalStandardError));
    return text + othersAt(curve, axisValue(run, at, axis()));
}

// What the other runs had come to there: the last evaluation, else the last step, before that place.
QString HealCurvesView::othersAt(int curve, double place) const {
    QString text;
    for (std::size_t i = 0; i < d_->curves.size(); ++i) {
        const HealCurve& other = d_->curves[i];
        if (static_cast<int>(i) == curve || curves().hidden(other.name)) continue;
        const HealPoint* evaluated = nullptr;
        const HealPoint* last = nullptr;
        for (const HealPoint& point : other.points) {
            if (axisValue(other, point, axis()) > place) break;
            last = &point;
            if (point.evalPerplexity) evaluated = &point;
        }
        if (last == nullptr) continue;
        text += evaluated != nullptr
                    ? tr("; %1: %2 at step %3")
                          .arg(other.name, perplexityText(*evaluated->evalPerplexity))
                          .arg(evaluated->step)
                    : tr("; %1: loss %2").arg(other.name, quantityText(last->loss, CurveQuantity::Loss));
    }
    return text;
}

QString HealCurvesView::csv() const {
    return isEmpty() ? QString() : curvesCsv(d_->shownCurves(curves()));
}

QString HealCurvesView::textSummary() const {
    if (d_->empty()) return emptyText();
    QStringList lines;
    for (const HealCurve& curve : d_->shownCurves(curves())) {
        if (curve.points.empty()) continue;
        const HealPoint& last = curve.points.back();
        QString line = tr("%1: %2 steps, loss %3 -> %4")
                           .arg(curve.name)
                           .arg(last.step)
                           .arg(quantityText(curve.points.front().loss, CurveQuantity::Loss),
                                quantityText(last.loss, CurveQuantity::Loss));
        const auto evaluated = std::find_if(curve.points.rbegin(), curve.points.rend(),
                                            [](const HealPoint& p) { return p.evalPerplexity.has_value(); });
        if (curve.before)
            line += tr(", unhealed perplexity %1").arg(perplexityText(*curve.before, curve.beforeError));
        if (evaluated != curve.points.rend())
            line += tr(", held-out perplexity %1, %2")
                        .arg(perplexityText(*evaluated->evalPerplexity, evaluated->evalStandardError),
                             bestText(*bestOf(curve)));
        if (curve.dense) line += tr(", dense %1").arg(perplexityText(*curve.dense));
        lines << line;
    }
    if (const QString hidden = curves().hiddenInWords(); !hidden.isEmpty()) lines << hidden;
    return lines.join(QLatin1Char('\n'));
}

QString HealCurvesView::curveNamed(const QPointF& position) const {
    return curveInLegend(*canvas(), curves(), position);
}

}  // namespace secateur
