// SPDX-License-Identifier: GPL-3.0-or-later
//
// A message that stays until it is closed or replaced, without stopping anybody: what failed, where, and what
// to do about it.
#pragma once

#include <QFrame>
#include <functional>

class QLabel;
class QPushButton;

namespace secateur {

class MessageBar final : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);  // hidden

    enum class Kind { Information, Warning, Error };
    void showMessage(Kind kind, const QString& message, const QString& hint = {});
    // The same with a button that does something about it.
    void showMessage(Kind kind, const QString& message, const QString& hint, const QString& action,
                     std::function<void()> act);
    void clear();
    [[nodiscard]] QString message() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void shown(bool visible);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QLabel* icon_;
    QLabel* text_;
    QPushButton* action_;
    int across_ = 0;  // its width since it was laid out; 0: not yet
    std::function<void()> act_;
};

}  // namespace secateur
