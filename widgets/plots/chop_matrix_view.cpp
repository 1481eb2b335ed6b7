// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/chop_matrix_view.h"

#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/cell_marker.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/plot_text.h"

namespace secateur {

namespace {

constexpr double kRowInset = 0.12;  // of a cell, left free between rows
constexpr int kNamedRows = 8;       // have room for their names always
constexpr double kLinesOfRow = 1.4;
constexpr int kAxisLines = 4;

bool holds(const std::vector<int>& layers, int layer) {
    return std::find(layers.begin(), layers.end(), layer) != layers.end();
}

QString parted(const std::vector<int>& layers) {
    QStringList numbers;
    for (const int layer : layers) numbers << QString::number(layer);
    return numbers.join(QLatin1Char(' '));
}

}  // namespace

class ChopMatrixView::Private {
public:
    explicit Private(PlotCanvas& canvas) : cursor(&canvas), chosen(&canvas) {}

    std::shared_ptr<const ChopSweepReport> report;
    std::vector<int> layers;
    int count = 0;
    StrategyNames names = [](const std::string& name) { return QString::fromStdString(name); };
    std::vector<int> lines;           // rows of the report, as they are drawn, best first
    std::vector<QCPItemRect*> cells;  // owned by the canvas
    CellMarker cursor;
    CellMarker chosen;
    int selected = -1;
    int at = -1;

    void collect();
    [[nodiscard]] const ChopSweepRow& row(int line) const {
        return report->rows[static_cast<std::size_t>(lines[static_cast<std::size_t>(line)])];
    }
    [[nodiscard]] int size() const { return static_cast<int>(lines.size()); }
    [[nodiscard]] QRectF whole(int line) const {
        return {-0.5, line - 0.5, static_cast<double>(layers.size()), 1.0};
    }
};

void ChopMatrixView::Private::collect() {
    lines.clear();
    if (report == nullptr) return;
    for (std::size_t i = 0; i < report->rows.size(); ++i)
        if (report->rows[i].count == count) lines.push_back(static_cast<int>(i));
    const auto cost = [this](int row) {
        const double perplexity = report->rows[static_cast<std::size_t>(row)].perplexity;
        return std::isfinite(perplexity) ? perplexity : HUGE_VAL;
    };
    std::stable_sort(lines.begin(), lines.end(), [&](int a, int b) { return cost(a) < cost(b); });
}

ChopMatrixView::ChopMatrixView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>(*canvas())) {
    setTitle(tr("Which layers does each strategy remove?"));
    setEmptyText(tr("Compare strategies to see which layers each of them removes."));
    PlotCanvas* plot = canvas();
    plot->xAxis->setLabel(tr("layer"));
    plot->yAxis->setRangeReversed(true);
    plot->yAxis2->setRangeReversed(true);
    plot->yAxis2->setVisible(true);
    for (QCPAxis* axis : {plot->yAxis, plot->yAxis2}) {
        axis->grid()->setVisible(false);
        axis->setTickLength(0);
    }
    rebuild();
}

ChopMatrixView::~ChopMatrixView() = default;

void ChopMatrixView::setNames(StrategyNames names) {
    d_->names = std::move(names);
    rebuild();
}

void ChopMatrixView::setReport(std::shared_ptr<const ChopSweepReport> report, std::vector<int> layers,
                               int count) {
    if (report == d_->report && layers == d_->layers && count == d_->count) return;
    d_->report = std::move(report);
    d_->layers = std::move(layers);
    d_->count = count;
    setProvenance(d_->report ? QString::fromStdString(d_->report->protocol) : QString());
    rebuild();
}

void ChopMatrixView::applyTheme(const PlotTheme&) {
    rebuild();
}

void ChopMatrixView::rebuild() {
    d_->collect();
    PlotCanvas* plot = canvas();
    for (QCPItemRect* cell : d_->cells) plot->removeItem(cell);
    d_->cells.clear();
    const PlotTheme colours = theme();
    plot->applyTheme(colours);
    d_->cursor.setColours(colours.cursor, colours.background, 1.0);
    d_->chosen.setColours(colours.selection, colours.background, 2.0);
    const bool empty = d_->lines.empty() || d_->layers.empty();
    if (!empty) {
        const auto name = [this](int line) {
            return line >= 0 && line < d_->size() ? d_->names(d_->row(line).strategy) : QString();
        };
        const auto cost = [this](int line) {
            return line >= 0 && line < d_->size() ? perplexityText(d_->row(line).perplexity) : QString();
        };
        plot->yAxis->setTicker(wholeNumberTicker(*plot->yAxis, d_->size() + 1, name));
        plot->yAxis2->setTicker(wholeNumberTicker(*plot->yAxis2, d_->size() + 1, cost));
        plot->xAxis->setTicker(wholeNumberTicker(*plot->xAxis, 12, [this](int position) {
            const bool there = position >= 0 && position < static_cast<int>(d_->layers.size());
            return there ? QString::number(d_->layers[static_cast<std::size_t>(position)]) : QString();
        }));
        plot->yAxis2->setLabel(tr("ppl"));
        plot->xAxis->setRange(-0.5, static_cast<double>(d_->layers.size()) - 0.5);
        for (QCPAxis* axis : {plot->yAxis, plot->yAxis2}) axis->setRange(-0.5, d_->size() - 0.5);
        const std::vector<std::string> strategies = strategiesOf(*d_->report);
        for (int line = 0; line < d_->size(); ++line) {
            const auto at = std::find(strategies.begin(), strategies.end(), d_->row(line).strategy);
            addCells(line, d_->row(line), colours.series(static_cast<int>(at - strategies.begin())));
        }
        setTitle(
            tr("Which layers does each strategy remove, %1 of %2?").arg(d_->count).arg(d_->layers.size()));
    }
    setLeastLines(static_cast<int>(kLinesOfRow * std::min(d_->size(), kNamedRows)) + kAxisLines);
    contentChanged(empty);
    setSelectedRow(d_->selected);
    moveTo(-1);
}

// Layers that go beside each other are one bar.
void ChopMatrixView::addCells(int line, const ChopSweepRow& row, const QColor& colour) {
    const auto add = [&](int from, int to, double top, double bottom, const QColor& fill) {
        auto* cell = new QCPItemRect(canvas());
        cell->setPen(fill == colour ? QPen(Qt::NoPen) : QPen(theme().grid));
        cell->setBrush(fill);
        cell->setSelectable(false);
        cell->topLeft->setCoords(from - 0.5, line + top);
        cell->bottomRight->setCoords(to + 0.5, line + bottom);
        d_->cells.push_back(cell);
    };
    const auto last = static_cast<int>(d_->layers.size()) - 1;
    const double edge = 0.5 - kRowInset;
    add(0, last, -edge, edge, Qt::transparent);
    const auto bars = [&](const std::vector<int>& sublayers, double top, double bottom) {
        int from = -1;
        for (int position = 0; position <= last + 1; ++position) {
            const int layer = position <= last ? d_->layers[static_cast<std::size_t>(position)] : -1;
            const bool gone = layer >= 0 && (holds(row.chop.layers, layer) || holds(sublayers, layer));
            if (gone && from < 0) from = position;
            if (gone || from < 0) continue;
            add(from, position - 1, top, bottom, colour);
            from = -1;
        }
    };
    bars(row.chop.attention, -edge, 0.0);
    bars(row.chop.mlp, 0.0, edge);
}

void ChopMatrixView::setSelectedRow(int row) {
    d_->selected = row;
    const auto line = std::find(d_->lines.begin(), d_->lines.end(), row);
    if (line == d_->lines.end())
        d_->chosen.hide();
    else
        d_->chosen.frame(d_->whole(static_cast<int>(line - d_->lines.begin())));
    canvas()->redrawOverlay();
}

void ChopMatrixView::moveTo(int line) {
    d_->at = line >= 0 && line < d_->size() ? line : -1;
    d_->at >= 0 ? d_->cursor.frame(d_->whole(d_->at)) : d_->cursor.hide();
    canvas()->redrawOverlay();
    setHoverText(d_->at >= 0 ? describe(d_->at) : QString());
}

void ChopMatrixView::pointTo(const QPointF& position) {
    const QRect rect = canvas()->axisRect()->rect();
    const bool inside = position.y() >= rect.top() && position.y() <= rect.bottom();
    moveTo(inside ? static_cast<int>(std::lround(canvas()->yAxis->pixelToCoord(position.y()))) : -1);
}
void ChopMatrixView::pointAway() {
    moveTo(-1);
}
void ChopMatrixView::chooseAt(const QPointF& position) {
    pointTo(position);
    choose();
}
void ChopMatrixView::choose() {
    if (d_->at >= 0) Q_EMIT rowSelected(d_->lines[static_cast<std::size_t>(d_->at)]);
}

bool ChopMatrixView::pressKey(int key) {
    const int last = d_->size() - 1;
    switch (key) {
        case Qt::Key_Up:
            moveTo(d_->at < 0 ? 0 : std::max(0, d_->at - 1));
            return true;
        case Qt::Key_Down:
            moveTo(std::min(last, d_->at + 1));
            return true;
        case Qt::Key_Home:
            moveTo(0);
            return true;
        case Qt::Key_End:
            moveTo(last);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            choose();
            return true;
        default:
            return false;
    }
}

// "Greedy (SLEB): layers 3 5, perplexity 1.702 (+0.6 %)"
QString ChopMatrixView::describe(int line) const {
    const ChopSweepRow& row = d_->row(line);
    QStringList gone;
    const auto& layers = row.chop.layers;
    if (!layers.empty()) gone << (layers.size() == 1 ? tr("layer %1") : tr("layers %1")).arg(parted(layers));
    if (!row.chop.attention.empty()) gone << tr("attention of %1").arg(parted(row.chop.attention));
    if (!row.chop.mlp.empty()) gone << tr("MLP of %1").arg(parted(row.chop.mlp));
    return tr("%1: %2, perplexity %3 (%4)")
        .arg(d_->names(row.strategy), gone.join(QStringLiteral(", ")), perplexityText(row.perplexity),
             QString::fromStdString(formatChange(d_->report->change(row), row.changeStandardError)));
}

QString ChopMatrixView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("strategy");
    for (const int layer : d_->layers) text += QStringLiteral(",layer_%1").arg(layer);
    text += QStringLiteral(",perplexity\n");
    for (int line = 0; line < d_->size(); ++line) {
        const ChopSweepRow& row = d_->row(line);
        text += csvField(QString::fromStdString(row.strategy));
        for (const int layer : d_->layers) {
            const bool whole = holds(row.chop.layers, layer);
            QStringList gone;
            if (whole || holds(row.chop.attention, layer)) gone << QStringLiteral("attention");
            if (whole || holds(row.chop.mlp, layer)) gone << QStringLiteral("mlp");
            text += QLatin1Char(',') + gone.join(QLatin1Char(' '));
        }
        text += QLatin1Char(',') + csvNumber(row.perplexity) + QLatin1Char('\n');
    }
    return text;
}

QString ChopMatrixView::textSummary() const {
    if (isEmpty()) return emptyText();
    QStringList lines;
    for (int line = 0; line < d_->size(); ++line) lines << describe(line);
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
