// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/distribution_view.h"

#include <QCheckBox>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/score_panel.h"
#include "widgets/plots/unit_map_text.h"
#include "widgets/plots/unit_text.h"

namespace secateur {

namespace {

constexpr double kLineReach = 7.0;  // pixels beside the line within which it can be taken
constexpr double kKeyStep = 0.01;   // share of the axis that one key press moves the line

QString percent(double fraction) {
    return QString::fromStdString(formatPercent(fraction));
}

}  // namespace

class DistributionView::Private {
public:
    ScorePool pool;
    int selected = -1;
    QCheckBox* onlySelected = nullptr;
    std::unique_ptr<ScorePanel> channels;
    std::unique_ptr<ScorePanel> groups;
    UnitKind held = UnitKind::Channels;  // whose line is dragged, or moved by keys
    double dragged = NAN;                // where the user put that line; NaN: where the decision has it
    bool dragging = false;
    QString noThreshold = DistributionView::tr("No threshold yet: set a ratio in the plan.");
    double start = 0.0;  // just left of every score: where the line waits while nothing is removed

    // The structure has one threshold for both kinds (AL-AM), not one for each (AL-MM).
    [[nodiscard]] bool shared() const {
        if (!pool.thresholds) return false;
        const auto channel = pool.thresholds->common(UnitKind::Channels);
        const auto group = pool.thresholds->common(UnitKind::Groups);
        return !channel || !group || *channel == *group;
    }
    [[nodiscard]] double line(UnitKind kind) const {
        if (!pool.thresholds || !pool.table() || !pool.thresholds->decided(*pool.table()) ||
            !standardises(*pool.table())) {
            return pool.onlyLayer >= 0 ? onAxis(pool.thresholdOf(kind, pool.onlyLayer)) : NAN;
        }
        if (!std::isnan(dragged) && (kind == held || shared())) return dragged;
        return onAxis(pool.thresholds->common(kind).value_or(NAN));
    }
    [[nodiscard]] double onAxis(double threshold) const { return std::isinf(threshold) ? start : threshold; }
    [[nodiscard]] ScorePanel& panel(UnitKind kind) const {
        return kind == UnitKind::Channels ? *channels : *groups;
    }
};

DistributionView::DistributionView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Where does the threshold fall among the scores?"));
    setEmptyText(
        tr("Nothing has been measured yet. Choose Run > Measure to see how the scores of this model are "
           "spread."));
    d_->onlySelected = new QCheckBox(tr("Only the selected layer"), this);
    d_->onlySelected->setToolTip(tr("Draw the scores of the selected layer alone"));
    addOption(d_->onlySelected);
    connect(d_->onlySelected, &QCheckBox::toggled, this, &DistributionView::rebuild);
    canvas()->plotLayout()->clear();
    auto* margins = new QCPMarginGroup(canvas());
    d_->channels = std::make_unique<ScorePanel>(canvas(), UnitKind::Channels, margins);
    d_->groups = std::make_unique<ScorePanel>(canvas(), UnitKind::Groups, margins);
    applyTheme(theme());
    rebuild();
}

DistributionView::~DistributionView() = default;

void DistributionView::setData(std::shared_ptr<const ScoreTable> table) {
    if (table == d_->pool.table()) return;
    d_->pool.setTable(std::move(table));
    rebuild();
}

void DistributionView::setDecision(const WidthDecision* decision) {
    d_->pool.thresholds = UnitThresholds::of(decision);
    if (!d_->dragging) d_->dragged = NAN;
    rebuild();
}

void DistributionView::setNoThresholdText(const QString& text) {
    if (text == d_->noThreshold) return;
    d_->noThreshold = text;
    rebuild();
}

void DistributionView::setCosts(std::int64_t groupParameters, std::int64_t channelParameters) {
    if (groupParameters == d_->pool.groupParameters && channelParameters == d_->pool.channelParameters)
        return;
    d_->pool.groupParameters = groupParameters;
    d_->pool.channelParameters = channelParameters;
    rebuild();
}

void DistributionView::setOnlySelectedLayer(bool on) {
    d_->onlySelected->setChecked(on);
}
bool DistributionView::onlySelectedLayer() const {
    return d_->onlySelected->isChecked();
}
int DistributionView::selectedLayer() const {
    return d_->selected;
}

void DistributionView::setSelectedLayer(int originalLayer) {
    d_->selected = originalLayer;
    if (onlySelectedLayer()) rebuild();
}

double DistributionView::channelThreshold() const {
    return d_->line(UnitKind::Channels);
}
double DistributionView::groupThreshold() const {
    return d_->line(UnitKind::Groups);
}
int DistributionView::removedChannelsAt(double value) const {
    return d_->pool.removedAt(UnitKind::Channels, value);
}
int DistributionView::removedGroupsAt(double value) const {
    return d_->pool.removedAt(UnitKind::Groups, value);
}

double DistributionView::removedShareAt(double value) const {
    return d_->pool.share(removedGroupsAt(value), removedChannelsAt(value));
}

bool DistributionView::draggable() const {
    const ScorePool& pool = d_->pool;
    return pool.table() && pool.thresholds && pool.thresholds->decided(*pool.table()) &&
           standardises(*pool.table()) &&
           (pool.thresholds->common(UnitKind::Channels) || pool.thresholds->common(UnitKind::Groups));
}

void DistributionView::rebuild() {
    ScorePool& pool = d_->pool;
    pool.onlyLayer = onlySelectedLayer() ? d_->selected : -1;
    ScoreRange channels = rangeOf(pool, UnitKind::Channels);
    ScoreRange groups = rangeOf(pool, UnitKind::Groups);
    const bool z = pool.table() && standardises(*pool.table());
    if (z) {  // z-scores compete with one another, so both panels share their axis
        channels = groups = {std::min(channels.low, groups.low), std::max(channels.high, groups.high)};
    }
    d_->start = std::nextafter(static_cast<float>(std::min(channels.low, groups.low)), -HUGE_VALF);
    const QString metric = pool.table() ? QString::fromStdString(pool.table()->metric) : QString();
    const QString label = z ? tr("%1 as z-score in its layer; the last bar holds all above").arg(metric)
                            : tr("%1, as compared within a layer; the last bar holds all above").arg(metric);
    d_->channels->show(pool, channels, d_->line(UnitKind::Channels), z ? QString() : label);
    d_->groups->show(pool, groups, d_->line(UnitKind::Groups), label);
    contentChanged(!pool.table() || (pool.count(UnitKind::Channels) + pool.count(UnitKind::Groups) == 0 &&
                                     pool.onlyLayer < 0));
    setHoverText(isEmpty() ? QString() : thresholdText());
}

void DistributionView::applyTheme(const PlotTheme& theme) {
    canvas()->applyTheme(theme);
    d_->channels->applyTheme(theme, font());
    d_->groups->applyTheme(theme, font());
}

// "threshold 0.31 removes 1228 of 6144 MLP channels and 12 of 36 KV groups, 20.2 % of the weights"
QString DistributionView::thresholdText() const {
    const ScorePool& pool = d_->pool;
    if (!pool.thresholds) return d_->noThreshold;
    if (!pool.thresholds->decided(*pool.table())) {
        return tr("The plan compares %1 (%2), so its threshold is not among these scores.")
            .arg(QString::fromStdString(pool.thresholds->metric),
                 QString::fromStdString(pool.thresholds->structure));
    }
    const double channel = channelThreshold();
    const double group = groupThreshold();
    const auto removed = [&](UnitKind kind, double line) {
        return std::isnan(line) ? pool.removed(kind) : pool.removedAt(kind, line);
    };
    const int channels = removed(UnitKind::Channels, channel);
    const int groups = removed(UnitKind::Groups, group);
    const QString ofChannels = d_->channels->written(channel);
    const QString ofGroups = d_->groups->written(group);
    QString lines = std::isnan(channel) ? ofGroups : ofChannels;
    if (!std::isnan(channel) && !std::isnan(group) && channel != group)
        lines = tr("%1 (channels) and %2 (KV groups)").arg(ofChannels, ofGroups);
    const QString what = std::isnan(channel) && std::isnan(group) ? tr("One threshold a layer")
                                                                  : tr("Threshold %1").arg(lines);
    return tr("%1: removes %2 of %3 and %4 of %5, %6 of %7")
        .arg(what)
        .arg(channels)
        .arg(unitCount(UnitKind::Channels, pool.count(UnitKind::Channels)))
        .arg(groups)
        .arg(
            unitCount(UnitKind::Groups, pool.count(UnitKind::Groups)), percent(pool.share(groups, channels)),
            pool.groupParameters > 0 || pool.channelParameters > 0 ? tr("their weights") : tr("these units"));
}

void DistributionView::pointTo(const QPointF& position) {
    bool near = false;
    QString text = thresholdText();
    for (const ScorePanel* panel : {d_->channels.get(), d_->groups.get()}) {
        if (!panel->contains(position)) continue;
        near = draggable() && std::abs(panel->pixelOf(d_->line(panel->kind())) - position.x()) <= kLineReach;
        if (near) continue;
        text = panel->describeBin(panel->binAt(position.x()));
        if (const double share = panel->shareAt(position.x()); !std::isnan(share))
            text += tr("; a threshold here removes %1 %").arg(share, 0, 'f', 1);
    }
    setHoverText(text);
    canvas()->setCursor(near ? Qt::SizeHorCursor : Qt::ArrowCursor);
}

void DistributionView::pointAway() {
    setHoverText(thresholdText());
}

bool DistributionView::grabAt(const QPointF& position) {
    if (!draggable()) return false;
    for (const ScorePanel* panel : {d_->channels.get(), d_->groups.get()}) {
        const double line = d_->line(panel->kind());
        if (!panel->contains(position) || !(std::abs(panel->pixelOf(line) - position.x()) <= kLineReach))
            continue;
        d_->held = panel->kind();
        d_->dragging = true;
        return true;
    }
    return false;
}

void DistributionView::dragTo(const QPointF& position) {
    const ScorePanel& panel = d_->panel(d_->held);
    const double pixel = std::clamp<double>(position.x(), panel.rect()->left(), panel.rect()->right());
    moveLine(panel.scoreAt(pixel));
}

void DistributionView::dropAt(const QPointF& position) {
    dragTo(position);
    d_->dragging = false;
    releaseLine();
}

void DistributionView::moveLine(double value) {
    d_->dragged = value;
    rebuild();
    if (d_->held == UnitKind::Groups && !d_->shared()) {
        Q_EMIT groupThresholdDragged(value);
    } else {
        Q_EMIT thresholdDragged(value);
    }
}

void DistributionView::releaseLine() {
    Q_EMIT thresholdReleased(d_->dragged);
}

bool DistributionView::pressKey(int key) {
    if (!draggable()) return false;
    const auto step = [this](double direction) {
        const ScorePanel& panel = d_->panel(d_->held);
        const double from = panel.pixelOf(d_->line(d_->held));
        moveLine(panel.scoreAt(from + direction * kKeyStep * panel.rect()->width()));
        releaseLine();
    };
    const auto hold = [this](UnitKind kind) {
        if (!d_->shared()) d_->dragged = NAN;
        d_->held = kind;
        setHoverText(thresholdText());
    };
    switch (key) {
        case Qt::Key_Left:
            step(-1.0);
            return true;
        case Qt::Key_Right:
            step(1.0);
            return true;
        case Qt::Key_Up:
            hold(UnitKind::Channels);
            return true;
        case Qt::Key_Down:
            hold(UnitKind::Groups);
            return true;
        default:
            return false;
    }
}

QString DistributionView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("unit,from,to,kept,removed\n");
    for (const ScorePanel* panel : {d_->channels.get(), d_->groups.get()}) {
        const QString unit =
            panel->kind() == UnitKind::Channels ? QStringLiteral("channel") : QStringLiteral("kv_group");
        for (int bin = 0; bin < panel->kept().bins(); ++bin) {
            const auto index = static_cast<std::size_t>(bin);
            text += QStringLiteral("%1,%2,%3,%4,%5\n")
                        .arg(unit, csvNumber(panel->leftScore(bin)), csvNumber(panel->leftScore(bin + 1)))
                        .arg(panel->kept().counts[index])
                        .arg(panel->removed().counts[index]);
        }
    }
    return text;
}

QString DistributionView::textSummary() const {
    if (isEmpty()) return emptyText();
    QStringList lines{thresholdText()};
    for (const ScorePanel* panel : {d_->channels.get(), d_->groups.get()}) {
        for (int bin = 0; bin < panel->kept().bins(); ++bin) {
            const auto index = static_cast<std::size_t>(bin);
            if (panel->kept().counts[index] + panel->removed().counts[index] > 0)
                lines.append(panel->describeBin(bin));
        }
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
