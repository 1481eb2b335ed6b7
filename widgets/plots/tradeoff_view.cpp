// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/tradeoff_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QSignalBlocker>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>

#include "core/base/units.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_data.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/point_labels.h"
#include "widgets/plots/point_marker.h"
#include "widgets/plots/tradeoff_amounts.h"

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

// The menu is that of the point below the pointer.
class TradeoffView::MenuAim final : public QObject {
public:
    explicit MenuAim(TradeoffView& view) : QObject(&view), view_(view) {}
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::ContextMenu) {
            const auto* menu = static_cast<QContextMenuEvent*>(event);
            if (menu->reason() == QContextMenuEvent::Mouse && !view_.isEmpty())
                view_.chooseAt(QPointF(menu->pos()));
        }
        return QObject::eventFilter(watched, event);
    }

private:
    TradeoffView& view_;
};

class TradeoffView::Private {
public:
    std::vector<TradeoffPoint> points;
    std::vector<int> known;  // that can be drawn, by the axis
    std::vector<int> order;  // of those, that are shown
    std::vector<int> front;
    QStringList sets;
    QString chosenSet;  // by the user; empty: the usual one
    QComboBox* axis = nullptr;
    QComboBox* quantity = nullptr;
    QComboBox* set = nullptr;
    QWidget* setOption = nullptr;
    QCheckBox* log = nullptr;
    std::optional<PointMarker> marker;
    PointLabels* labels = nullptr;
    int at = -1;

    [[nodiscard]] const TradeoffPoint& point(int index) const {
        return points[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] TradeoffAxis across() const { return static_cast<TradeoffAxis>(axis->currentIndex()); }
    [[nodiscard]] bool change() const { return quantity->currentIndex() == 1; }
    [[nodiscard]] bool logarithmic() const { return log->isChecked() && !change(); }
    [[nodiscard]] QPointF coordinates(int index) const {
        const TradeoffPoint& p = point(index);
        return {amountOf(p, across()), change() ? 100.0 * changeOf(p) : p.perplexity};
    }
    [[nodiscard]] std::optional<double> error(int index) const {
        const TradeoffPoint& p = point(index);
        if (change()) return p.changeError ? std::optional(100.0 * *p.changeError) : std::nullopt;
        return p.standardError;
    }
    [[nodiscard]] bool comparable(int index) const {
        return sets.size() < 2 || point(index).windows == set->currentIndex();
    }
    [[nodiscard]] bool isOnFront(int index) const { return std::ranges::find(front, index) != front.end(); }
    void sort(CurveToggles& curves);
};

// A kind that is hidden is on the front as before: what is best does not go by what is drawn.
void TradeoffView::Private::sort(CurveToggles& curves) {
    known.clear();
    std::vector<std::pair<double, double>> places;
    std::vector<int> judged;
    for (int i = 0; i < static_cast<int>(points.size()); ++i) {
        const QPointF at = coordinates(i);
        const bool measured = across() != TradeoffAxis::Macs || at.x() > 0.0;
        if (!std::isfinite(at.x()) || !std::isfinite(at.y()) || !measured) continue;
        known.push_back(i);
        if (!comparable(i)) continue;
        judged.push_back(i);
        places.emplace_back(at.x(), at.y());
    }
    std::ranges::stable_sort(known, {}, [this](int i) {
        const QPointF at = coordinates(i);
        return std::pair(at.x(), at.y());
    });
    order.clear();
    std::ranges::copy_if(known, std::back_inserter(order),
                         [&](int i) { return !curves.hidden(kindText(point(i))); });
    front.clear();
    for (const int place : paretoFront(places)) front.push_back(judged[static_cast<std::size_t>(place)]);
    QStringList names{frontText(), errorText()};
    for (const int index : known) names << kindText(point(index));
    curves.setNames(names);
}

TradeoffView::TradeoffView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("What does each cut cost in perplexity?"));
    setEmptyText(
        tr("No plan has been previewed yet. Chop a layer or move the ratio, and its perplexity appears here; "
           "healed runs with a held-out text join it."));
    d_->quantity = new QComboBox(this);
    d_->quantity->addItems({tr("perplexity"), tr("change against dense")});
    d_->axis = new QComboBox(this);
    d_->axis->addItems({tr("parameters"), tr("bytes of the weights"), tr("MACs per token"),
                        tr("compute of healing, FLOPs"), tr("tokens of healing"), tr("seconds of healing")});
    d_->set = new QComboBox(this);
    for (QComboBox* box : {d_->quantity, d_->axis, d_->set}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->setMinimumContentsLength(12);  // a narrow dock has less room than the words need
    }
    d_->log = new QCheckBox(tr("Log perplexity"), this);
    d_->quantity->setToolTip(tr("What is judged: the perplexity, or its change against the dense model"));
    d_->axis->setToolTip(tr("What is paid: parameters, bytes or work of a token, or what healing took"));
    d_->log->setToolTip(tr("A logarithmic axis of perplexity"));
    addOption(tr("Show"), d_->quantity);
    addOption(tr("against"), d_->axis);
    addOption(tr("on"), d_->set);
    d_->setOption = d_->set->parentWidget();
    d_->quantity->setAccessibleName(tr("Quantity shown"));
    d_->axis->setAccessibleName(tr("Shown against"));
    d_->set->setAccessibleName(tr("Windows that are compared"));
    addOption(d_->log);
    connect(d_->quantity, &QComboBox::currentIndexChanged, this, &TradeoffView::rebuild);
    connect(d_->axis, &QComboBox::currentIndexChanged, this, &TradeoffView::rebuild);
    connect(d_->set, &QComboBox::currentIndexChanged, this, [this](int set) {
        d_->chosenSet = d_->sets.value(set);
        rebuild();
        Q_EMIT windowSetChanged();
    });
    connect(d_->log, &QCheckBox::toggled, this, &TradeoffView::rebuild);
    connect(&curves(), &CurveToggles::changed, this, &TradeoffView::rebuild);
    canvas()->installEventFilter(new MenuAim(*this));
    d_->marker.emplace(*canvas());
    d_->labels = new PointLabels(*canvas());
    placeLegendAbove(*canvas());
    rebuild();
}

TradeoffView::~TradeoffView() = default;

void TradeoffView::setPoints(std::vector<TradeoffPoint> points, const QStringList& sets, int usual) {
    d_->points = std::move(points);
    d_->sets = sets;
    const auto chosen = static_cast<int>(sets.indexOf(d_->chosenSet));
    {
        const QSignalBlocker quiet(d_->set);
        d_->set->clear();
        for (const QString& set : sets) {
            d_->set->addItem(set);
            d_->set->setItemData(d_->set->count() - 1, set, Qt::ToolTipRole);
        }
        d_->set->setCurrentIndex(chosen >= 0 ? chosen : usual);
        d_->set->setToolTip(tr("%1. Perplexities of other windows cannot be compared, and are hollow.")
                                .arg(d_->set->currentText()));
    }
    d_->setOption->setVisible(sets.size() > 1);
    rebuild();
}

const std::vector<TradeoffPoint>& TradeoffView::points() const {
    return d_->points;
}
void TradeoffView::setAxis(TradeoffAxis axis) {
    d_->axis->setCurrentIndex(static_cast<int>(axis));
}
void TradeoffView::setShowChange(bool on) {
    d_->quantity->setCurrentIndex(on ? 1 : 0);
}
void TradeoffView::setLogPerplexity(bool on) {
    d_->log->setChecked(on);
}
bool TradeoffView::logPerplexity() const {
    return d_->log->isChecked();
}
int TradeoffView::windowSet() const {
    return std::max(0, d_->set->currentIndex());
}
bool TradeoffView::onFront(int index) const {
    return d_->isOnFront(index);
}
std::vector<std::pair<QString, QRectF>> TradeoffView::labels() const {
    return d_->labels->shown();
}
void TradeoffView::applyTheme(const PlotTheme&) {
    rebuild();
}

void TradeoffView::rebuild() {
    d_->log->setEnabled(!d_->change());
    d_->sort(curves());
    PlotCanvas* plot = canvas();
    plot->clearPlottables();
    for (int i = plot->itemCount() - 1; i >= 0; --i) {
        if (plot->item(i) != d_->marker->item() && !d_->labels->owns(plot->item(i)))
            plot->removeItem(plot->item(i));
    }
    addFront();
    addErrors();
    addPoints();
    setRanges();
    const PlotTheme colours = theme();
    plot->applyTheme(colours);
    addLabels();
    styleLegend(*plot, colours, font());
    fadeHidden(*plot, colours, curves());
    showLegend(*plot, !d_->known.empty());
    d_->marker->setStyle(colours, font());
    contentChanged(d_->known.empty());
    moveTo(-1);
}

void TradeoffView::addFront() {
    if (d_->front.size() < 2) return;
    const PlotTheme colours = theme();
    QCPGraph* line = canvas()->addGraph();
    line->setName(frontText());
    const bool hidden = curves().hidden(frontText());
    line->setPen(QPen(hidden ? translucent(colours.muted, CurveToggles::kFaint) : colours.muted, 1.4));
    line->setVisible(!hidden);
    line->setLineStyle(QCPGraph::lsStepLeft);
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
    QCPAxis& across = *canvas()->xAxis;
    QCPAxis& up = *canvas()->yAxis;
    across.setLabel(d_->axis->currentText());
    const bool healed = std::ranges::any_of(
        d_->order, [this](int index) { return d_->point(index).kind == TradeoffKind::Run; });
    const QString what = healed ? tr("perplexity") : tr("perplexity before healing");
    up.setLabel(d_->change()        ? tr("change of perplexity against dense, %")
                : d_->logarithmic() ? tr("%1, log scale").arg(what)
                                    : what);
    if (d_->known.empty()) return;
    ValueEnds x, y;
    for (const int index : d_->order.empty() ? d_->known : d_->order) {
        const QPointF at = d_->coordinates(index);
        const double error = d_->comparable(index) ? d_->error(index).value_or(0.0) : 0.0;
        x.add(at.x());
        y.add(at.y() + error);
        if (!d_->logarithmic() || at.y() > error) y.add(at.y() - error);
    }
    const double side = std::max({0.08 * (x.high - x.low), 0.02 * x.high, 1.0});
    setCountAxis(across, std::max(0.0, x.low - side), x.high + side);
    d_->change() ? setValueAxis(up, y, false) : setPerplexityAxis(up, y, d_->logarithmic());
}

int TradeoffView::placeAt(const QPointF& position) const {
    return d_->marker->nearest(position, static_cast<int>(d_->order.size()), [this](int place) {
        return d_->coordinates(d_->order[static_cast<std::size_t>(place)]);
    });
}

void TradeoffView::moveTo(int place) {
    d_->at = place;
    const int index = place >= 0 ? d_->order[static_cast<std::size_t>(place)] : -1;
    d_->marker->moveTo(index >= 0 ? std::optional(d_->coordinates(index)) : std::nullopt);
    setHoverText(index >= 0 ? describe(index) : QString());
}

void TradeoffView::pointTo(const QPointF& position) {
    moveTo(placeAt(position));
}
QString TradeoffView::curveNamed(const QPointF& position) const {
    return curveInLegend(*canvas(), curves(), position);
}
void TradeoffView::pointAway() {
    moveTo(-1);
}

void TradeoffView::chooseAt(const QPointF& position) {
    const int place = placeAt(position);
    moveTo(place);
    if (place >= 0) Q_EMIT pointSelected(d_->order[static_cast<std::size_t>(place)]);
}

// A double click chooses: the plot has no view to go back to.
void TradeoffView::resetView() {
    choose();
}

void TradeoffView::choose() {
    if (d_->at >= 0) Q_EMIT pointChosen(d_->order[static_cast<std::size_t>(d_->at)]);
}

bool TradeoffView::pressKey(int key) {
    const int before = d_->at;
    const bool meant = PointMarker::press(
        key, d_->at, static_cast<int>(d_->order.size()), [this](int place) { moveTo(place); },
        [this] { choose(); });
    if (meant && d_->at >= 0 && d_->at != before) {
        const int place = d_->at;
        Q_EMIT pointSelected(d_->order[static_cast<std::size_t>(place)]);
        if (place < static_cast<int>(d_->order.size())) moveTo(place);  // marking it drew everything again
    }
    return meant;
}

QString TradeoffView::describe(int index) const {
    const TradeoffPoint& point = d_->point(index);
    const QString pin = point.pin.isEmpty() ? QString() : point.pin + QStringLiteral(", ");
    QString text =
        tr("%1%2: %3").arg(pin, point.name, amountText(amountOf(point, d_->across()), d_->across()));
    const auto dense = std::ranges::find(d_->points, TradeoffKind::Dense, &TradeoffPoint::kind);
    const bool share = point.kind != TradeoffKind::Dense && d_->across() == TradeoffAxis::Parameters &&
                       dense != d_->points.end() && dense->parameters > 0.0;
    if (share)
        text +=
            tr(" (%1 kept)").arg(QString::fromStdString(formatPercent(point.parameters / dense->parameters)));
    text += tr(", perplexity %1")
                .arg(QString::fromStdString(formatPerplexity(point.perplexity, point.standardError)));
    if (point.kind != TradeoffKind::Dense && point.dense)
        text += QStringLiteral(" (%1)").arg(
            QString::fromStdString(formatChange(changeOf(point), point.changeError)));
    if (d_->isOnFront(index)) text += tr(", on the front");
    if (!d_->comparable(index))
        text += tr(", measured on other windows: %1").arg(d_->sets.value(point.windows));
    return point.detail.isEmpty() ? text : text + QStringLiteral(". ") + point.detail;
}

QString TradeoffView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral(
        "point,kind,parameters,bytes,macs_per_token,healing_flops,healing_tokens,healing_seconds,perplexity,"
        "standard_error,dense_perplexity,windows,comparable,front\n");
    for (const int index : d_->order) {
        const TradeoffPoint& point = d_->point(index);
        const double missing = std::numeric_limits<double>::quiet_NaN();
        QStringList fields{csvField(point.name), point.kind == TradeoffKind::Dense  ? QStringLiteral("dense")
                                                 : point.kind == TradeoffKind::Plan ? QStringLiteral("plan")
                                                                                    : QStringLiteral("run")};
        for (const double value :
             {point.parameters, point.bytes, point.macs, point.flops, point.tokens, point.seconds,
              point.perplexity, point.standardError.value_or(missing), point.dense.value_or(missing)})
            fields << csvNumber(value);
        fields << csvField(d_->sets.value(point.windows))
               << (d_->comparable(index) ? QStringLiteral("yes") : QStringLiteral("no"))
               << (d_->isOnFront(index) ? QStringLiteral("yes") : QStringLiteral("no"));
        text += fields.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return text;
}

QString TradeoffView::textSummary() const {
    if (d_->known.empty()) return emptyText();
    QStringList lines;
    for (const int index : d_->order) lines << describe(index);
    if (const QString hidden = curves().hiddenInWords(); !hidden.isEmpty()) lines << hidden;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
