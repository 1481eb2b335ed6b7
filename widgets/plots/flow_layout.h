// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lays widgets out like words: left to right, on a new line where the width ends, so that option bars fit
// narrow docks.
#pragma once

#include <QLayout>
#include <QList>

namespace secateur {

class FlowLayout final : public QLayout {
public:
    using QLayout::QLayout;
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override { items_.append(item); }
    [[nodiscard]] int count() const override { return static_cast<int>(items_.size()); }
    [[nodiscard]] QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override;
    [[nodiscard]] Qt::Orientations expandingDirections() const override { return {}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override { return place(QRect(0, 0, width, 0), false); }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

private:
    // Height that the items take in a rectangle of that width; moves them there when `apply`.
    int place(const QRect& rect, bool apply) const;

    QList<QLayoutItem*> items_;
};

}  // namespace secateur
