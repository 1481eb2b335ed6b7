// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/budget.h"

#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"

namespace secateur {
namespace {

constexpr double kMostAmount = 9e18;

// "k", "M", "G", "T" and "B" for billions; the power of 1000.
int powerOf(const QString& unit) {
    const QString letter = unit.left(1).toLower();
    if (letter.isEmpty()) return 0;
    if (letter == QLatin1String("b")) return 3;
    return static_cast<int>(QStringLiteral("kmgt").indexOf(letter)) + 1;
}

std::optional<Budget> amountOf(double value, const QString& unit) {
    const bool bytes = unit.size() > 1;  // "GB", "GiB"; parameters have one letter, or none
    const bool binary = unit.size() == 3;
    value *= std::pow(binary ? 1024.0 : 1000.0, powerOf(unit));
    if (value < 1.0 || value > kMostAmount) return std::nullopt;
    return Budget{bytes ? Budget::Kind::Bytes : Budget::Kind::Parameters, 0.0,
                  static_cast<std::int64_t>(std::llround(value))};
}

// What files have beside the values, which targets of a width do not count.
std::int64_t headers(const Accounting& sums) {
    return sums.files ? sums.files->bytesAfter - sums.files->tensorsAfter : 0;
}

}  // namespace

std::optional<Budget> parseBudget(const QString& text) {
    static const QRegularExpression form(
        QStringLiteral(
            R"(^\s*([0-9][0-9,_ ]*(?:\.[0-9]+)?|\.[0-9]+)\s*(%|[kmgt]i?b|[kmgtb])?(?:\s*param(?:eter)?s)?\s*$)"),
        QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(text);
    if (!match.hasMatch()) return std::nullopt;
    QString digits = match.captured(1);
    digits.remove(QRegularExpression(QStringLiteral("[,_ ]")));
    bool ok = false;
    const double value = digits.toDouble(&ok);
    if (!ok) return std::nullopt;
    if (match.captured(2) != QLatin1String("%")) return amountOf(value, match.captured(2));
    if (value >= 100.0) return std::nullopt;
    return Budget{Budget::Kind::Share, value / 100.0, 0};
}

QString budgetText(const Budget& budget) {
    switch (budget.kind) {
        case Budget::Kind::Share:
            return QString::fromStdString(formatPercent(budget.share));
        case Budget::Kind::Parameters: {
            QString text = QString::fromStdString(formatCount(budget.amount));
            return text.replace(QLatin1Char('G'), QLatin1Char('B'));
        }
        case Budget::Kind::Bytes:
            return QString::fromStdString(formatBytes(budget.amount));
    }
    return {};
}

PlanWishes withBudget(PlanWishes wishes, const Budget& budget, const Accounting& present) {
    const WidthRequest* wished = widthWish(wishes);
    WidthRequest width = wished != nullptr ? *wished : WidthRequest{};
    width.ratio = 0.0;
    width.targetParameters.reset();
    width.targetBytes.reset();
    if (budget.kind == Budget::Kind::Bytes)
        width.targetBytes = std::max<std::int64_t>(budget.amount - headers(present), 1);
    else if (budget.kind == Budget::Kind::Parameters)
        width.targetParameters = budget.amount;
    else if (budget.share > 0.0)
        width.targetParameters =
            std::llround((1.0 - budget.share) * static_cast<double>(present.parametersBefore));
    if (wished != nullptr) return withWidth(std::move(wishes), width);
    const auto shapes = [](const Wish& wish) { return std::holds_alternative<ChopRequest>(wish.wished); };
    const auto rest = std::ranges::find_if_not(wishes.steps, shapes);
    wishes.steps.insert(rest, Wish{width});
    return wishes;
}

std::optional<Budget> budgetOf(const PlanWishes& wishes) {
    const WidthRequest* width = widthWish(wishes);
    if (width == nullptr) return std::nullopt;
    if (width->targetParameters) return Budget{Budget::Kind::Parameters, 0.0, *width->targetParameters};
    if (width->targetBytes) return Budget{Budget::Kind::Bytes, 0.0, *width->targetBytes};
    return std::nullopt;
}

bool isMet(const Budget& budget, const Accounting& sums) {
    switch (budget.kind) {
        case Budget::Kind::Share:
            return budget.share == 0.0;
        case Budget::Kind::Parameters:
            return sums.parametersBefore <= budget.amount;
        case Budget::Kind::Bytes:
            return writtenBefore(sums) <= budget.amount;
    }
    return false;
}

}  // namespace secateur
