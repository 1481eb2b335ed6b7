// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where do the parameters sit? One bar cut into parts, with a legend that says every part in text. GUI thread
// only.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace secateur {

class StackedBar final : public QWidget {
    Q_OBJECT
public:
    struct Part {
        QString label;
        double value = 0.0;
        QString valueText;  // "2.95 M"
    };

    explicit StackedBar(QWidget* parent = nullptr);
    void setParts(std::vector<Part> parts);
    // All parts in words: "attention 1.77 M (34.2 %), MLP ...".
    [[nodiscard]] QString textSummary() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] double total() const;
    [[nodiscard]] QString legend(const Part& part) const;
    [[nodiscard]] int legendColumns(int width) const;
    [[nodiscard]] int barHeight() const;

    std::vector<Part> parts_;
};

}  // namespace secateur
