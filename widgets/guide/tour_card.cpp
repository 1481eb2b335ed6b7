// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/tour_card.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <algorithm>
#include <array>

namespace secateur {
namespace {

constexpr int kCharacters = 46;
constexpr int kMarkWidth = 3;

// What the widgets around it show of a widget, in the window; panels scroll.
QRect seenPart(const QWidget& widget, const QWidget& window) {
    QRect part = widget.rect();
    for (const QWidget* at = &widget; at != &window && at->parentWidget() != nullptr;
         at = at->parentWidget()) {
        part.translate(at->pos());
        part &= at->parentWidget()->rect();
    }
    return part;
}

}  // namespace

// A frame that the mouse passes through.
class TourCard::Mark final : public QWidget {
public:
    explicit Mark(QWidget& window) : QWidget(&window) {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setAttribute(Qt::WA_NoSystemBackground);
        setFocusPolicy(Qt::NoFocus);
        hide();
    }

protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(palette().color(QPalette::Highlight), kMarkWidth));
        const double half = kMarkWidth / 2.0;
        painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), 4.0, 4.0);
    }
};

TourCard::TourCard(QWidget& window)
    : QFrame(&window),
      window_(window),
      mark_(new Mark(window)),
      place_(new QLabel(this)),
      title_(new QLabel(this)),
      text_(new QLabel(this)),
      done_(new QLabel(tr("\u2713 Done"), this)),
      action_(new QPushButton(this)),
      panel_(new QPushButton(this)),
      back_(new QPushButton(tr("&Back"), this)),
      next_(new QPushButton(this)),
      leave_(new QPushButton(tr("&Leave tour"), this)) {
    setObjectName(QStringLiteral("tourCard"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    QFont bold = font();
    bold.setBold(true);
    title_->setFont(bold);
    done_->setFont(bold);
    done_->setObjectName(QStringLiteral("tourDone"));
    place_->setForegroundRole(QPalette::PlaceholderText);
    text_->setObjectName(QStringLiteral("tourText"));
    for (QLabel* label : {title_, text_}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    back_->setAccessibleName(tr("Tour: back"));
    leave_->setAccessibleName(tr("Tour: leave"));
    auto* head = new QHBoxLayout;
    head->addWidget(title_, 1);
    head->addWidget(place_, 0, Qt::AlignTop);
    auto* asks = new QHBoxLayout;
    asks->addWidget(action_);
    asks->addWidget(panel_);
    asks->addWidget(done_);
    asks->addStretch(1);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(leave_);
    buttons->addStretch(1);
    buttons->addWidget(back_);
    buttons->addWidget(next_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(text_);
    column->addLayout(asks);
    column->addLayout(buttons);
    setTabOrder(action_, panel_);
    setTabOrder(panel_, next_);
    setTabOrder(next_, back_);
    setTabOrder(back_, leave_);
    connect(next_, &QPushButton::clicked, this, &TourCard::nextWished);
    connect(back_, &QPushButton::clicked, this, &TourCard::backWished);
    connect(leave_, &QPushButton::clicked, this, &TourCard::leaveWished);
    connect(action_, &QPushButton::clicked, this, &TourCard::actionWished);
    connect(panel_, &QPushButton::clicked, this, &TourCard::panelWished);
}

TourCard::~TourCard() {
    delete mark_;
}

void TourCard::say(const TourWords& words) {
    place_->setText(words.place);
    title_->setText(words.title);
    text_->setText(words.text);
    done_->setVisible(words.done);
    action_->setText(words.action);
    action_->setAccessibleName(tr("Tour: %1").arg(words.action));
    action_->setVisible(!words.action.isEmpty());
    action_->setDefault(!words.action.isEmpty());
    next_->setDefault(words.action.isEmpty());
    panel_->setText(tr("Show %1").arg(words.closed));
    panel_->setAccessibleName(tr("Tour: show %1").arg(words.closed));
    panel_->setVisible(!words.closed.isEmpty());
    back_->setEnabled(!words.first);
    next_->setEnabled(words.mayGoOn);
    next_->setText(words.last ? tr("Fi&nish") : words.done ? tr("&Next") : tr("S&kip"));
    next_->setAccessibleName(words.last   ? tr("Tour: finish")
                             : words.done ? tr("Tour: next")
                                          : tr("Tour: skip"));
    setAccessibleName(tr("Guided tour, %1: %2").arg(words.place, words.title));
    if (accessibleDescription() == words.text) return;
    setAccessibleDescription(words.text);
    QAccessibleEvent said(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&said);
}

void TourCard::pointAt(const QWidget* anchor) {
    const int margin = fontMetrics().height() / 2;
    const QRect room = window_.rect().adjusted(margin, margin, -margin, -margin);
    const int wide = std::min(room.width(), kCharacters * fontMetrics().averageCharWidth() + 24);
    const int high = std::max(layout()->totalHeightForWidth(wide), layout()->totalMinimumSize().height());
    const bool seen = anchor != nullptr && anchor->window() == &window_ && anchor->isVisible() &&
                      !seenPart(*anchor, window_).isEmpty();
    QRect card(room.left(), room.bottom() - high + 1, wide, high);
    if (seen) {
        const QRect target = seenPart(*anchor, window_);
        const QRect frame =
            target.adjusted(-kMarkWidth, -kMarkWidth, kMarkWidth, kMarkWidth) & window_.rect();
        mark_->setGeometry(frame);
        const int top = std::clamp(target.top(), room.top(), std::max(room.top(), room.bottom() - high));
        const int left = std::clamp(target.left(), room.left(), std::max(room.left(), room.right() - wide));
        const std::array<QRect, 4> places{QRect(frame.right() + margin, top, wide, high),
                                          QRect(frame.left() - margin - wide, top, wide, high),
                                          QRect(left, frame.bottom() + margin, wide, high),
                                          QRect(left, frame.top() - margin - high, wide, high)};
        const auto fits = std::find_if(places.begin(), places.end(),
                                       [&](const QRect& place) { return room.contains(place); });
        // Where there is no room beside it: over its lower right corner.
        card = fits != places.end()
                   ? *fits
                   : QRect(std::max(room.left(), std::min(target.right(), room.right()) - wide),
                           std::max(room.top(), std::min(target.bottom(), room.bottom()) - high), wide, high);
    }
    mark_->setVisible(seen);
    mark_->raise();
    setGeometry(card);
    show();
    raise();
}

void TourCard::takeFocus() {
    QPushButton* first = !action_->isHidden() ? action_ : next_->isEnabled() ? next_ : leave_;
    first->setFocus(Qt::OtherFocusReason);
}

bool TourCard::owns(const QObject* object) const {
    for (const QObject* one = object; one != nullptr; one = one->parent())
        if (one == this || one == mark_) return true;
    return false;
}

QRect TourCard::marked() const {
    return mark_ != nullptr && mark_->isVisible() ? mark_->geometry() : QRect();
}

void TourCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return Q_EMIT leaveWished();
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (auto* button = qobject_cast<QPushButton*>(focusWidget())) return button->click();
    }
    QFrame::keyPressEvent(event);
}

}  // namespace secateur
