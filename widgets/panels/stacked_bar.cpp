// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/stacked_bar.h"

#include <QPainter>
#include <algorithm>

#include "core/base/units.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {

StackedBar::StackedBar(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Parameters by part"));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void StackedBar::setParts(std::vector<Part> parts) {
    parts_ = std::move(parts);
    setAccessibleDescription(textSummary());
    setToolTip(textSummary());
    updateGeometry();
    update();
}

double StackedBar::total() const {
    double sum = 0.0;
    for (const Part& part : parts_) sum += part.value;
    return sum;
}

QString StackedBar::legend(const Part& part) const {
    const double sum = total();
    const QString share = QString::fromStdString(formatPercent(sum > 0.0 ? part.value / sum : 0.0));
    return tr("%1 %2 (%3)").arg(part.label, part.valueText, share);
}

QString StackedBar::textSummary() const {
    QStringList all;
    for (const Part& part : parts_) all << legend(part);
    return all.join(QStringLiteral(", "));
}

int StackedBar::barHeight() const {
    return fontMetrics().height();
}

int StackedBar::legendColumns(int width) const {
    int widest = 1;
    for (const Part& part : parts_) widest = std::max(widest, fontMetrics().horizontalAdvance(legend(part)));
    return std::max(1, width / (widest + 2 * fontMetrics().height()));
}

int StackedBar::heightForWidth(int width) const {
    const int columns = legendColumns(width);
    const int lines = (static_cast<int>(parts_.size()) + columns - 1) / columns;
    return barHeight() + fontMetrics().height() / 2 + lines * (fontMetrics().height() + 3);
}

QSize StackedBar::sizeHint() const {
    const int width = 24 * fontMetrics().averageCharWidth();
    return {width, heightForWidth(width)};
}

QSize StackedBar::minimumSizeHint() const {
    return {16 * fontMetrics().averageCharWidth(), barHeight()};
}

void StackedBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PlotTheme theme = PlotTheme::of(palette());
    const double sum = total();
    if (sum <= 0.0) return;
    const int line = fontMetrics().height() + 3;
    const int columns = legendColumns(width());
    const int columnWidth = width() / columns;
    double left = 0.0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const double share = parts_[i].value / sum * width();
        painter.fillRect(QRectF(left, 0, std::max(share - 1.0, 1.0), barHeight()),
                         theme.series(static_cast<int>(i)));
        left += share;
        const int x = static_cast<int>(i) % columns * columnWidth;
        const int y = barHeight() + fontMetrics().height() / 2 + static_cast<int>(i) / columns * line;
        const int box = fontMetrics().height() / 2;
        painter.fillRect(QRectF(x, y + box / 2.0, box, box), theme.series(static_cast<int>(i)));
        painter.setPen(palette().color(QPalette::WindowText));
        const QRect textArea(x + 2 * box, y, columnWidth - 2 * box, line);
        painter.drawText(textArea, Qt::AlignLeft | Qt::AlignTop,
                         fontMetrics().elidedText(legend(parts_[i]), Qt::ElideRight, textArea.width()));
    }
}

}  // namespace secateur
