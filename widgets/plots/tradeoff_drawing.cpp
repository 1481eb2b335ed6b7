// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the trade-off draws its points: front, errors, names and axes.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/plots/tradeoff_private.h"

namespace secateur {

namespace {

QCPScatterStyle::ScatterShape shapeOf(HealMethod method) {
    switch (method) {
        case HealMethod::Continued:
            return QCPScatterStyle::ssTriangle;
        case HealMethod::Lora:
            return QCPScatterStyle::ssSquare;
        case HealMethod::Distill:
            return QCPScatterStyle::ssTriangleInverted;
        case HealMethod::Scratch:
            return QCPScatterStyle::ssStar;
    }
    return QCPScatterStyle::ssTriangle;
}

}  // namespace

void TradeoffView::addFront() {
    if (d_->front.size() < 2) return;
    const PlotTheme colours = theme();
    QCPGraph* line = canvas()->addGraph();
    const QString name = frontText(across(), up());
    line->setName(name);
    const bool hidden = curves().hidden(name);
    line->setPen(QPen(hidden ? translucent(colours.muted, CurveToggles::kFaint) : colours.muted, 1.4));
    line->setVisible(!hidden);
    line->setLineStyle(moreIsBetter(across()) ? QCPGraph::lsStepRight : QCPGraph::lsStepLeft);
    for (const int index : d_->front) line->addData(d_->coordinates(index).x(), d_->coordinates(index).y());
}

void TradeoffView::addErrors() {
    const PlotTheme colours = theme();
    auto* bars = new QCPErrorBars(canvas()->xAxis, canvas()->yAxis);
    QCPGraph* middle = canvas()->addGraph();
    middle->setLineStyle(QCPGraph::lsNone);
    middle->removeFromLegend();
    bars->setName(errorText());
    const bool hidden = curves().hidden(errorText());
    bars->setVisible(!hidden);
    bars->setErrorType(QCPErrorBars::etValueError);
    bars->setPen(QPen(hidden ? translucent(colours.muted, CurveToggles::kFaint) : colours.muted, 1.2));
    bars->setWhiskerWidth(6);
    bars->setDataPlottable(middle);
    QVector<double> x, y, errors;
    for (const int index : d_->order) {
        const auto error = d_->error(index);
        if (!error || !std::isfinite(*error)) continue;
        x << d_->coordinates(index).x();
        y << d_->coordinates(index).y();
        errors << *error;
    }
    middle->setData(x, y, true);
    bars->setData(errors);
    if (errors.isEmpty()) bars->removeFromLegend();
}

void TradeoffView::addPoints() {
    const PlotTheme colours = theme();
    const auto graph = [&](const QString& title, const QCPScatterStyle& style) {
        QCPGraph* made = canvas()->addGraph();
        made->setName(title);
        made->setLineStyle(QCPGraph::lsNone);
        made->setScatterStyle(style);
        if (title.isEmpty()) made->removeFromLegend();
        return made;
    };
    const auto style = [&](QCPScatterStyle::ScatterShape shape, const QColor& colour, double size,
                           bool full) {
        return QCPScatterStyle(shape, QPen(colour, 1.6), full ? QBrush(colour) : QBrush(Qt::NoBrush), size);
    };
    QCPGraph* selected = graph({}, style(QCPScatterStyle::ssCircle, colours.selection, 15.0, false));
    std::map<QString, bool> named;
    bool hollow = false;
    for (const int index : d_->known) {
        const TradeoffPoint& point = d_->point(index);
        const bool full = d_->comparable(index);
        const QString title = kindText(point);
        const bool hidden = curves().hidden(title);
        hollow = hollow || (!full && !hidden);
        QColor colour = colours.series(0);
        QCPScatterStyle::ScatterShape shape = QCPScatterStyle::ssDisc;
        if (point.kind == TradeoffKind::Dense) {
            colour = colours.text;
            shape = QCPScatterStyle::ssDiamond;
        } else if (point.kind == TradeoffKind::Run) {
            colour = colours.series(point.colour);
            shape = shapeOf(point.method);
        }
        if (shape == QCPScatterStyle::ssDisc && !full) shape = QCPScatterStyle::ssCircle;
        if (!std::exchange(named[title], true)) {
            const QColor key = point.kind == TradeoffKind::Run ? colours.text : colour;
            const QColor shown = hidden ? translucent(key, CurveToggles::kFaint) : key;
            graph(title, style(point.kind == TradeoffKind::Plan ? QCPScatterStyle::ssDisc : shape, shown, 8.0,
                               true));
        }
        if (hidden) continue;
        const double size = point.kind == TradeoffKind::Dense ? 11.0 : 8.0;
        const QPointF at = d_->coordinates(index);
        graph({}, style(shape, colour, size, full))->addData(at.x(), at.y());
        if (point.selected) selected->addData(at.x(), at.y());
        if (!point.current) continue;
        const QString present =
            std::exchange(named[tr("present plan")], true) ? QString() : tr("present plan");
        graph(present, style(QCPScatterStyle::ssCircle, colours.cursor, 12.0, false))
            ->addData(at.x(), at.y());
    }
    if (hollow)
        graph(tr("hollow: measured on other windows"),
              style(QCPScatterStyle::ssCircle, colours.muted, 8.0, false));
}

// Pinned and selected points first, then the present one, named ones and those on the front.
void TradeoffView::addLabels() {
    const PlotTheme colours = theme();
    const auto rank = [this](int index) {
        const TradeoffPoint& point = d_->point(index);
        if (!point.pin.isEmpty()) return 0;
        if (point.selected) return 1;
        if (point.kind == TradeoffKind::Dense) return 2;
        if (point.current) return 3;
        return d_->isOnFront(index) ? 4 : 5;
    };
    std::vector<int> order = d_->order;
    std::ranges::stable_sort(order, {}, rank);
    std::vector<PointLabel> labels;
    for (const int index : order) {
        const TradeoffPoint& point = d_->point(index);
        const QString pin = point.pin.isEmpty() ? QString() : point.pin + QStringLiteral(": ");
        labels.push_back({d_->coordinates(index), pin + point.name,
                          d_->comparable(index) ? colours.text : colours.muted, !point.pin.isEmpty()});
    }
    d_->labels->setLabels(std::move(labels), font(), colours);
}

void TradeoffView::setRanges() {
    const bool healed = std::ranges::any_of(
        d_->order, [this](int index) { return d_->point(index).kind == TradeoffKind::Run; });
    const auto label = [&](TradeoffAmount amount) {
        const bool whole = amount != TradeoffAmount::Perplexity || healed;
        if (amount == TradeoffAmount::Change) return tr("change of perplexity against dense, %");
        if (amount == TradeoffAmount::Accuracy) return tr("accuracy, mean over tasks, %");
        return whole ? amountName(amount) : tr("perplexity before healing");
    };
    canvas()->xAxis->setLabel(label(across()));
    canvas()->yAxis->setLabel(d_->logarithmic() ? tr("%1, log scale").arg(label(up())) : label(up()));
    if (d_->known.empty()) return;
    ValueEnds x, y;
    for (const int index : d_->order.empty() ? d_->known : d_->order) {
        const QPointF at = d_->coordinates(index);
        const double error = d_->comparable(index) ? d_->error(index).value_or(0.0) : 0.0;
        x.add(at.x());
        y.add(at.y() + error);
        if (!d_->logarithmic() || at.y() > error) y.add(at.y() - error);
    }
    const auto range = [](QCPAxis& axis, TradeoffAmount amount, const ValueEnds& ends, bool logarithmic) {
        if (amount == TradeoffAmount::Perplexity) return setPerplexityAxis(axis, ends, logarithmic);
        if (amount == TradeoffAmount::Change || amount == TradeoffAmount::Accuracy)
            return setValueAxis(axis, ends, false);
        const double side = std::max(
            {0.08 * (ends.high - ends.low), 0.02 * ends.high, amount == TradeoffAmount::Rate ? 1e-3 : 1.0});
        setCountAxis(axis, std::max(0.0, ends.low - side), ends.high + side);
    };
    range(*canvas()->xAxis, across(), x, false);
    range(*canvas()->yAxis, up(), y, d_->logarithmic());
}

}  // namespace secateur
