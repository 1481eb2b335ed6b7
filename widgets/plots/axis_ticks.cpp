// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/axis_ticks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "widgets/plots/value_scale.h"

namespace secateur {

namespace {

constexpr double kLineSpacing = 1.1;  // heights of a line from one label to the next
constexpr int kDigits = 10;           // beyond which a number is rounding noise
constexpr int kMostDecimals = 5;
constexpr QLatin1Char kPower('e');     // of a number written with a power of ten
constexpr double kLargestPlain = 1e7;  // larger numbers are written with a power of ten
constexpr int kMostTries = 60;         // three steps a decade

QString exactText(double value) {
    return QString::number(value, 'g', kDigits);
}

int decimalsOf(double step) {
    double scaled = std::abs(step);
    for (int decimals = 0; decimals < kDigits; ++decimals, scaled *= 10.0) {
        if (scaled > 0.5 && std::abs(scaled - std::round(scaled)) < 1e-6 * scaled) return decimals;
    }
    return kDigits;
}

// 1, 2, 5, 10, ...
double wider(double step) {
    const double power = std::pow(10.0, std::floor(std::log10(step) + 1e-9));
    const double digit = step / power;
    return power * (digit < 1.99 ? 2.0 : digit < 4.99 ? 5.0 : 10.0);
}

// Whether two labels of an axis stand in each other's way.
class Room {
public:
    explicit Room(const QCPAxis& axis)
        : axis_(axis), upright_(axis.orientation() == Qt::Vertical), metrics_(axis.tickLabelFont()) {}

    [[nodiscard]] bool touch(double a, const QString& labelA, double b, const QString& labelB) const {
        if (labelA.isEmpty() || labelB.isEmpty()) return false;
        const double distance = std::abs(axis_.coordToPixel(a) - axis_.coordToPixel(b));
        return distance < (extent(labelA) + extent(labelB)) / 2.0;
    }

private:
    [[nodiscard]] double extent(const QString& label) const {
        return upright_ ? kLineSpacing * metrics_.height()
                        : metrics_.horizontalAdvance(label) + 1.5 * metrics_.averageCharWidth();
    }

    const QCPAxis& axis_;
    bool upright_;
    QFontMetricsF metrics_;
};

// Ticks at multiples of a step that is as large as the labels need.
class SpacedTicker : public QCPAxisTicker {
public:
    explicit SpacedTicker(const QCPAxis& axis) : axis_(axis) {}

protected:
    [[nodiscard]] virtual double firstStep(const QCPRange& range) {
        return QCPAxisTicker::getTickStep(range);
    }
    [[nodiscard]] virtual QString text(double tick, double step) const = 0;

    double getTickStep(const QCPRange& range) override {
        step_ = firstStep(range);
        for (int i = 0; i < kMostTries && !fits(range); ++i) step_ = wider(step_);
        return step_;
    }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return text(tick, step_); }

private:
    [[nodiscard]] bool fits(const QCPRange& range) {
        const Room room(axis_);
        QVector<double> ticks = createTickVector(step_, range);
        trimTicks(range, ticks, false);
        for (int i = 1; i < ticks.size(); ++i) {
            if (room.touch(ticks[i - 1], text(ticks[i - 1], step_), ticks[i], text(ticks[i], step_)))
                return false;
        }
        return true;
    }

    const QCPAxis& axis_;
    double step_ = 1.0;
};

class NumberTicker final : public SpacedTicker {
public:
    using SpacedTicker::SpacedTicker;

protected:
    [[nodiscard]] QString text(double tick, double step) const override { return tickText(tick, step); }
};

class CountTicker final : public SpacedTicker {
public:
    using SpacedTicker::SpacedTicker;

protected:
    // What is counted is whole, but seconds of a short run.
    [[nodiscard]] double firstStep(const QCPRange& range) override {
        const double step = SpacedTicker::firstStep(range);
        return step > 1.0 ? std::floor(step) : step;
    }
    [[nodiscard]] QString text(double tick, double /*step*/) const override { return countTickText(tick); }
    int getSubTickCount(double) override { return 0; }
};

class WholeNumberTicker final : public SpacedTicker {
public:
    WholeNumberTicker(const QCPAxis& axis, std::function<QString(int)> label)
        : SpacedTicker(axis), label_(std::move(label)) {}

protected:
    [[nodiscard]] double firstStep(const QCPRange& range) override {
        return std::max(1.0, std::round(SpacedTicker::firstStep(range)));
    }
    [[nodiscard]] QString text(double tick, double /*step*/) const override {
        return label_(static_cast<int>(std::lround(tick)));
    }
    int getSubTickCount(double) override { return 0; }

private:
    std::function<QString(int)> label_;
};

struct FixedTick {
    QString label{};
    bool first = false;  // gets its label before the others
};

class FixedTicker final : public QCPAxisTicker {
public:
    FixedTicker(const QCPAxis& axis, std::map<double, FixedTick> ticks)
        : axis_(axis), ticks_(std::move(ticks)) {}

protected:
    int getSubTickCount(double) override { return 0; }
    QVector<double> createTickVector(double, const QCPRange&) override {
        QVector<double> places;
        for (const auto& [place, tick] : ticks_) places << place;
        return places;
    }
    QVector<QString> createLabelVector(const QVector<double>& ticks, const QLocale&, QChar, int) override {
        const Room room(axis_);
        QVector<QString> labels(ticks.size());
        for (const bool first : {true, false}) {
            for (int i = 0; i < ticks.size(); ++i) {
                const FixedTick& tick = ticks_.at(ticks[i]);
                if (tick.first != first) continue;
                bool free = true;
                for (int other = 0; other < ticks.size() && free; ++other)
                    free = other == i || !room.touch(ticks[i], tick.label, ticks[other], labels[other]);
                if (free) labels[i] = tick.label;
            }
        }
        return labels;
    }

private:
    const QCPAxis& axis_;
    std::map<double, FixedTick> ticks_;
};

// Of evenly spaced ticks, which all have the same decimals; others are powers of ten and their parts, each
// with one digit.
std::optional<double> evenStep(const ValueScale& scale) {
    const std::vector<double> values = scale.ticks();
    if (values.size() < 2) return std::nullopt;
    const double step = values[1] - values[0];
    for (std::size_t i = 1; i < values.size(); ++i)
        if (std::abs(values[i] - values[i - 1] - step) >= 1e-6 * std::abs(step)) return std::nullopt;
    return step;
}

bool isPowerOfTen(double value) {
    const double power = std::log10(std::abs(value));
    return value == 0.0 || std::abs(power - std::round(power)) < 1e-9;
}

}  // namespace

QString tickText(double value, double step) {
    const int decimals = decimalsOf(step);
    if (std::abs(value) < 1e-9 * std::abs(step)) value = 0.0;
    if (decimals > kMostDecimals || std::abs(value) >= kLargestPlain) return exactText(value);
    return QString::number(value, 'f', decimals);
}

QString countTickText(double value) {
    static constexpr std::array<const char*, 6> kPrefixes{"", " k", " M", " G", " T", " P"};
    std::size_t prefix = 0;
    while (std::abs(value) >= 1000.0 && prefix + 1 < kPrefixes.size()) {
        value /= 1000.0;
        ++prefix;
    }
    return exactText(value) + QLatin1String(kPrefixes[prefix]);
}

Ticker numberTicker(const QCPAxis& axis, int count) {
    auto ticker = QSharedPointer<NumberTicker>::create(axis);
    ticker->setTickCount(count);
    return ticker;
}

Ticker countTicker(const QCPAxis& axis) {
    return QSharedPointer<CountTicker>::create(axis);
}

Ticker wholeNumberTicker(const QCPAxis& axis, int count, std::function<QString(int)> label) {
    if (!label) label = [](int number) { return QString::number(number); };
    auto ticker = QSharedPointer<WholeNumberTicker>::create(axis, std::move(label));
    ticker->setTickCount(count);
    return ticker;
}

bool writesPowers(const ValueScale& scale) {
    if (evenStep(scale)) return false;
    return std::ranges::any_of(scale.ticks(), [](double value) { return exactText(value).contains(kPower); });
}

Ticker scaleTicker(const QCPAxis& axis, const ValueScale& scale, const std::function<double(double)>& place) {
    const auto step = evenStep(scale);
    const bool powers = writesPowers(scale);
    const auto text = [&](double value) {
        if (step) return tickText(value, *step);
        return powers && value != 0.0 ? QString::number(value, 'e', 0) : exactText(value);
    };
    std::map<double, FixedTick> ticks;
    for (const double value : scale.ticks())
        ticks[place(value)] = {text(value), !step && isPowerOfTen(value)};
    return QSharedPointer<FixedTicker>::create(axis, std::move(ticks));
}

}  // namespace secateur
