// SPDX-License-Identifier: GPL-3.0-or-later
//
// A titled part of a panel that folds away, for what is not needed every time.
#pragma once

#include <QWidget>

class QToolButton;

namespace secateur {

class FoldableBox final : public QWidget {
    Q_OBJECT
public:
    FoldableBox(const QString& title, QWidget* content,
                QWidget* parent = nullptr);  // takes `content`; begins folded
    void setOpen(bool open);
    [[nodiscard]] bool isOpen() const;
    [[nodiscard]] QWidget* button() const;  // opens and folds it

Q_SIGNALS:
    void opened(bool open);

private:
    QToolButton* button_;
    QWidget* content_;
};

}  // namespace secateur
