// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/value_columns.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <algorithm>

#include "widgets/panels/value_label.h"

namespace secateur {
namespace {

constexpr int kBetween = 10;  // pixels between two values

}  // namespace

ValueColumns::ValueColumns(int leastCharacters, QWidget* parent)
    : QWidget(parent), leastCharacters_(leastCharacters), grid_(new QGridLayout(this)) {
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setVerticalSpacing(1);
    grid_->setHorizontalSpacing(kBetween);
}

void ValueColumns::add(const QString& title, ValueLabel* value) {
    auto* label = new QLabel(title, this);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    value->setLeastCharacters(leastCharacters_);
    values_.emplace_back(label, value);
    columns_ = 0;
    arrange();
}

// Bold figures are wider than the average character.
int ValueColumns::columnWidth() const {
    int width = 0;
    for (const auto& [label, value] : values_) width = std::max(width, value->minimumSizeHint().width());
    return width;
}

QSize ValueColumns::minimumSizeHint() const {
    return {columnWidth(), QWidget::minimumSizeHint().height()};
}

void ValueColumns::arrange() {
    const int count = static_cast<int>(values_.size());
    int inOneRow = (count - 1) * kBetween;
    for (const auto& [label, value] : values_) inOneRow += value->minimumSizeHint().width();
    const int alike = (width() + kBetween) / std::max(1, columnWidth() + kBetween);
    const int fit = inOneRow <= width() ? count : std::clamp(alike, 1, count);
    if (fit == columns_) return;
    columns_ = fit;
    for (int i = 0; i < count; ++i) {
        const auto& [label, value] = values_[static_cast<std::size_t>(i)];
        grid_->addWidget(label, i / fit * 2, i % fit, Qt::AlignBottom);
        grid_->addWidget(value, i / fit * 2 + 1, i % fit);
        grid_->setColumnStretch(i, i < fit ? 1 : 0);
    }
}

void ValueColumns::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (!values_.empty()) arrange();
}

void ValueColumns::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange && !values_.empty()) arrange();
}

}  // namespace secateur
