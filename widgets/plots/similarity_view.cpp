// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/similarity_view.h"

#include <QComboBox>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/cell_marker.h"
#include "widgets/plots/colour_bar.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/score_pyramid.h"
#include "widgets/plots/unit_text.h"

namespace secateur {

namespace {

constexpr double kDotShare = 0.6;    // of a cell
constexpr double kLargestDot = 7.0;  // pixels
constexpr double kLeastDot = 1.5;
constexpr double kApart = 14.0;  // pixels from one dotted size to the next, or they make a chain

}  // namespace

// A cell is a block: x = position of its first layer among the measured ones, y = its size in layers.
class SimilarityView::Private {
public:
    AngularDistances distances;
    std::vector<int> layers;
    int selected = -1;
    int start = -1;  // of the block under the cursor; -1 = none
    int count = 0;
    int chosenStart = -1;  // of the selected block; -1 = none
    int chosenCount = 0;
    std::vector<int> dotted;

    QComboBox* tokens = nullptr;
    QComboBox* map = nullptr;
    QCPColorMap* cells = nullptr;  // owned by the canvas, like the rest
    QCPGraph* best = nullptr;
    ColourBar* bar = nullptr;
    std::unique_ptr<CellMarker> cursor;
    std::unique_ptr<CellMarker> selection;
    std::unique_ptr<CellMarker> chosen;

    [[nodiscard]] int size() const { return static_cast<int>(layers.size()); }
    [[nodiscard]] bool holds(int first, int length) const {
        return first >= 0 && length >= 1 && first + length <= size();
    }
    [[nodiscard]] float distance(int first, int length) const {
        return tokens->currentIndex() == 0 ? distances.all(first, first + length)
                                           : distances.last(first, first + length);
    }
    // Position of the block of that size with the least distance; -1 when there is none.
    [[nodiscard]] int bestStart(int length) const {
        int found = -1;
        for (int first = 0; holds(first, length); ++first) {
            if (found < 0 || distance(first, length) < distance(found, length)) found = first;
        }
        return found;
    }
    [[nodiscard]] int positionOf(int layer) const {
        const auto at = std::find(layers.begin(), layers.end(), layer);
        return at == layers.end() ? -1 : static_cast<int>(at - layers.begin());
    }
    [[nodiscard]] int layerAt(int position) const { return layers[static_cast<std::size_t>(position)]; }
};

SimilarityView::SimilarityView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Which block of layers changes the least?"));
    setEmptyText(tr("Nothing has been measured yet. Choose Run > Measure to see how alike the layers are."));
    PlotCanvas* plot = canvas();
    d_->cells = new QCPColorMap(plot->xAxis, plot->yAxis);
    d_->cells->setInterpolate(false);
    d_->cells->setDataRange(QCPRange(0.0, 1.0));
    d_->best = plot->addGraph();
    d_->best->setLineStyle(QCPGraph::lsNone);
    d_->bar = new ColourBar(plot);
    plot->plotLayout()->addElement(0, 1, d_->bar);
    d_->selection = std::make_unique<CellMarker>(plot);
    d_->chosen = std::make_unique<CellMarker>(plot);
    d_->cursor = std::make_unique<CellMarker>(plot);
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) axis->grid()->setVisible(false);
    plot->xAxis->setLabel(tr("first layer of the block"));
    plot->yAxis->setLabel(tr("layers in the block"));
    plot->yAxis->setTicker(wholeNumberTicker(*plot->yAxis));
    d_->tokens = new QComboBox(this);
    d_->tokens->addItems({tr("all tokens"), tr("last token of each window")});
    d_->map = new QComboBox(this);
    for (ColourMap map : kColourMaps) d_->map->addItem(name(map));
    d_->tokens->setToolTip(tr("Mean over all tokens, or of the last token of each window alone"));
    d_->map->setToolTip(tr("The colours that distances are drawn in"));
    addOption(tr("Distance over"), d_->tokens);
    addOption(tr("Colours"), d_->map);
    connect(plot, &QCustomPlot::afterLayout, this, &SimilarityView::sizeDots);
    connect(d_->tokens, &QComboBox::currentIndexChanged, this, &SimilarityView::rebuild);
    connect(d_->map, &QComboBox::currentIndexChanged, this, &SimilarityView::recolour);
    applyTheme(theme());
    rebuild();
}

SimilarityView::~SimilarityView() = default;

void SimilarityView::setData(const AngularDistances& distances, std::vector<int> layers) {
    const auto points = layers.size() + 1;
    const bool whole = distances.points == static_cast<int>(points) &&
                       distances.allTokens.size() == points * points &&
                       distances.lastToken.size() == points * points;
    d_->distances = whole ? distances : AngularDistances{};
    d_->layers = whole ? std::move(layers) : std::vector<int>{};
    d_->start = -1;
    if (std::exchange(d_->chosenStart, -1) >= 0) Q_EMIT blockSelected(-1, 0);
    rebuild();
}

void SimilarityView::setTokens(Tokens tokens) {
    d_->tokens->setCurrentIndex(static_cast<int>(tokens));
}
SimilarityView::Tokens SimilarityView::tokens() const {
    return static_cast<Tokens>(d_->tokens->currentIndex());
}
void SimilarityView::setColourMap(ColourMap map) {
    d_->map->setCurrentIndex(static_cast<int>(map));
}
int SimilarityView::selectedLayer() const {
    return d_->selected;
}

void SimilarityView::rebuild() {
    PlotCanvas* plot = canvas();
    const int size = std::max(1, d_->size());
    plot->xAxis->setTicker(wholeNumberTicker(*plot->xAxis, 12, [this](int position) {
        return position >= 0 && position < d_->size() ? QString::number(d_->layerAt(position)) : QString();
    }));
    plot->xAxis->setRange(-0.5, size - 0.5);
    plot->yAxis->setRange(0.5, size + 0.5);
    recolour();
    frameBlock();
    setSelectedLayer(d_->selected);
    contentChanged(d_->layers.empty());
    moveTo(d_->start, d_->count);
}

// Colours run over the distances that are there, so that small differences between good blocks show.
void SimilarityView::recolour() {
    const int size = d_->size();
    std::vector<float> values;
    for (int count = 1; count <= size; ++count) {
        for (int start = 0; d_->holds(start, count); ++start) values.push_back(d_->distance(start, count));
    }
    const auto ends = std::minmax_element(values.begin(), values.end());
    const ValueScale scale =
        values.empty() ? ValueScale() : ValueScale(ValueScale::Kind::Linear, *ends.first, *ends.second);
    QCPColorMapData* data = d_->cells->data();
    data->setSize(std::max(size, 1), std::max(size, 1));
    data->setRange(QCPRange(0, std::max(size - 1, 0)), QCPRange(1, std::max(size, 1)));
    data->fill(qQNaN());
    for (int count = 1; count <= size; ++count) {
        for (int start = 0; d_->holds(start, count); ++start)
            data->setCell(start, count - 1, scale.place(d_->distance(start, count)));
    }
    const auto map = static_cast<ColourMap>(d_->map->currentIndex());
    QCPColorGradient gradient = gradientOf(map);
    gradient.setNanHandling(QCPColorGradient::nhTransparent);
    d_->cells->setGradient(gradient);
    d_->bar->show(scale, map, tr("angular distance, arccos / pi (0 = unchanged)"));
    canvas()->refresh();
}

// Of every so-manieth size, so that the dots do not hide the cells as a chain.
void SimilarityView::markBest() {
    const double cell = std::abs(canvas()->yAxis->coordToPixel(1.0) - canvas()->yAxis->coordToPixel(0.0));
    const int step = std::max(1, static_cast<int>(std::ceil(kApart / std::max(cell, 0.5) - 1e-9)));
    std::vector<int> sizes;
    for (int count = 1; count <= d_->size(); ++count)
        if (step == 1 || count % step == 0) sizes.push_back(count);
    d_->dotted = sizes;
    d_->best->data()->clear();
    for (const int count : sizes) d_->best->addData(d_->bestStart(count), count);
}

void SimilarityView::applyTheme(const PlotTheme& theme) {
    canvas()->applyTheme(theme);
    d_->bar->applyTheme(theme, font());
    d_->cursor->setColours(Qt::white, Qt::black, 1.0);
    d_->selection->setColours(theme.selection, theme.background, 2.0);
    d_->chosen->setColours(theme.selection, Qt::black, 3.0);
    sizeDots();
}

// Within their cells, however small those are.
void SimilarityView::sizeDots() {
    const auto pixels = [](const QCPAxis* axis) {
        return std::abs(axis->coordToPixel(1.0) - axis->coordToPixel(0.0));
    };
    const double cell = std::min(pixels(canvas()->xAxis), pixels(canvas()->yAxis));
    const double size = std::clamp(kDotShare * cell, kLeastDot, kLargestDot);
    markBest();
    d_->best->setScatterStyle(QCPScatterStyle(
        QCPScatterStyle::ssCircle, QPen(Qt::black, std::min(1.0, size / 4)), QBrush(Qt::white), size));
}

void SimilarityView::moveTo(int start, int count) {
    const bool there = d_->holds(start, count);
    d_->start = there ? start : -1;
    d_->count = there ? count : 0;
    there ? d_->cursor->frame(QRectF(start - 0.5, count - 0.5, 1.0, 1.0)) : d_->cursor->hide();
    canvas()->redrawOverlay();
    setHoverText(there ? describeCell(start, count) : QString());
}

void SimilarityView::pointTo(const QPointF& position) {
    const bool inside = canvas()->axisRect()->rect().contains(position.toPoint());
    const auto start = static_cast<int>(std::lround(canvas()->xAxis->pixelToCoord(position.x())));
    const auto count = static_cast<int>(std::lround(canvas()->yAxis->pixelToCoord(position.y())));
    inside ? moveTo(start, count) : moveTo(-1, 0);
}

void SimilarityView::pointAway() {
    moveTo(-1, 0);
}

void SimilarityView::chooseAt(const QPointF& position) {
    pointTo(position);
    select();
}

void SimilarityView::select() {
    if (d_->start < 0) return;
    d_->chosenStart = d_->start;
    d_->chosenCount = d_->count;
    frameBlock();
    const int first = d_->layerAt(d_->start);
    Q_EMIT layerSelected(first);
    Q_EMIT blockSelected(first, d_->count);
}

void SimilarityView::frameBlock() {
    d_->chosenStart >= 0 ? d_->chosen->frame(QRectF(d_->chosenStart - 0.5, d_->chosenCount - 0.5, 1.0, 1.0))
                         : d_->chosen->hide();
    canvas()->redrawOverlay();
}

std::pair<int, int> SimilarityView::selectedBlock() const {
    if (d_->chosenStart < 0) return {-1, 0};
    return {d_->layerAt(d_->chosenStart), d_->chosenCount};
}

std::vector<int> SimilarityView::dottedSizes() const {
    return d_->dotted;
}

bool SimilarityView::pressKey(int key) {
    const bool fresh = d_->start < 0;
    const auto step = [&](int right, int up) {
        const int count = std::clamp(fresh ? 1 : d_->count + up, 1, d_->size());
        moveTo(std::clamp(fresh ? 0 : d_->start + right, 0, d_->size() - count), count);
    };
    switch (key) {
        case Qt::Key_Left:
            step(-1, 0);
            return true;
        case Qt::Key_Right:
            step(1, 0);
            return true;
        case Qt::Key_Up:
            step(0, 1);
            return true;
        case Qt::Key_Down:
            step(0, -1);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            select();
            return true;
        default:
            return false;
    }
}

void SimilarityView::setSelectedLayer(int originalLayer) {
    d_->selected = originalLayer;
    const int position = d_->positionOf(originalLayer);
    position >= 0 ? d_->selection->frame(QRectF(position - 0.5, 0.5, 1.0, 1.0)) : d_->selection->hide();
    canvas()->redrawOverlay();
}

QString SimilarityView::describeBlock(int first, int count) const {
    const int start = d_->positionOf(first);
    if (!d_->holds(start, count)) return {};
    const QString distance = scoreText(d_->distance(start, count));
    if (count == 1) return tr("layer %1: %2").arg(first).arg(distance);
    return tr("layers %1-%2 (%3 layers): %4")
        .arg(first)
        .arg(d_->layerAt(start + count - 1))
        .arg(count)
        .arg(distance);
}

QString SimilarityView::describeCell(int start, int count) const {
    QString text = describeBlock(d_->layerAt(start), count);
    if (start == d_->bestStart(count)) text += tr(", the least for its size");
    return count < d_->size() ? text + tr("; click or Enter selects it") : text;
}

int SimilarityView::bestBlock(int count) const {
    const int start = d_->bestStart(count);
    return start < 0 ? -1 : d_->layerAt(start);
}

QString SimilarityView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("first_layer,last_layer,layers,angular_distance,best_of_size\n");
    for (int count = 1; count <= d_->size(); ++count) {
        for (int start = 0; d_->holds(start, count); ++start) {
            text += QStringLiteral("%1,%2,%3,%4,%5\n")
                        .arg(d_->layerAt(start))
                        .arg(d_->layerAt(start + count - 1))
                        .arg(count)
                        .arg(csvNumber(d_->distance(start, count)))
                        .arg(start == d_->bestStart(count) ? 1 : 0);
        }
    }
    return text;
}

QString SimilarityView::textSummary() const {
    if (d_->layers.empty()) return emptyText();
    QStringList lines{tr("Angular distance over blocks of %1 layers, %2. The least for each size:")
                          .arg(d_->size())
                          .arg(d_->tokens->currentText())};
    for (int count = 1; count <= d_->size(); ++count) lines.append(describeBlock(bestBlock(count), count));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
