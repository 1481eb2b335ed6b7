// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/score_panel.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/distribution_view.h"
#include "widgets/plots/unit_map_text.h"
#include "widgets/plots/unit_text.h"
#include "widgets/plots/value_scale.h"

namespace secateur {

namespace {

constexpr int kBins = 80;
constexpr int kFewBins = 30;  // for few units
constexpr int kFewUnits = 400;

}  // namespace

ScorePanel::ScorePanel(PlotCanvas* canvas, UnitKind kind, QCPMarginGroup* margins)
    : kind_(kind), rect_(new QCPAxisRect(canvas)) {
    canvas->plotLayout()->addElement(canvas->plotLayout()->rowCount(), 0, rect_);
    rect_->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    QCPAxis* across = rect_->axis(QCPAxis::atBottom);
    QCPAxis* up = rect_->axis(QCPAxis::atLeft);
    across->grid()->setVisible(false);
    shade_ = new QCPItemRect(canvas);
    removedBars_ = new QCPBars(across, up);
    keptBars_ = new QCPBars(across, up);
    keptBars_->moveAbove(removedBars_);
    QCPAxis* share = rect_->axis(QCPAxis::atRight);
    share->setVisible(true);
    share->setTicks(true);
    share->setTickLabels(true);
    share->setRange(0.0, 105.0);
    share->setTicker(numberTicker(*share, 3));
    share->grid()->setVisible(false);
    shares_ = canvas->addGraph(across, share);
    line_ = new QCPItemStraightLine(canvas);
    keptText_ = new QCPItemText(canvas);
    removedText_ = new QCPItemText(canvas);
    keptText_->setText(DistributionView::tr("kept"));
    removedText_->setText(DistributionView::tr("removed"));
    unitsTitle_ = new QCPItemText(canvas);
    sharesTitle_ = new QCPItemText(canvas);
    unitsTitle_->setText(kind == UnitKind::Channels ? DistributionView::tr("MLP channels")
                                                    : DistributionView::tr("KV groups"));
    sharesTitle_->setText(DistributionView::tr("removed up to here, %"));
    for (const auto& [title, end] : {std::pair(unitsTitle_, 0.0), std::pair(sharesTitle_, 1.0)}) {
        title->position->setAxisRect(rect_);
        title->position->setTypeX(QCPItemPosition::ptViewportRatio);
        title->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        title->position->setCoords(end, 0.0);
        title->setPositionAlignment((end > 0.0 ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignBottom);
        title->setSelectable(false);
        title->setClipToAxisRect(false);
    }
    QObject::connect(canvas, &QCustomPlot::afterLayout, rect_, [this] { arrangeWords(); });
    keptText_->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    removedText_->setPositionAlignment(Qt::AlignRight | Qt::AlignBottom);
    const auto anchor = [&](QCPItemPosition* position) {
        position->setAxisRect(rect_);
        position->setAxes(across, up);
        position->setTypeX(QCPItemPosition::ptPlotCoords);
        position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    };
    for (QCPItemPosition* position :
         {shade_->topLeft, shade_->bottomRight, keptText_->position, removedText_->position})
        anchor(position);
    for (QCPItemPosition* position : {line_->point1, line_->point2}) position->setAxes(across, up);
    for (QCPAbstractItem* item :
         std::initializer_list<QCPAbstractItem*>{shade_, line_, keptText_, removedText_}) {
        item->setClipAxisRect(rect_);
        item->setSelectable(false);
    }
    for (QCPItemText* text : {keptText_, removedText_}) text->setClipToAxisRect(false);  // above the bars
    shade_->setLayer(QStringLiteral("background"));
    shade_->setPen(Qt::NoPen);
}

void ScorePanel::applyTheme(const PlotTheme& theme, const QFont& font) {
    const QColor colour = theme.series(kind_ == UnitKind::Channels ? 0 : 4);
    keptBars_->setPen(Qt::NoPen);
    keptBars_->setBrush(colour);
    removedBars_->setPen(Qt::NoPen);
    removedBars_->setBrush(theme.removed);
    shares_->setPen(QPen(theme.text, 1.5));
    shade_->setBrush(theme.removedFill);
    behind_ = translucent(theme.background, 0.75);
    line_->setPen(QPen(theme.selection, 2.0));
    for (QCPItemText* text : {keptText_, removedText_, unitsTitle_, sharesTitle_}) {
        text->setFont(font);
        text->setColor(text == unitsTitle_ || text == sharesTitle_ ? theme.muted : theme.text);
        text->setPadding(QMargins(6, 0, 6, 1));
    }
    rect_->setMinimumMargins(QMargins(0, QFontMetrics(font).height() + 3, 0, 0));
}

double ScorePanel::toPlace(double score) const {
    return log_ ? std::log10(std::max(score, 1e-30)) : score;
}
double ScorePanel::toScore(double place) const {
    return log_ ? std::pow(10.0, place) : place;
}
double ScorePanel::scoreAt(double pixel) const {
    return toScore(rect_->axis(QCPAxis::atBottom)->pixelToCoord(pixel));
}
double ScorePanel::pixelOf(double score) const {
    return rect_->axis(QCPAxis::atBottom)->coordToPixel(toPlace(score));
}

void ScorePanel::show(const ScorePool& pool, const ScoreRange& range, double line,
                      const QString& scoreLabel) {
    log_ = pool.table() && !standardises(*pool.table()) && range.low > 0.0;
    const int bins = pool.count(kind_) > kFewUnits ? kBins : kFewBins;
    kept_ = removed_ = Histogram(toPlace(range.low), toPlace(range.high), bins);
    Histogram competing = kept_;
    std::vector<double> ends;  // of all bins but the last, which has none
    for (int bin = 1; bin < bins; ++bin) ends.push_back(toScore(kept_.left(bin)));
    pool.eachLayer(kind_, [&](const SortedScores::Row& row, float own) {
        const bool competes = pool.takesPart(own);
        const std::size_t gone =
            pool.removedOf(row, competes && !std::isnan(line) ? static_cast<float>(line) : own);
        std::size_t first = 0;
        for (std::size_t bin = 0; bin <= ends.size(); ++bin) {
            const std::size_t end = bin < ends.size() ? row.below(ends[bin]) : row.scores.size();
            const std::size_t lost = std::clamp(gone, first, end) - first;
            removed_.counts[bin] += static_cast<int>(lost);
            kept_.counts[bin] += static_cast<int>(end - first - lost);
            if (competes) competing.counts[bin] += static_cast<int>(end - first);
            first = end;
        }
    });
    int highest = 1;
    keptBars_->data()->clear();
    removedBars_->data()->clear();
    for (QCPBars* bars : {keptBars_, removedBars_}) bars->setWidth(0.92 * kept_.width);
    for (int bin = 0; bin < kept_.bins(); ++bin) {
        const int keptCount = kept_.counts[static_cast<std::size_t>(bin)];
        const int removedCount = removed_.counts[static_cast<std::size_t>(bin)];
        keptBars_->addData(kept_.middle(bin), keptCount);
        removedBars_->addData(kept_.middle(bin), removedCount);
        highest = std::max(highest, keptCount + removedCount);
    }
    QCPAxis* across = rect_->axis(QCPAxis::atBottom);
    across->setRange(kept_.low, kept_.left(bins));
    across->setLabel(scoreLabel);
    powers_ = false;
    if (log_) {
        const ValueScale scale(ValueScale::Kind::Log, range.low, range.high);
        powers_ = writesPowers(scale);
        across->setTicker(scaleTicker(*across, scale, [this](double score) { return toPlace(score); }));
    } else {
        across->setTicker(numberTicker(*across));
    }
    rect_->axis(QCPAxis::atLeft)->setRange(0.0, 1.12 * highest);
    rect_->axis(QCPAxis::atLeft)->setTicker(wholeNumberTicker(*rect_->axis(QCPAxis::atLeft), 4));
    drawLine(line);
    drawShares(competing);
}

// The last bin holds all above, so that the curve ends before it.
void ScorePanel::drawShares(const Histogram& competing) {
    shares_->data()->clear();
    const int all = std::accumulate(competing.counts.begin(), competing.counts.end(), 0);
    if (all == 0) return;
    int below = 0;
    for (int bin = 0; bin < competing.bins(); ++bin) {
        shares_->addData(competing.left(bin), 100.0 * below / all);
        below += competing.counts[static_cast<std::size_t>(bin)];
    }
}

double ScorePanel::shareAt(double pixel) const {
    const double place = rect_->axis(QCPAxis::atBottom)->pixelToCoord(pixel);
    const auto& points = *shares_->data();
    const auto next = points.findBegin(place, false);
    if (points.isEmpty() || next == points.constEnd() || place < points.constBegin()->key) return NAN;
    if (next == points.constBegin()) return next->value;
    const auto before = next - 1;
    return before->value + (next->value - before->value) * (place - before->key) / (next->key - before->key);
}

void ScorePanel::drawLine(double line) {
    const bool there = !std::isnan(line);
    for (QCPAbstractItem* item :
         std::initializer_list<QCPAbstractItem*>{shade_, line_, keptText_, removedText_})
        item->setVisible(there);
    if (!there) return;
    const double place = toPlace(line);
    line_->point1->setCoords(place, 0.0);
    line_->point2->setCoords(place, 1.0);
    shade_->topLeft->setCoords(kept_.low, 0.0);
    shade_->bottomRight->setCoords(place, 1.0);
    keptText_->position->setCoords(place, 0.0);
    removedText_->position->setCoords(place, 0.0);
}

// The words beside the line stand above the bars; where titles leave no room for both, inside, with the line
// between them as far as the ends of the panel allow.
void ScorePanel::arrangeWords() {
    const auto width = [](const QCPItemText* text) {
        const QMargins padding = text->padding();
        return QFontMetrics(text->font()).horizontalAdvance(text->text()) + padding.left() + padding.right();
    };
    const int right = rect_->parentPlot()->viewport().width();
    const double titleEnd = width(unitsTitle_);
    const double titleBegin = right - width(sharesTitle_);
    sharesTitle_->setVisible(titleBegin >= titleEnd);
    if (!line_->visible()) return;
    const QCPAxis* across = rect_->axis(QCPAxis::atBottom);
    const double at =
        std::clamp<double>(across->coordToPixel(line_->point1->key()), rect_->left(), rect_->right());
    const double end = sharesTitle_->visible() ? titleBegin : right;
    const bool above = at - width(removedText_) >= titleEnd && at + width(keptText_) <= end;
    double removedEnd = at, keptBegin = at;
    if (!above) {
        removedEnd = std::max<double>(std::min<double>(at, rect_->right() - width(keptText_)),
                                      rect_->left() + width(removedText_));
        keptBegin = std::max<double>(std::min<double>(at, rect_->right() - width(keptText_)), removedEnd);
    }
    const auto edge = above ? Qt::AlignBottom : Qt::AlignTop;
    removedText_->setPositionAlignment(Qt::AlignRight | edge);
    keptText_->setPositionAlignment(Qt::AlignLeft | edge);
    removedText_->position->setCoords(across->pixelToCoord(removedEnd), 0.0);
    keptText_->position->setCoords(across->pixelToCoord(keptBegin), 0.0);
    keptText_->setVisible(keptBegin + width(keptText_) <= right);
    for (QCPItemText* text : {keptText_, removedText_})
        text->setBrush(above ? QBrush(Qt::NoBrush) : QBrush(behind_));
}

int ScorePanel::binAt(double pixel) const {
    return kept_.binOf(rect_->axis(QCPAxis::atBottom)->pixelToCoord(pixel));
}

QString ScorePanel::written(double score) const {
    constexpr int kDecimals = 3;  // as many digits as scoreText() has
    return powers_ ? QString::number(score, 'e', kDecimals) : scoreText(score);
}

QString ScorePanel::describeBin(int bin) const {
    const int kept = kept_.counts[static_cast<std::size_t>(bin)];
    const int removed = removed_.counts[static_cast<std::size_t>(bin)];
    const QString from = written(toScore(kept_.left(bin)));
    const QString to = written(toScore(kept_.left(bin + 1)));
    const QString range = bin + 1 == kept_.bins()
                              ? DistributionView::tr("scores from %1 up").arg(from)
                              : DistributionView::tr("scores from %1 to %2").arg(from, to);
    return DistributionView::tr("%1: %2, %3 removed")
        .arg(range, unitCount(kind_, kept + removed))
        .arg(removed);
}

}  // namespace secateur
