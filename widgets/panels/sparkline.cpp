// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/sparkline.h"

#include <QPainter>
#include <QPainterPath>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"

namespace secateur {
namespace {

constexpr double kDot = 2.5;  // radius, pixels
constexpr int kWidth = 14;    // characters

bool drawn(double value) {
    return std::isfinite(value) && value > 0.0;
}

}  // namespace

Sparkline::Sparkline(const QString& name, QWidget* parent) : QWidget(parent) {
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
}

void Sparkline::setPoints(std::vector<Point> points, const std::optional<double>& level) {
    std::erase_if(points, [](const Point& point) { return !drawn(point.value); });
    points_ = std::move(points);
    level_ = level && drawn(*level) ? level : std::nullopt;
    QStringList lines;
    for (const Point& point : points_)
        lines << tr("%1: %2").arg(point.words, QString::fromStdString(formatPerplexity(point.value)));
    if (level_) lines << tr("dense: %1").arg(QString::fromStdString(formatPerplexity(*level_)));
    setToolTip(lines.join(QLatin1Char('\n')));
    setAccessibleDescription(lines.join(QStringLiteral("; ")));
    update();
}

QSize Sparkline::sizeHint() const {
    return {kWidth * fontMetrics().averageCharWidth(), fontMetrics().height()};
}

double Sparkline::heightOf(double value) const {
    double low = level_.value_or(points_.front().value), high = low;
    for (const Point& point : points_) {
        low = std::min(low, point.value);
        high = std::max(high, point.value);
    }
    const double room = height() - 2.0 * (kDot + 1.0);
    const double share = high > low ? std::log(value / low) / std::log(high / low) : 0.5;
    return kDot + 1.0 + (1.0 - share) * room;
}

void Sparkline::paintEvent(QPaintEvent*) {
    if (points_.empty()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (level_) {
        painter.setPen(QPen(palette().color(QPalette::PlaceholderText), 1.0, Qt::DashLine));
        const double y = heightOf(*level_);
        painter.drawLine(QPointF(0.0, y), QPointF(width(), y));
    }
    const double left = kDot, right = width() - kDot - 1.0;
    const double step = points_.size() > 1 ? (right - left) / static_cast<double>(points_.size() - 1) : 0.0;
    const auto place = [&](std::size_t i) {
        return QPointF(points_.size() > 1 ? left + step * static_cast<double>(i) : right,
                       heightOf(points_[i].value));
    };
    QPainterPath line(place(0));
    for (std::size_t i = 1; i < points_.size(); ++i) line.lineTo(place(i));
    painter.setPen(QPen(palette().color(QPalette::WindowText), 1.4));
    painter.drawPath(line);
    painter.setBrush(palette().color(QPalette::WindowText));
    painter.drawEllipse(place(points_.size() - 1), kDot, kDot);
}

}  // namespace secateur
