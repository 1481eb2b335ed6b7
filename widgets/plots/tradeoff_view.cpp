// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/tradeoff_view.h"

#include <QContextMenuEvent>
#include <QSignalBlocker>
#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/base/units.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_axes.h"
#include "widgets/plots/curve_data.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/tradeoff_private.h"

namespace secateur {

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

// A kind that is hidden is on the front as before: what is best does not go by what is drawn.
void TradeoffView::Private::sort(CurveToggles& curves) {
    known.clear();
    std::vector<std::pair<double, double>> places;
    std::vector<int> judged;
    for (int i = 0; i < static_cast<int>(points.size()); ++i) {
        const QPointF at = coordinates(i);
        if (!std::isfinite(at.x()) || !std::isfinite(at.y())) continue;
        known.push_back(i);
        if (!comparable(i)) continue;
        judged.push_back(i);
        places.emplace_back(moreIsBetter(across()) ? -at.x() : at.x(), moreIsBetter(up()) ? -at.y() : at.y());
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
    QStringList names{frontText(across(), up()), errorText()};
    for (const int index : known) names << kindText(point(index));
    curves.setNames(names);
}

TradeoffView::TradeoffView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    d_->upBox = new QComboBox(this);
    d_->acrossBox = new QComboBox(this);
    d_->set = new QComboBox(this);
    for (QComboBox* box : {d_->upBox, d_->acrossBox}) {
        for (const TradeoffAmount amount : tradeoffAmounts())
            box->addItem(amountName(amount), static_cast<int>(amount));
    }
    d_->acrossBox->setCurrentIndex(d_->acrossBox->findData(static_cast<int>(TradeoffAmount::Parameters)));
    for (QComboBox* box : {d_->upBox, d_->acrossBox, d_->set}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->setMinimumContentsLength(12);  // a narrow dock has less room than the words need
    }
    d_->log = new QCheckBox(tr("Log perplexity"), this);
    d_->upBox->setToolTip(tr(
        "What is judged: perplexity, its change against the dense model, right answers, speed, or anything "
        "else that points have"));
    d_->acrossBox->setToolTip(
        tr("What it is held against: parameters, bytes or work of a token, what healing took, or what it is "
           "judged by"));
    d_->log->setToolTip(tr("A logarithmic axis of perplexity"));
    addOption(tr("Show"), d_->upBox);
    addOption(tr("against"), d_->acrossBox);
    addOption(tr("on"), d_->set);
    d_->setOption = d_->set->parentWidget();
    d_->upBox->setAccessibleName(tr("Quantity shown"));
    d_->acrossBox->setAccessibleName(tr("Shown against"));
    d_->set->setAccessibleName(tr("Windows that are compared"));
    addOption(d_->log);
    for (QComboBox* box : {d_->upBox, d_->acrossBox}) {
        connect(box, &QComboBox::currentIndexChanged, this, [this] {
            rebuild();
            Q_EMIT choiceChanged();
        });
    }
    connect(d_->set, &QComboBox::currentIndexChanged, this, [this](int set) {
        d_->chosenSet = d_->sets.value(set);
        rebuild();
        Q_EMIT choiceChanged();
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
    rebuild();
}

const std::vector<TradeoffPoint>& TradeoffView::points() const {
    return d_->points;
}
void TradeoffView::setAmounts(TradeoffAmount up, TradeoffAmount across) {
    d_->upBox->setCurrentIndex(d_->upBox->findData(static_cast<int>(up)));
    d_->acrossBox->setCurrentIndex(d_->acrossBox->findData(static_cast<int>(across)));
}
TradeoffAmount TradeoffView::up() const {
    return d_->up();
}
TradeoffAmount TradeoffView::across() const {
    return d_->across();
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
bool TradeoffView::comparesWindows() const {
    return d_->ofWindows();
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

QString TradeoffView::missingInWords() const {
    const auto missing = static_cast<int>(d_->points.size() - d_->known.size());
    QStringList why;
    for (const TradeoffAmount amount : {up(), across()}) {
        const QString source = sourceOf(amount);
        const bool lacks = std::ranges::any_of(
            d_->points, [amount](const TradeoffPoint& p) { return !std::isfinite(amountOf(p, amount)); });
        if (lacks && !source.isEmpty() && !why.contains(source)) why << source;
    }
    if (missing == 0 || why.isEmpty()) return {};
    const QString reason = why.join(tr(", or "));
    return missing == 1 ? tr("One point is not drawn: it has %1.").arg(reason)
                        : tr("%1 points are not drawn: they have %2.").arg(missing).arg(reason);
}

void TradeoffView::rebuild() {
    d_->log->setEnabled(up() == TradeoffAmount::Perplexity);
    d_->setOption->setVisible(d_->sets.size() > 1 && d_->ofWindows());
    setTitle(tradeoffTitle(up()));
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
    const bool previewed = std::ranges::any_of(
        d_->points, [](const TradeoffPoint& point) { return point.kind != TradeoffKind::Dense; });
    setEmptyText(
        previewed && d_->known.empty() && !missingInWords().isEmpty()
            ? missingInWords()
            : tr("No plan has been previewed yet. Chop a layer or move the ratio, and its perplexity "
                 "appears here; healed runs with a held-out text join it."));
    contentChanged(d_->known.empty());
    moveTo(-1);
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
    QString text = tr("%1%2: %3").arg(pin, point.name, amountText(point, across()));
    const auto dense = std::ranges::find(d_->points, TradeoffKind::Dense, &TradeoffPoint::kind);
    const bool share = point.kind != TradeoffKind::Dense && across() == TradeoffAmount::Parameters &&
                       dense != d_->points.end() && dense->parameters > 0.0;
    if (share)
        text +=
            tr(" (%1 kept)").arg(QString::fromStdString(formatPercent(point.parameters / dense->parameters)));
    const QString upright = amountText(point, up());
    if (upright != amountText(point, across())) text += QStringLiteral(", ") + upright;
    if (d_->isOnFront(index)) text += tr(", on the front");
    if (!d_->comparable(index))
        text += tr(", measured on other windows: %1").arg(d_->sets.value(point.windows));
    return point.detail.isEmpty() ? text : text + QStringLiteral(". ") + point.detail;
}

QString TradeoffView::csv() const {
    if (isEmpty()) return {};
    QString text = tradeoffCsvHeader();
    for (const int index : d_->order) {
        const TradeoffPoint& point = d_->point(index);
        QStringList fields = tradeoffCsvFields(point);
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
    for (const QString& words : {curves().hiddenInWords(), missingInWords()})
        if (!words.isEmpty()) lines << words;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
