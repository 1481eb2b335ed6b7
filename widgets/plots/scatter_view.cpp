// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/scatter_view.h"

#include <QCheckBox>
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "core/base/units.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/point_labels.h"
#include "widgets/plots/point_marker.h"
#include "widgets/plots/pointer_grab.h"
#include "widgets/plots/unit_text.h"
#include "widgets/plots/value_scale.h"

namespace secateur {
namespace {

constexpr std::size_t kMostDrawn = 6000;  // points; more are a cloud without gaps, and slow

// What stays and what goes, as legend and readout name them.
QString fateName(bool removed) {
    return removed ? ScatterView::tr("removed") : ScatterView::tr("kept");
}

}  // namespace

class ScatterView::Private {
public:
    std::shared_ptr<const ScorePairs> pairs;
    std::vector<bool> removed;
    std::vector<std::size_t> shown;  // pairs that are drawn, by x
    std::vector<int> selected;
    QString nameX;
    QString nameY;
    QCheckBox* logX = nullptr;
    QCheckBox* logY = nullptr;
    bool logChosen = false;  // by the user
    std::optional<PointMarker> marker;
    PointLabels* labels = nullptr;
    QCPItemRect* brush = nullptr;  // owned by the canvas
    PointerGrab grab;
    bool any = false;  // there is a pair that can be drawn, hidden or not
    int at = -1;

    [[nodiscard]] QPointF coordinates(std::size_t pair) const { return {pairs->x[pair], pairs->y[pair]}; }
    [[nodiscard]] bool isRemoved(std::size_t pair) const { return pair < removed.size() && removed[pair]; }
    [[nodiscard]] bool drawable(std::size_t pair) const {
        const QPointF p = coordinates(pair);
        return std::isfinite(p.x()) && std::isfinite(p.y()) && (!logX->isChecked() || p.x() > 0.0) &&
               (!logY->isChecked() || p.y() > 0.0);
    }
    [[nodiscard]] bool isSelected(int layer) const { return std::ranges::binary_search(selected, layer); }
    [[nodiscard]] QString units(std::size_t count) const;
};

QString ScatterView::Private::units(std::size_t count) const {
    const QString number = QString::number(count);
    if (pairs->units == PairedUnits::Layers) return ScatterView::tr("%1 layers").arg(number);
    if (pairs->units == PairedUnits::Channels) return ScatterView::tr("%1 channels").arg(number);
    return ScatterView::tr("%1 KV groups").arg(number);
}

ScatterView::ScatterView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Do two scores agree?"));
    setEmptyText(
        tr("Nothing has been measured yet. Choose Run > Measure, then any score can be drawn against "
           "any other."));
    d_->logX = new QCheckBox(tr("Log across"), this);
    d_->logY = new QCheckBox(tr("Log up"), this);
    d_->logX->setToolTip(tr("A logarithmic axis from left to right"));
    d_->logY->setToolTip(tr("A logarithmic axis from below to above"));
    for (QCheckBox* box : {d_->logX, d_->logY}) {
        addOption(box);
        connect(box, &QCheckBox::clicked, this, [this] { d_->logChosen = true; });
        connect(box, &QCheckBox::toggled, this, &ScatterView::rebuild);
    }
    d_->marker.emplace(*canvas());
    connect(&curves(), &CurveToggles::changed, this, &ScatterView::rebuild);
    d_->labels = new PointLabels(*canvas());
    d_->brush = new QCPItemRect(canvas());
    d_->brush->setLayer(QStringLiteral("overlay"));
    d_->brush->setVisible(false);
    placeLegendAbove(*canvas());
    rebuild();
}

ScatterView::~ScatterView() = default;

void ScatterView::setPairs(std::shared_ptr<const ScorePairs> pairs, std::vector<bool> removed,
                           const QString& nameX, const QString& nameY) {
    const bool others = nameX != d_->nameX || nameY != d_->nameY;
    d_->pairs = std::move(pairs);
    d_->removed = std::move(removed);
    d_->nameX = nameX;
    d_->nameY = nameY;
    if (others) d_->logChosen = false;
    if (!d_->logChosen && d_->pairs != nullptr) {
        d_->logX->setChecked(oneFlattensOthers(d_->pairs->x));
        d_->logY->setChecked(oneFlattensOthers(d_->pairs->y));
    }
    rebuild();
}

void ScatterView::setRemoved(std::vector<bool> removed) {
    if (removed == d_->removed) return;
    d_->removed = std::move(removed);
    rebuild();
}

void ScatterView::setLogX(bool on) {
    d_->logChosen = true;
    d_->logX->setChecked(on);
}
void ScatterView::setLogY(bool on) {
    d_->logChosen = true;
    d_->logY->setChecked(on);
}
int ScatterView::drawnPoints() const {
    return static_cast<int>(d_->shown.size());
}
const std::vector<int>& ScatterView::selectedLayers() const {
    return d_->selected;
}

void ScatterView::setSelectedLayers(const std::vector<int>& layers) {
    d_->selected = layers;
    rebuild();
}

void ScatterView::applyTheme(const PlotTheme&) {
    rebuild();
}

QString ScatterView::agreementText() const {
    if (d_->pairs == nullptr || d_->pairs->count() == 0) return {};
    const QString over = d_->units(d_->pairs->count());
    if (!d_->pairs->agreement) return tr("no rank correlation over %1: too few, or all the same").arg(over);
    return tr("Spearman %1 over %2")
        .arg(QString::fromStdString(formatCorrelation(*d_->pairs->agreement)), over);
}

void ScatterView::rebuild() {
    d_->shown.clear();
    d_->any = false;
    const std::size_t count = d_->pairs != nullptr ? d_->pairs->count() : 0;
    const std::size_t step = std::max<std::size_t>(1, (count + kMostDrawn - 1) / kMostDrawn);
    for (std::size_t pair = 0; pair < count; pair += step) {
        d_->any = d_->any || d_->drawable(pair);
        if (shows(pair)) d_->shown.push_back(pair);
    }
    curves().setNames(d_->any ? QStringList{fateName(false), fateName(true)} : QStringList());
    std::ranges::sort(d_->shown, {},
                      [this](std::size_t pair) { return std::pair(d_->pairs->x[pair], d_->pairs->y[pair]); });
    PlotCanvas* plot = canvas();
    plot->clearPlottables();
    addPoints();
    setRanges();
    const PlotTheme colours = theme();
    plot->applyTheme(colours);
    addLabels();
    d_->brush->setPen(QPen(colours.cursor, 1.2, Qt::DashLine));
    d_->brush->setBrush(translucent(colours.selection, 0.15));
    styleLegend(*plot, colours, font());
    fadeHidden(*plot, colours, curves());
    showLegend(*plot, d_->any);
    d_->marker->setStyle(colours, font());
    contentChanged(!d_->any);
    moveTo(-1);
}

// Drawn, or left out of very many, and not hidden.
bool ScatterView::shows(std::size_t pair) const {
    return d_->drawable(pair) && !curves().hidden(fateName(d_->isRemoved(pair)));
}

QString ScatterView::curveNamed(const QPointF& position) const {
    return curveInLegend(*canvas(), curves(), position);
}

void ScatterView::addPoints() {
    const PlotTheme colours = theme();
    const bool many = d_->shown.size() > 500;
    const auto graph = [&](const QString& title, const QCPScatterStyle& style) {
        QCPGraph* made = canvas()->addGraph();
        made->setName(title);
        made->setLineStyle(QCPGraph::lsNone);
        made->setScatterStyle(style);
        return made;
    };
    const double size = many ? 3.0 : 8.0;
    const auto keyed = [&](const QColor& colour, bool gone) {
        return curves().hidden(fateName(gone)) ? translucent(colour, CurveToggles::kFaint) : colour;
    };
    const QColor stays = keyed(colours.kept, false), goes = keyed(colours.removed, true);
    QCPGraph* kept =
        graph(fateName(false), QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(stays), QBrush(stays), size));
    QCPGraph* removed =
        graph(fateName(true), QCPScatterStyle(QCPScatterStyle::ssCross, QPen(goes, 1.5), Qt::NoBrush, size));
    QCPGraph* chosen = graph(
        tr("selected layers"),
        many ? QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(colours.selection), QBrush(colours.selection),
                               size + 1.0)
             : QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colours.selection, 1.8), Qt::NoBrush, 15.0));
    for (const std::size_t pair : d_->shown) {
        const QPointF at = d_->coordinates(pair);
        (d_->isRemoved(pair) ? removed : kept)->addData(at.x(), at.y());
        if (d_->isSelected(d_->pairs->layers[pair])) chosen->addData(at.x(), at.y());
    }
    if (d_->selected.empty()) chosen->removeFromLegend();
}

// Numbers of layers; units of layers are too many to be named.
void ScatterView::addLabels() {
    std::vector<PointLabel> labels;
    if (d_->pairs != nullptr && d_->pairs->units == PairedUnits::Layers) {
        const PlotTheme colours = theme();
        for (const std::size_t pair : d_->shown) {
            const int layer = d_->pairs->layers[pair];
            labels.push_back(
                {d_->coordinates(pair), QString::number(layer), colours.text, d_->isSelected(layer)});
        }
        std::ranges::stable_sort(labels, std::greater<>(), &PointLabel::bold);
    }
    d_->labels->setLabels(std::move(labels), font(), theme());
}

void ScatterView::setRanges() {
    QCPAxis& across = *canvas()->xAxis;
    QCPAxis& up = *canvas()->yAxis;
    const auto label = [](const QString& name, bool log) {
        return log ? ScatterView::tr("%1, log scale").arg(name) : name;
    };
    across.setLabel(label(d_->nameX, d_->logX->isChecked()));
    up.setLabel(label(d_->nameY, d_->logY->isChecked()));
    if (d_->shown.empty()) return;
    ValueEnds x, y;
    for (const std::size_t pair : d_->shown) {
        x.add(d_->coordinates(pair).x());
        y.add(d_->coordinates(pair).y());
    }
    setValueAxis(across, x, d_->logX->isChecked());
    setValueAxis(up, y, d_->logY->isChecked());
}

int ScatterView::placeAt(const QPointF& position) const {
    return d_->marker->nearest(position, static_cast<int>(d_->shown.size()), [this](int place) {
        return d_->coordinates(d_->shown[static_cast<std::size_t>(place)]);
    });
}

void ScatterView::moveTo(int place) {
    d_->at = place;
    const bool any = place >= 0;
    const std::size_t pair = any ? d_->shown[static_cast<std::size_t>(place)] : 0;
    d_->marker->moveTo(any ? std::optional(d_->coordinates(pair)) : std::nullopt);
    setHoverText(any ? describe(pair) : QString());
}

void ScatterView::pointTo(const QPointF& position) {
    moveTo(placeAt(position));
}
void ScatterView::pointAway() {
    moveTo(-1);
}

bool ScatterView::grabAt(const QPointF& position) {
    d_->grab.begin(position);
    return canvas()->axisRect()->rect().contains(position.toPoint());
}

void ScatterView::dragTo(const QPointF& position) {
    if (!d_->grab.drags(position)) return;
    d_->brush->topLeft->setPixelPosition(d_->grab.from());
    d_->brush->bottomRight->setPixelPosition(position);
    d_->brush->setVisible(true);
    canvas()->redrawOverlay();
}

// A rectangle selects the layers of the points in it, an empty one none; a click that of the point below it.
void ScatterView::dropAt(const QPointF& position) {
    d_->brush->setVisible(false);
    if (!d_->grab.dragged()) {
        moveTo(placeAt(position));
        return choose();
    }
    const QRectF box = QRectF(d_->grab.from(), position).normalized();
    std::vector<int> layers;
    for (std::size_t pair = 0; d_->pairs != nullptr && pair < d_->pairs->count(); ++pair) {
        if (!shows(pair)) continue;
        const QPointF at = d_->coordinates(pair);
        if (box.contains(canvas()->xAxis->coordToPixel(at.x()), canvas()->yAxis->coordToPixel(at.y())))
            layers.push_back(d_->pairs->layers[pair]);
    }
    std::ranges::sort(layers);
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    canvas()->redrawOverlay();
    Q_EMIT layersSelected(layers);
}

void ScatterView::choose() {
    if (d_->at < 0) return;
    Q_EMIT layersSelected({d_->pairs->layers[d_->shown[static_cast<std::size_t>(d_->at)]]});
}

bool ScatterView::pressKey(int key) {
    return PointMarker::press(
        key, d_->at, static_cast<int>(d_->shown.size()), [this](int place) { moveTo(place); },
        [this] { choose(); });
}

QString ScatterView::describe(std::size_t pair) const {
    const ScorePairs& pairs = *d_->pairs;
    QString who = tr("layer %1").arg(pairs.layers[pair]);
    if (pairs.units == PairedUnits::Channels) who += tr(", channel %1").arg(pairs.indices[pair]);
    if (pairs.units == PairedUnits::KvGroups) who += tr(", KV group %1").arg(pairs.indices[pair]);
    return tr("%1: %2 %3, %4 %5, %6")
        .arg(who, d_->nameX, scoreText(pairs.x[pair]), d_->nameY, scoreText(pairs.y[pair]),
             fateName(d_->isRemoved(pair)));
}

QString ScatterView::csv() const {
    if (isEmpty()) return {};
    const ScorePairs& pairs = *d_->pairs;
    const bool layers = pairs.units == PairedUnits::Layers;
    QString text =
        QStringLiteral("layer,%1%2,%3,removed\n")
            .arg(layers ? QString() : QStringLiteral("unit,"), csvField(d_->nameX), csvField(d_->nameY));
    for (std::size_t pair = 0; pair < pairs.count(); ++pair) {
        if (curves().hidden(fateName(d_->isRemoved(pair)))) continue;
        text += QString::number(pairs.layers[pair]) + QLatin1Char(',');
        if (!layers) text += QString::number(pairs.indices[pair]) + QLatin1Char(',');
        text += csvNumber(pairs.x[pair]) + QLatin1Char(',') + csvNumber(pairs.y[pair]) +
                (d_->isRemoved(pair) ? QStringLiteral(",1\n") : QStringLiteral(",0\n"));
    }
    return text;
}

QString ScatterView::textSummary() const {
    if (!d_->any) return emptyText();
    QStringList lines{agreementText()};
    if (d_->pairs->units == PairedUnits::Layers)
        for (const std::size_t pair : d_->shown) lines << describe(pair);
    if (const QString hidden = curves().hiddenInWords(); !hidden.isEmpty()) lines << hidden;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
