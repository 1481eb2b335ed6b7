// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/difference_map_view.h"

#include <array>

#include "core/base/units.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {
namespace {

constexpr int kFates = 4;

QString fateText(PairFate fate) {
    switch (fate) {
        case PairFate::KeptByBoth:
            return DifferenceMapView::tr("kept by both");
        case PairFate::RemovedByA:
            return DifferenceMapView::tr("removed by A alone");
        case PairFate::RemovedByB:
            return DifferenceMapView::tr("removed by B alone");
        case PairFate::RemovedByBoth:
            return DifferenceMapView::tr("removed by both");
    }
    return {};
}

QColor fateColour(PairFate fate, const PlotTheme& theme, const QColor& neutral) {
    switch (fate) {
        case PairFate::KeptByBoth:
            return neutral;
        case PairFate::RemovedByA:
            return theme.series(0);
        case PairFate::RemovedByB:
            return theme.series(1);
        case PairFate::RemovedByBoth:
            return theme.dark ? QColor(190, 190, 190) : QColor(60, 60, 60);
    }
    return {};
}

int valueOf(const FateCount& count, PairFate fate) {
    const int counts[] = {count.keptByBoth, count.removedByA, count.removedByB, count.removedByBoth};
    return counts[static_cast<std::size_t>(fate)];
}

QString countsText(const FateCount& count) {
    QStringList parts;
    for (int fate = 0; fate < kFates; ++fate) {
        const auto one = static_cast<PairFate>(fate);
        parts << QStringLiteral("%1 %2").arg(valueOf(count, one)).arg(fateText(one));
    }
    if (const auto overlap = count.overlap())
        parts << DifferenceMapView::tr("overlap of what is removed %1")
                     .arg(QString::fromStdString(formatPercent(*overlap)));
    return parts.join(QStringLiteral(", "));
}

}  // namespace

FateCount countFates(const std::vector<PairFate>& fates) {
    std::array<int, kFates> counts{};
    for (const PairFate fate : fates) ++counts[static_cast<std::size_t>(fate)];
    return {counts[0], counts[1], counts[2], counts[3]};
}

DifferenceMapView::DifferenceMapView(QWidget* parent) : PairMapView(tr("Units of what is removed"), parent) {
    setTitle(tr("What does only one of the plans remove?"));
    setEmptyText(tr("Nothing to compare yet. Open a model, and pin a plan as A and one as B."));
    rebuild();
}

void DifferenceMapView::setRows(std::vector<Row> rows) {
    rows_ = std::move(rows);
    rebuild();
}

std::vector<PairMapView::Line> DifferenceMapView::lines() {
    std::vector<Line> lines;
    counts_.clear();
    for (const Row& row : rows_) {
        Line line{row.layer, {}};
        for (const PairFate fate : fates(row)) line.shades.push_back(static_cast<std::uint8_t>(fate));
        lines.push_back(std::move(line));
        counts_.push_back(countFates(fates(row)));
    }
    return lines;
}

std::vector<QColor> DifferenceMapView::shades(const PlotTheme& theme) const {
    std::vector<QColor> colours;
    for (int fate = 0; fate < kFates; ++fate)
        colours.push_back(fateColour(static_cast<PairFate>(fate), theme, neutral(theme)));
    return colours;
}

std::vector<PairMapView::Key> DifferenceMapView::keys(const PlotTheme& theme) const {
    FateCount all;
    for (const FateCount& one : counts_) all.add(one);
    std::vector<Key> keys;
    for (int fate = 0; fate < kFates; ++fate) {
        const auto one = static_cast<PairFate>(fate);
        keys.push_back({QStringLiteral("%1: %2").arg(fateText(one)).arg(valueOf(all, one)),
                        fateColour(one, theme, neutral(theme))});
    }
    return keys;
}

QString DifferenceMapView::describeUnit(int row, int unit) const {
    if (row < 0 || row >= static_cast<int>(rows_.size())) return {};
    const Row& shown = rows_[static_cast<std::size_t>(row)];
    if (unit < 0 || unit >= static_cast<int>(fates(shown).size())) return {};
    const QString name = groups() ? tr("KV group %1").arg(unit) : tr("channel %1").arg(unit);
    return tr("layer %1, %2: %3. In this layer: %4")
        .arg(shown.layer)
        .arg(name, fateText(fates(shown)[static_cast<std::size_t>(unit)]),
             countsText(counts_[static_cast<std::size_t>(row)]));
}

QString DifferenceMapView::csv() const {
    if (isEmpty()) return {};
    QString text = QStringLiteral("layer,units,kept_by_both,removed_by_a,removed_by_b,removed_by_both\n");
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        const FateCount& count = counts_[r];
        text += QStringLiteral("%1,%2,%3,%4,%5,%6\n")
                    .arg(rows_[r].layer)
                    .arg(count.units())
                    .arg(count.keptByBoth)
                    .arg(count.removedByA)
                    .arg(count.removedByB)
                    .arg(count.removedByBoth);
    }
    return text;
}

QString DifferenceMapView::textSummary() const {
    QStringList lines;
    for (std::size_t r = 0; r < counts_.size(); ++r)
        lines << tr("layer %1: %2").arg(rows_[r].layer).arg(countsText(counts_[r]));
    return lines.isEmpty() ? emptyText() : lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
