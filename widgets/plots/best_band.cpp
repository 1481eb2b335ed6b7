// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/best_band.h"

#include <algorithm>

namespace secateur {

namespace {

constexpr int kNameInset = 4;  // pixels between a name and the ends of its bar

}  // namespace

BestBand::BestBand(PlotCanvas& canvas)
    : QObject(&canvas),
      canvas_(canvas),
      rect_(new QCPAxisRect(&canvas)),
      margins_(new QCPMarginGroup(&canvas)),
      title_(new QCPItemText(&canvas)) {
    canvas.plotLayout()->insertRow(0);
    canvas.plotLayout()->addElement(0, 0, rect_);
    canvas.plotLayout()->setRowStretchFactor(0, 0.001);  // as high as it says itself
    canvas.plotLayout()->setRowSpacing(0);
    for (QCPAxisRect* rect : {rect_, canvas.xAxis->axisRect()})
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins_);
    for (QCPAxis* axis : rect_->axes()) {
        axis->setVisible(false);
        axis->grid()->setVisible(false);
    }
    title_->setText(tr("best"));
    title_->setClipToAxisRect(false);
    title_->setPositionAlignment(Qt::AlignRight | Qt::AlignVCenter);
    title_->position->setType(QCPItemPosition::ptAbsolute);
    connect(&canvas, &QCustomPlot::afterLayout, this, &BestBand::place);
}

void BestBand::show(std::vector<Run> runs, const PlotTheme& theme, const QFont& font) {
    for (QCPItemRect* bar : bars_) canvas_.removeItem(bar);
    for (QCPItemText* name : names_) canvas_.removeItem(name);
    bars_.clear();
    names_.clear();
    runs_ = std::move(runs);
    font_ = font;
    const int height = runs_.empty() ? 0 : QFontMetrics(font).height() + 4;
    rect_->setMinimumSize(10, height);
    rect_->setMaximumSize(QWIDGETSIZE_MAX, height);
    rect_->setMinimumMargins(QMargins(0, 0, 0, runs_.empty() ? 0 : 4));
    title_->setVisible(!runs_.empty());
    title_->setFont(font);
    title_->setColor(theme.muted);
    for (const Run& run : runs_) {
        auto* bar = new QCPItemRect(&canvas_);
        bar->setPen(QPen(run.colour, 1.0));
        bar->setBrush(translucent(run.colour, theme.dark ? 0.35 : 0.22));
        auto* name = new QCPItemText(&canvas_);
        name->setFont(font);
        name->setColor(theme.text);
        name->setPositionAlignment(Qt::AlignHCenter | Qt::AlignVCenter);
        name->position->setType(QCPItemPosition::ptAbsolute);
        for (QCPItemPosition* corner : {bar->topLeft, bar->bottomRight})
            corner->setType(QCPItemPosition::ptAbsolute);
        for (QCPAbstractItem* item :
             {static_cast<QCPAbstractItem*>(bar), static_cast<QCPAbstractItem*>(name)}) {
            item->setClipToAxisRect(false);
            item->setSelectable(false);
        }
        bars_.push_back(bar);
        names_.push_back(name);
    }
}

void BestBand::place() {
    const QRect band = rect_->rect();
    const QFontMetrics metrics(font_);
    title_->position->setCoords(band.left() - kNameInset, band.center().y() + 1);
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        const double left =
            std::max<double>(band.left(), canvas_.xAxis->coordToPixel(runs_[i].from - 0.5) + 1);
        const double right =
            std::min<double>(band.right(), canvas_.xAxis->coordToPixel(runs_[i].to + 0.5) - 1);
        bars_[i]->topLeft->setCoords(left, band.top());
        bars_[i]->bottomRight->setCoords(right, band.bottom());
        const int room = static_cast<int>(right - left) - 2 * kNameInset;
        const bool named = room > metrics.averageCharWidth() * 3;
        names_[i]->setText(named ? metrics.elidedText(runs_[i].name, Qt::ElideRight, room) : QString());
        names_[i]->position->setCoords((left + right) / 2, band.center().y() + 1);
    }
}

}  // namespace secateur
