// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/layer_pair_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSignalBlocker>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/units.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/direct_labels.h"
#include "widgets/plots/overlay_bands.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/point_marker.h"
#include "widgets/plots/profile_panels.h"
#include "widgets/plots/unit_text.h"
#include "widgets/plots/value_scale.h"

namespace secateur {
namespace {

constexpr double kDifferenceHeight = 0.6;  // of the curves'
constexpr double kDifferenceBar = 0.6;     // of a layer's place
constexpr int kDifferenceRow = 2;          // of the layout
constexpr int kManyLayers = 64;            // without a disc each

// "block influence (1 - cosine)"
QString nameWithUnit(const LayerPairMetric& metric) {
    return metric.unit.isEmpty() ? metric.name : QStringLiteral("%1 (%2)").arg(metric.name, metric.unit);
}

QString sideName(bool b) {
    return b ? QStringLiteral("B") : QStringLiteral("A");
}

// From 0 to most values: one that is a hundred times the others would make them a flat line.
ValueEnds endsOfMost(const std::vector<float>& values) {
    const QCPRange most = rangeOfMost(values);
    ValueEnds ends;
    for (const double value : {0.0, most.lower, most.upper}) ends.add(value);
    return ends;
}

}  // namespace

class LayerPairView::Private {
public:
    explicit Private(PlotCanvas& canvas) : labels(canvas) {}

    std::vector<LayerPairMetric> metrics;
    std::array<QString, 2> names;
    QComboBox* metric = nullptr;
    QCheckBox* log = nullptr;
    bool logChosen = false;  // by the user
    DirectLabels labels;
    QCPTextElement* heading = nullptr;    // owned by the canvas, as the rectangles
    QCPAxisRect* above = nullptr;         // the canvas's own
    QCPAxisRect* below = nullptr;         // has no place where there is no difference
    std::vector<OverlayBands> selection;  // one a rectangle
    std::vector<OverlayBands> cursor;
    std::vector<int> selected;
    int at = -1;

    [[nodiscard]] const LayerPairMetric* shown() const {
        const int place = metric->currentIndex();
        return place >= 0 ? &metrics[static_cast<std::size_t>(place)] : nullptr;
    }
    [[nodiscard]] static const std::vector<float>& values(const LayerPairMetric& one, bool b) {
        return b ? one.b : one.a;
    }
    [[nodiscard]] static bool both(const LayerPairMetric& one) { return !one.a.empty() && !one.b.empty(); }
    [[nodiscard]] static double value(const LayerPairMetric& one, bool b, std::size_t place) {
        const std::vector<float>& all = values(one, b);
        return place < all.size() ? static_cast<double>(all[place]) : qQNaN();
    }
    [[nodiscard]] static double difference(const LayerPairMetric& one, std::size_t place) {
        return value(one, true, place) - value(one, false, place);
    }
};

LayerPairView::LayerPairView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>(*canvas())) {
    setTitle(tr("Which layers does B value differently from A?"));
    setEmptyText(tr("Nothing to compare yet. Choose a measurement as A and one as B."));
    d_->metric = new QComboBox(this);
    d_->metric->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    d_->metric->setToolTip(tr("What is drawn of every layer"));
    addOption(tr("Metric"), d_->metric);
    d_->metric->setAccessibleName(tr("Metric of the curves"));
    d_->log = new QCheckBox(tr("Log scale"), this);
    d_->log->setAccessibleName(tr("Log scale of the curves"));
    d_->log->setToolTip(tr("A logarithmic axis, so that one layer does not flatten the others"));
    addOption(d_->log);
    PlotCanvas* plot = canvas();
    d_->above = plot->axisRect();
    d_->below = new QCPAxisRect(plot);
    d_->heading = new QCPTextElement(plot);
    d_->heading->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
    d_->heading->setMargins(QMargins(6, 4, 0, 0));
    plot->plotLayout()->insertRow(0);
    plot->plotLayout()->addElement(0, 0, d_->heading);
    plot->plotLayout()->addElement(kDifferenceRow, 0, d_->below);
    plot->plotLayout()->setRowSpacing(2);
    alignStacked(*plot, {d_->above, d_->below}, font());
    for (QCPAxisRect* rect : {d_->above, d_->below}) {
        QCPAxis* across = rect->axis(QCPAxis::atBottom);
        across->setTicker(wholeNumberTicker(*across));
        rect->axis(QCPAxis::atLeft)->setSubTicks(false);
    }
    d_->below->axis(QCPAxis::atBottom)->setLabel(tr("layer"));
    d_->below->axis(QCPAxis::atLeft)->setLabel(tr("B - A"));
    connect(d_->metric, &QComboBox::currentIndexChanged, this, [this](int place) {
        showMetric();
        Q_EMIT metricChosen(place);
    });
    connect(d_->log, &QCheckBox::clicked, this, [this] { d_->logChosen = true; });
    connect(d_->log, &QCheckBox::toggled, this, &LayerPairView::rebuild);
    connect(&curves(), &CurveToggles::changed, this, &LayerPairView::rebuild);
    rebuild();
}

LayerPairView::~LayerPairView() = default;

void LayerPairView::setMetrics(std::vector<LayerPairMetric> metrics, const QString& nameA,
                               const QString& nameB) {
    const std::array names{nameA, nameB};
    if (metrics == d_->metrics && names == d_->names) return;
    const QString chosen = d_->metric->currentText();
    const int before = metric();
    d_->metrics = std::move(metrics);
    d_->names = names;
    {
        const QSignalBlocker quiet(d_->metric);
        d_->metric->clear();
        for (const LayerPairMetric& one : d_->metrics) d_->metric->addItem(one.name);
        const int same = d_->metric->findText(chosen);
        d_->metric->setCurrentIndex(d_->metrics.empty() ? -1 : std::max(same, 0));
    }
    showMetric();
    if (metric() != before) Q_EMIT metricChosen(metric());
}

int LayerPairView::metric() const {
    return d_->metric->currentIndex();
}
void LayerPairView::setMetric(int place) {
    d_->metric->setCurrentIndex(place);
}
void LayerPairView::setLogScale(bool on) {
    d_->logChosen = true;
    d_->log->setChecked(on);
}
bool LayerPairView::logScale() const {
    return d_->log->isChecked();
}

const DirectLabels& LayerPairView::labels() const {
    return d_->labels;
}

void LayerPairView::setSelectedLayers(const std::vector<int>& layers) {
    d_->selected = layers;
    for (OverlayBands& bands : d_->selection) bands.show(layers);
    canvas()->redrawOverlay();
}

void LayerPairView::applyTheme(const PlotTheme&) {
    rebuild();
}

// Another metric, or other values of it.
void LayerPairView::showMetric() {
    const LayerPairMetric* shown = d_->shown();
    QStringList measured;
    for (const bool b : {false, true})
        if (shown != nullptr && !Private::values(*shown, b).empty()) measured << sideName(b);
    curves().setNames(measured);
    setProvenance(foot());
    if (!d_->logChosen && shown != nullptr) {
        const QSignalBlocker quiet(d_->log);
        d_->log->setChecked(!shown->change && (oneFlattensOthers(shown->a) || oneFlattensOthers(shown->b)));
    }
    rebuild();
}

QString LayerPairView::foot() const {
    const LayerPairMetric* shown = d_->shown();
    if (shown == nullptr) return {};
    QStringList parts{tr("A: %1").arg(d_->names[0]), tr("B: %1").arg(d_->names[1])};
    for (const bool b : {false, true})
        if (Private::values(*shown, b).empty())
            parts << tr("%1 was measured without %2").arg(sideName(b), shown->name);
    if (shown->agreement)
        parts << tr("Spearman %1 over %2 layers")
                     .arg(QString::fromStdString(formatCorrelation(*shown->agreement)))
                     .arg(shown->layers.size());
    return parts.join(QStringLiteral("; "));
}

void LayerPairView::rebuild() {
    const PlotTheme colours = theme();
    PlotCanvas* plot = canvas();
    const LayerPairMetric* shown = d_->shown();
    d_->labels.show({}, colours, font());
    plot->clearPlottables();
    plot->clearItems();
    d_->selection.clear();
    d_->cursor.clear();
    placeDifference(shown != nullptr && Private::both(*shown));
    plot->applyTheme(colours);
    d_->heading->setFont(font());
    d_->heading->setTextColor(colours.text);
    if (shown != nullptr) {
        for (QCPAxisRect* rect : {d_->above, d_->below})
            rect->axis(QCPAxis::atBottom)->setRange(shown->layers.front() - 0.5, shown->layers.back() + 0.5);
        addCurves();
        if (Private::both(*shown)) addDifference();
        addBands();
    }
    contentChanged(shown == nullptr);
    moveTo(-1);
}

// What stays in the layout keeps its place, seen or not.
void LayerPairView::placeDifference(bool wished) {
    QCPLayoutGrid* grid = canvas()->plotLayout();
    const bool placed = grid->hasElement(kDifferenceRow, 0);
    if (wished && !placed) grid->addElement(kDifferenceRow, 0, d_->below);
    if (!wished && placed) grid->take(d_->below);
    d_->below->setVisible(wished);
    grid->setRowStretchFactor(0, 0.001);  // as high as its line
    grid->setRowStretchFactor(kDifferenceRow, wished ? kDifferenceHeight : 0.001);
    canvas()->xAxis->setTickLabels(!wished);
    canvas()->xAxis->setLabel(wished ? QString() : tr("layer"));
}

void LayerPairView::addCurves() {
    const LayerPairMetric& shown = *d_->shown();
    const PlotTheme colours = theme();
    const bool logs = logScale() && !shown.change;
    std::vector<DirectLabel> labels;
    ValueEnds ends;
    std::vector<float> drawn;
    for (const bool b : {false, true}) {
        const std::vector<float>& values = Private::values(shown, b);
        if (values.empty()) continue;
        const QColor colour = colours.series(b ? 1 : 0);
        const bool hidden = curves().hidden(sideName(b));
        QCPGraph* graph = canvas()->addGraph();
        graph->setPen(QPen(colour, 1.8));
        if (values.size() <= kManyLayers)
            graph->setScatterStyle(
                QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(colour), QBrush(colour), 5.0));
        graph->setVisible(!hidden);
        DirectLabel label{sideName(b), colour, {}, b ? 1 : 0, hidden};
        for (std::size_t i = 0; i < values.size(); ++i) {
            // A layer that is not there leaves a gap.
            if (i > 0 && shown.layers[i] > shown.layers[i - 1] + 1)
                graph->addData(shown.layers[i] - 0.5, qQNaN());
            graph->addData(shown.layers[i], Private::value(shown, b, i));
            if (std::isfinite(values[i])) label.end = QPointF(shown.layers[i], values[i]);
            if (!hidden) ends.add(values[i]);
        }
        if (!hidden) drawn.insert(drawn.end(), values.begin(), values.end());
        labels.push_back(std::move(label));
    }
    d_->heading->setText(logs ? tr("%1, log scale").arg(nameWithUnit(shown)) : nameWithUnit(shown));
    if (shown.change) ends = endsOfMost(drawn);
    setValueAxis(*canvas()->yAxis, ends, logs);
    if (shown.change) nameFarOnes(labels);
    d_->labels.show(std::move(labels), colours, font());
}

// A curve that leaves the axis says how far it goes, and its letter stands where it leaves.
void LayerPairView::nameFarOnes(std::vector<DirectLabel>& labels) {
    const LayerPairMetric& shown = *d_->shown();
    const QCPRange range = canvas()->yAxis->range();
    int line = 0;
    for (DirectLabel& label : labels) {
        label.end.setY(std::clamp(label.end.y(), range.lower, range.upper));
        if (label.faint) continue;
        nameBroken(*canvas(), *d_->above,
                   {shown.layers, Private::values(shown, label.text == sideName(true)), label.colour, line++},
                   range);
    }
}

// Bars of what B has more, and of what A has, in the colour of that side.
void LayerPairView::addDifference() {
    const LayerPairMetric& shown = *d_->shown();
    const PlotTheme colours = theme();
    QCPAxis* across = d_->below->axis(QCPAxis::atBottom);
    QCPAxis* up = d_->below->axis(QCPAxis::atLeft);
    std::vector<float> differences;
    for (std::size_t i = 0; i < shown.layers.size(); ++i)
        differences.push_back(static_cast<float>(Private::difference(shown, i)));
    for (const bool b : {false, true}) {
        auto* bars = new QCPBars(across, up);
        bars->setWidth(kDifferenceBar);
        bars->setPen(Qt::NoPen);
        bars->setBrush(colours.series(b ? 1 : 0));
        for (std::size_t i = 0; i < differences.size(); ++i)
            if (std::isfinite(differences[i]) && (differences[i] > 0.0F) == b)
                bars->addData(shown.layers[i], differences[i]);
    }
    up->grid()->setZeroLinePen(QPen(colours.muted, 1.2));
    setValueAxis(*up, endsOfMost(differences), false);
    up->setTicker(numberTicker(*up, 3));
    nameBroken(*canvas(), *d_->below,
               {shown.layers, differences, colours.text, 0, translucent(colours.background, 0.8)},
               up->range());
}

void LayerPairView::addBands() {
    const PlotTheme colours = theme();
    for (QCPAxisRect* rect : canvas()->axisRects()) {
        d_->selection.emplace_back(*canvas(), *rect, OverlayBands::Along::Up);
        d_->selection.back().setStyle(Qt::NoPen, translucent(colours.selection, 0.25));
        d_->selection.back().show(d_->selected);
        d_->cursor.emplace_back(*canvas(), *rect, OverlayBands::Along::Up);
        d_->cursor.back().setStyle(QPen(colours.cursor, 1.2), Qt::NoBrush);
    }
}

void LayerPairView::moveTo(int place) {
    d_->at = place;
    std::vector<int> layers;
    if (place >= 0) layers.push_back(d_->shown()->layers[static_cast<std::size_t>(place)]);
    for (OverlayBands& cursor : d_->cursor) cursor.show(layers);
    canvas()->redrawOverlay();
    setHoverText(place >= 0 ? describe(place) : QString());
}

int LayerPairView::placeAt(const QPointF& position) const {
    const LayerPairMetric* shown = d_->shown();
    const QRect across = d_->above->rect();
    if (shown == nullptr || position.x() < across.left() || position.x() > across.right()) return -1;
    const double layer = canvas()->xAxis->pixelToCoord(position.x());
    const auto found =
        std::ranges::find_if(shown->layers, [layer](int number) { return std::abs(number - layer) <= 0.5; });
    return found == shown->layers.end() ? -1 : static_cast<int>(found - shown->layers.begin());
}

void LayerPairView::pointTo(const QPointF& position) {
    moveTo(placeAt(position));
}
void LayerPairView::pointAway() {
    moveTo(-1);
}

void LayerPairView::chooseAt(const QPointF& position) {
    const int place = placeAt(position);
    if (place >= 0) Q_EMIT layerSelected(d_->shown()->layers[static_cast<std::size_t>(place)]);
}

bool LayerPairView::pressKey(int key) {
    const LayerPairMetric* shown = d_->shown();
    if (shown == nullptr) return false;
    return PointMarker::press(
        key, d_->at, static_cast<int>(shown->layers.size()), [this](int place) { moveTo(place); },
        [this, shown] {
            if (d_->at >= 0) Q_EMIT layerSelected(shown->layers[static_cast<std::size_t>(d_->at)]);
        });
}

QString LayerPairView::curveNamed(const QPointF& position) const {
    const QString name = d_->labels.textAt(position);
    return curves().names().contains(name) ? name : QString();
}

// "layer 3: block influence (1 - cosine) 0.35 of A, 0.1 of B, B - A -0.25"
QString LayerPairView::describe(int place) const {
    const LayerPairMetric& shown = *d_->shown();
    const auto at = static_cast<std::size_t>(place);
    QStringList parts;
    for (const bool b : {false, true})
        if (!Private::values(shown, b).empty() && !curves().hidden(sideName(b)))
            parts << tr("%1 of %2").arg(scoreText(Private::value(shown, b, at)), sideName(b));
    if (Private::both(shown)) parts << tr("B - A %1").arg(scoreText(Private::difference(shown, at)));
    return tr("layer %1: %2 %3")
        .arg(shown.layers[at])
        .arg(nameWithUnit(shown), parts.join(QStringLiteral(", ")));
}

QString LayerPairView::csv() const {
    if (isEmpty()) return {};
    const LayerPairMetric& shown = *d_->shown();
    std::vector<bool> sides;
    for (const bool b : {false, true})
        if (!Private::values(shown, b).empty() && !curves().hidden(sideName(b))) sides.push_back(b);
    QStringList header{QStringLiteral("layer")};
    for (const bool b : sides)
        header << csvField(QStringLiteral("%1: %2").arg(sideName(b), nameWithUnit(shown)));
    if (Private::both(shown)) header << QStringLiteral("B - A");
    QStringList lines{header.join(QLatin1Char(','))};
    for (std::size_t i = 0; i < shown.layers.size(); ++i) {
        QStringList fields{QString::number(shown.layers[i])};
        for (const bool b : sides) fields << csvNumber(Private::value(shown, b, i));
        if (Private::both(shown)) fields << csvNumber(Private::difference(shown, i));
        lines << fields.join(QLatin1Char(','));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QString LayerPairView::textSummary() const {
    const LayerPairMetric* shown = d_->shown();
    if (shown == nullptr) return emptyText();
    QStringList lines{nameWithUnit(*shown), foot()};
    for (int place = 0; place < static_cast<int>(shown->layers.size()); ++place) lines << describe(place);
    if (const QString hidden = curves().hiddenInWords(); !hidden.isEmpty()) lines << hidden;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
