// SPDX-License-Identifier: GPL-3.0-or-later
//
// A message that stays until it is closed or replaced, without stopping anybody: what failed, where, and what
// to do about it. It lies over the window and moves nothing.
#pragma once

#include <QFrame>
#include <functional>

class QLabel;
class QMainWindow;
class QPushButton;

namespace secateur {

class MessageBar final : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);  // hidden

    // Keeps to the lower right of the window it is a child of, over the log, which says the same.
    void lieOver(QMainWindow& window);

    enum class Kind { Information, Warning, Error };
    void showMessage(Kind kind, const QString& message, const QString& hint = {});
    // The same with a button that does something about it.
    void showMessage(Kind kind, const QString& message, const QString& hint, const QString& action,
                     std::function<void()> act);
    void clear();
    [[nodiscard]] QString message() const;

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void place();

    QLabel* icon_;
    QLabel* text_;
    QPushButton* action_;
    QMainWindow* window_ = nullptr;
    std::function<void()> act_;
};

}  // namespace secateur
