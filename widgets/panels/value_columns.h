// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values below their titles, as many beside each other as the width holds whole. GUI thread only.
#pragma once

#include <QWidget>
#include <utility>
#include <vector>

class QGridLayout;
class QLabel;

namespace secateur {

class ValueLabel;

class ValueColumns final : public QWidget {
    Q_OBJECT
public:
    // `leastCharacters`: that every value has room for.
    explicit ValueColumns(int leastCharacters, QWidget* parent = nullptr);
    void add(const QString& title, ValueLabel* value);

    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] int columnWidth() const;
    void arrange();

    int leastCharacters_;
    int columns_ = 0;  // as they are arranged
    QGridLayout* grid_;
    std::vector<std::pair<QLabel*, ValueLabel*>> values_;
};

}  // namespace secateur
