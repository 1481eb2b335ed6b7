// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/score_difference_view.h"

#include <QComboBox>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {
namespace {

constexpr int kSide = 100;  // shades to each side of the neutral one
constexpr double kWithin = 0.98;
constexpr double kScales[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0};

QColor mixed(const QColor& from, const QColor& to, double share) {
    const auto part = [share](int a, int b) { return static_cast<int>(std::lround(a + share * (b - a))); };
    return {part(from.red(), to.red()), part(from.green(), to.green()), part(from.blue(), to.blue())};
}

QString shareText(double fraction) {
    return QString::fromStdString(formatPercent(fraction));
}

QString orderText(const UnitDifference& units) {
    return units.agreement
               ? ScoreDifferenceView::tr("Spearman %1").arg(QString::number(*units.agreement, 'f', 2))
               : ScoreDifferenceView::tr("no rank correlation");
}

}  // namespace

ScoreDifferenceView::ScoreDifferenceView(QWidget* parent)
    : PairMapView(tr("Units of what is scored"), parent), of_(new QComboBox(this)) {
    setTitle(tr("Which units does B score differently from A?"));
    setEmptyText(tr("Nothing to compare yet. Choose a measurement as A and one as B."));
    of_->addItems({tr("of ranks"), tr("of scores")});
    of_->setToolTip(tr(
        "Of ranks: by how much of its layer a unit stands higher in one order. Of scores: over their mean"));
    addOption(tr("Difference"), of_);
    connect(of_, &QComboBox::currentIndexChanged, this, &ScoreDifferenceView::rebuild);
    rebuild();
}

bool ScoreDifferenceView::ofRanks() const {
    return of_->currentIndex() == 0;
}

void ScoreDifferenceView::setDifference(std::shared_ptr<const ScoreDifference> difference) {
    if (difference == difference_) return;
    difference_ = std::move(difference);
    rebuild();
}

void ScoreDifferenceView::chooseScale() {
    std::vector<float> sizes;
    for (const LayerScoreDifference& layer : difference_->layers)
        for (const float value : drawn(layer)) sizes.push_back(std::abs(value));
    scale_ = kScales[0];
    if (sizes.empty()) return;
    const auto place = sizes.begin() + static_cast<std::ptrdiff_t>(kWithin * (std::size(sizes) - 1));
    std::ranges::nth_element(sizes, place);
    const auto* found =
        std::ranges::find_if(kScales, [&](double scale) { return scale >= 0.999 * (*place); });
    scale_ = found != std::end(kScales) ? *found : *std::prev(std::end(kScales));
}

std::vector<PairMapView::Line> ScoreDifferenceView::lines() {
    if (difference_ == nullptr) return {};
    chooseScale();
    std::vector<Line> lines;
    for (const LayerScoreDifference& layer : difference_->layers) {
        Line line{layer.layer, {}};
        for (const float value : drawn(layer)) {
            const double share = std::clamp(value / scale_, -1.0, 1.0);
            line.shades.push_back(static_cast<std::uint8_t>(std::lround(kSide + kSide * share)));
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<QColor> ScoreDifferenceView::shades(const PlotTheme& theme) const {
    std::vector<QColor> colours;
    for (int step = -kSide; step <= kSide; ++step)
        colours.push_back(
            mixed(neutral(theme), theme.series(step < 0 ? 0 : 1), std::abs(step) / double{kSide}));
    return colours;
}

std::vector<PairMapView::Key> ScoreDifferenceView::keys(const PlotTheme& theme) const {
    const QString most = shareText(scale_);
    const QString higher =
        ofRanks() ? tr("higher in %1, by %2 of the layer or more") : tr("more in %1, by %2 or more");
    return {{higher.arg(QStringLiteral("A"), most), theme.series(0)},
            {tr("the same"), neutral(theme)},
            {higher.arg(QStringLiteral("B"), most), theme.series(1)}};
}

QString ScoreDifferenceView::describeUnit(int row, int unit) const {
    if (difference_ == nullptr || row < 0 || row >= static_cast<int>(difference_->layers.size())) return {};
    const LayerScoreDifference& layer = difference_->layers[static_cast<std::size_t>(row)];
    const UnitDifference& shown = units(layer);
    if (unit < 0 || unit >= static_cast<int>(shown.ranks.size())) return {};
    const double rank = shown.ranks[static_cast<std::size_t>(unit)];
    const double value = shown.values[static_cast<std::size_t>(unit)];
    const auto places = static_cast<int>(shown.ranks.size()) - 1;
    const QString place = rank == 0.0 ? tr("at the same place")
                                      : tr("higher by %1 of %2 places in %3")
                                            .arg(QString::number(std::abs(rank) * places, 'f', 0))
                                            .arg(places)
                                            .arg(rank < 0.0 ? QStringLiteral("A") : QStringLiteral("B"));
    const QString score = QString::fromStdString(formatChange(value));
    return tr("layer %1, %2: %3; score of B against A %4 of their mean. In this layer: %5")
        .arg(layer.layer)
        .arg(groups() ? tr("KV group %1").arg(unit) : tr("channel %1").arg(unit), place, score,
             orderText(shown));
}

QString ScoreDifferenceView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("layer,%1,rank_difference,relative_difference\n")
                       .arg(groups() ? QStringLiteral("kv_group") : QStringLiteral("channel"));
    for (const LayerScoreDifference& layer : difference_->layers) {
        const UnitDifference& shown = units(layer);
        for (std::size_t i = 0; i < shown.ranks.size(); ++i)
            text += QStringLiteral("%1,%2,%3,%4\n")
                        .arg(layer.layer)
                        .arg(i)
                        .arg(static_cast<double>(shown.ranks[i]), 0, 'g', 6)
                        .arg(static_cast<double>(shown.values[i]), 0, 'g', 6);
    }
    return text;
}

QString ScoreDifferenceView::textSummary() const {
    if (difference_ == nullptr || difference_->layers.empty()) return emptyText();
    QStringList lines;
    for (const LayerScoreDifference& layer : difference_->layers)
        lines << tr("layer %1: %2").arg(layer.layer).arg(orderText(units(layer)));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
