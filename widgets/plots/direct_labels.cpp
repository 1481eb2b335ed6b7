// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/direct_labels.h"

#include <algorithm>
#include <numeric>

#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/label_spread.h"

namespace secateur {

namespace {

constexpr int kLeader = 14;          // pixels between the plot and its names, for the lines between
constexpr int kAfter = 4;            // pixels behind a name
constexpr double kMostWidth = 0.38;  // of the canvas, that names may take
constexpr double kBack = 0.30;       // opacity of what is not emphasized

}  // namespace

DirectLabels::DirectLabels(PlotCanvas& canvas) : QObject(&canvas), canvas_(canvas) {
    connect(&canvas, &QCustomPlot::beforeReplot, this, &DirectLabels::reserveMargin);
    connect(&canvas, &QCustomPlot::afterLayout, this, &DirectLabels::place);
}

void DirectLabels::show(std::vector<DirectLabel> labels, const PlotTheme& theme, const QFont& font) {
    for (const Drawn& drawn : drawn_) {
        canvas_.removeItem(drawn.name);
        canvas_.removeItem(drawn.line);
    }
    drawn_.clear();
    labels_ = std::move(labels);
    font_ = font;
    emphasized_ = -1;
    for (DirectLabel& label : labels_) {
        // Text wants more contrast than a line.
        if (!theme.dark) label.colour = label.colour.darker(130);
        Drawn drawn{new QCPItemText(&canvas_), new QCPItemLine(&canvas_)};
        drawn.name->setFont(font);
        drawn.name->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        drawn.name->setPadding({});
        drawn.name->position->setType(QCPItemPosition::ptAbsolute);
        drawn.line->start->setType(QCPItemPosition::ptPlotCoords);
        drawn.line->start->setCoords(label.end);
        drawn.line->end->setType(QCPItemPosition::ptAbsolute);
        for (QCPAbstractItem* item :
             {static_cast<QCPAbstractItem*>(drawn.name), static_cast<QCPAbstractItem*>(drawn.line)}) {
            item->setClipToAxisRect(false);
            item->setSelectable(false);
        }
        drawn_.push_back(drawn);
    }
    colour();
    reserveMargin();
}

void DirectLabels::emphasize(int label) {
    emphasized_ = label;
    colour();
}

void DirectLabels::colour() {
    for (std::size_t i = 0; i < drawn_.size(); ++i) {
        const bool back = emphasized_ >= 0 && emphasized_ != static_cast<int>(i);
        const QColor shown = labels_[i].faint ? translucent(labels_[i].colour, CurveToggles::kFaint)
                             : back           ? translucent(labels_[i].colour, kBack)
                                              : labels_[i].colour;
        drawn_[i].name->setColor(shown);
        drawn_[i].line->setPen(QPen(translucent(shown, back ? kBack : 0.7), 0.8));
    }
}

// As wide as the longest name, within reason.
void DirectLabels::reserveMargin() {
    int widest = 0;
    const QFontMetrics metrics(font_);
    for (const DirectLabel& label : labels_) widest = std::max(widest, metrics.horizontalAdvance(label.text));
    QCPAxisRect* rect = canvas_.xAxis->axisRect();
    QMargins margins = rect->minimumMargins();
    const int most = static_cast<int>(kMostWidth * canvas_.width());
    margins.setRight(labels_.empty() ? 0 : std::min(most, kLeader + widest + kAfter));
    rect->setMinimumMargins(margins);
}

void DirectLabels::place() {
    if (labels_.empty()) return;
    const QRect rect = canvas_.xAxis->axisRect()->rect();
    const QFontMetrics metrics(font_);
    const double height = metrics.height();
    const double low = rect.top() - height / 2, high = rect.bottom() + height / 2;
    std::vector<std::size_t> shown(labels_.size());
    std::iota(shown.begin(), shown.end(), std::size_t{0});
    std::stable_sort(shown.begin(), shown.end(),
                     [&](std::size_t a, std::size_t b) { return labels_[a].rank < labels_[b].rank; });
    shown.resize(
        std::min(shown.size(), static_cast<std::size_t>(std::max(1, labelsThatFit(height, low, high)))));
    std::vector<double> wished;
    for (const std::size_t i : shown) wished.push_back(canvas_.yAxis->coordToPixel(labels_[i].end.y()));
    const std::vector<double> places = spreadLabels(wished, height, low, high);
    for (Drawn& drawn : drawn_) {
        drawn.place = {};
        drawn.name->setVisible(false);
        drawn.line->setVisible(false);
    }
    const int left = rect.right() + kLeader;
    const int room = std::max(0, canvas_.xAxis->axisRect()->outerRect().right() - kAfter - left);
    for (std::size_t n = 0; n < shown.size(); ++n) {
        Drawn& drawn = drawn_[shown[n]];
        drawn.name->setText(metrics.elidedText(labels_[shown[n]].text, Qt::ElideRight, room));
        drawn.name->position->setCoords(left, places[n]);
        drawn.line->end->setCoords(left - 2, places[n]);
        drawn.place =
            QRectF(left, places[n] - height / 2, metrics.horizontalAdvance(drawn.name->text()), height);
        drawn.name->setVisible(true);
        drawn.line->setVisible(!labels_[shown[n]].faint);
    }
}

int DirectLabels::at(const QPointF& pixel) const {
    for (std::size_t i = 0; i < drawn_.size(); ++i)
        if (drawn_[i].place.contains(pixel)) return static_cast<int>(i);
    return -1;
}

QString DirectLabels::textAt(const QPointF& pixel) const {
    const int label = at(pixel);
    return label < 0 ? QString() : labels_[static_cast<std::size_t>(label)].text;
}

std::vector<QRectF> DirectLabels::places() const {
    std::vector<QRectF> places;
    for (const Drawn& drawn : drawn_) places.push_back(drawn.place);
    return places;
}

}  // namespace secateur
