// SPDX-License-Identifier: GPL-3.0-or-later
//
// A card that lies beside what it speaks of, and a frame around that. Neither stops anybody from using the
// window. GUI thread only.
#pragma once

#include <QFrame>
#include <QPointer>
#include <QString>

class QLabel;
class QPushButton;

namespace secateur {

// What a card says.
struct TourWords {
    QString place;  // "1 of 5"
    QString title;
    QString text;
    QString action;  // of the button that does what the text asks for; empty: none
    QString closed;  // title of the panel that is not to be seen; empty: it is
    bool done = false;
    bool first = false;
    bool last = false;
    bool mayGoOn = true;
};

class TourCard final : public QFrame {
    Q_OBJECT
public:
    // Both the card and its frame are children of the window.
    explicit TourCard(QWidget& window);
    ~TourCard() override;

    void say(const TourWords& words);
    // Beside the anchor where it is seen in the window, else in the lower left corner.
    void pointAt(const QWidget* anchor);
    void takeFocus();
    // True for this card and its frame, and what is in them.
    [[nodiscard]] bool owns(const QObject* object) const;
    [[nodiscard]] QRect marked() const;  // in the window; empty where nothing is

Q_SIGNALS:
    void nextWished();
    void backWished();
    void leaveWished();
    void actionWished();
    void panelWished();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    class Mark;
    QWidget& window_;
    QPointer<Mark> mark_;  // the window may delete it first
    QLabel* place_;
    QLabel* title_;
    QLabel* text_;
    QLabel* done_;
    QPushButton* action_;
    QPushButton* panel_;
    QPushButton* back_;
    QPushButton* next_;
    QPushButton* leave_;
};

}  // namespace secateur
