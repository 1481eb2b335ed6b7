// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/hatch_legend.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <span>

namespace secateur {

namespace {

QString legendTr(const char* text) {
    return QCoreApplication::translate("HatchLegend", text);
}

struct Sample {
    float share;
    const char* text;
};
constexpr std::array kSamples{Sample{1.0F, QT_TRANSLATE_NOOP("HatchLegend", "all")},
                              Sample{0.5F, QT_TRANSLATE_NOOP("HatchLegend", "half")}};
constexpr int kGap = 4;

}  // namespace

HatchLegend::HatchLegend(PlotCanvas* canvas) : QCPLayoutElement(canvas), font_(canvas->font()) {
    setMinimumMargins(QMargins(0, 0, 0, 0));
    setSizeConstraintRect(scrOuterRect);
}

void HatchLegend::show(const UnitMapPicture& picture) {
    picture_ = picture;
}

void HatchLegend::applyTheme(const PlotTheme& theme, const QFont& font) {
    text_ = theme.text;
    font_ = font;
}

int HatchLegend::samples() const {
    constexpr int kLinesForOne = 11;
    constexpr int kLinesForAll = 16;
    const int lines = mParentPlot->viewport().height() / lineHeight();
    return lines < kLinesForOne ? 0 : lines < kLinesForAll ? 1 : static_cast<int>(kSamples.size());
}

QSize HatchLegend::minimumOuterSizeHint() const {
    if (samples() == 0) return {0, 0};
    const QFontMetrics metrics(font_);
    int width = metrics.horizontalAdvance(legendTr("removed:"));
    for (const Sample& sample : kSamples)
        width = std::max(width, 2 * lineHeight() + kGap + metrics.horizontalAdvance(legendTr(sample.text)));
    return {width, (samples() + 1) * (lineHeight() + 2)};
}

QSize HatchLegend::maximumOuterSizeHint() const {
    return {QWIDGETSIZE_MAX, minimumOuterSizeHint().height()};
}

void HatchLegend::draw(QCPPainter* painter) {
    if (samples() == 0) return;
    painter->setFont(font_);
    painter->setPen(text_);
    const int step = lineHeight() + 2;
    QRect line(rect().left(), rect().top(), rect().width(), step);
    painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter, legendTr("removed:"));
    const double scale = painter->device()->devicePixelRatioF();
    for (const Sample& sample : std::span(kSamples).first(static_cast<std::size_t>(samples()))) {
        line.translate(0, step);
        const QRect swatch(line.left(), line.top() + 1, 2 * lineHeight(), lineHeight());
        const ScorePyramid values(std::vector<float>{0.5F}, {1}, Reduction::Mean);
        const ScorePyramid removed(std::vector<float>{sample.share}, {1}, Reduction::Mean);
        UnitMapPicture picture = picture_;
        picture.values = &values;
        picture.removed = &removed;
        picture.scale = ValueScale(ValueScale::Kind::Linear, 0.0, 1.0);
        QImage image((QSizeF(swatch.size()) * scale).toSize(), QImage::Format_RGB32);
        paintUnitMap(picture, image, QRectF(0.0, 0.0, 1.0, 0.999), qRound(scale));
        painter->drawImage(QRectF(swatch), image);
        painter->drawText(line.adjusted(swatch.width() + kGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                          legendTr(sample.text));
    }
}

}  // namespace secateur
