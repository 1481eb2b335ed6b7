// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/message_bar.h"

#include <QDockWidget>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMainWindow>
#include <QPushButton>
#include <QStatusBar>
#include <QStyle>
#include <QTimer>
#include <QToolButton>
#include <algorithm>

namespace secateur {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), icon_(new QLabel(this)), text_(new QLabel(this)), action_(new QPushButton(this)) {
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setAccessibleName(tr("Message"));
    action_->setAccessibleName(tr("Answer"));  // until there is one
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setObjectName(QStringLiteral("messageText"));
    auto* close = new QToolButton(this);
    close->setAutoRaise(true);
    close->setText(tr("Close message"));
    close->setToolTip(tr("Close message"));
    close->setAccessibleName(tr("Close message"));
    close->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    connect(close, &QToolButton::clicked, this, &MessageBar::clear);
    connect(action_, &QPushButton::clicked, this, [this] {
        const auto act = act_;
        clear();
        if (act) act();
    });

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 4, 4);
    row->addWidget(icon_);
    row->addWidget(text_, 1);
    row->addWidget(action_);
    row->addWidget(close);
    hide();
}

void MessageBar::showMessage(Kind kind, const QString& message, const QString& hint) {
    showMessage(kind, message, hint, {}, {});
}

void MessageBar::showMessage(Kind kind, const QString& message, const QString& hint, const QString& action,
                             std::function<void()> act) {
    const auto symbol = kind == Kind::Error     ? QStyle::SP_MessageBoxCritical
                        : kind == Kind::Warning ? QStyle::SP_MessageBoxWarning
                                                : QStyle::SP_MessageBoxInformation;
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this) * 3 / 2;
    icon_->setPixmap(style()->standardIcon(symbol, nullptr, this).pixmap(size));
    const QString text = hint.isEmpty() ? message : message + QLatin1Char('\n') + hint;
    text_->setText(text);
    setAccessibleDescription(text);
    action_->setText(action);
    action_->setAccessibleName(action);
    action_->setVisible(!action.isEmpty());
    act_ = std::move(act);
    show();
    place();
}

void MessageBar::lieOver(QMainWindow& window) {
    window_ = &window;
    window.installEventFilter(this);
    window.statusBar()->installEventFilter(this);
}

bool MessageBar::eventFilter(QObject* watched, QEvent* event) {
    const bool moves = event->type() == QEvent::Resize || event->type() == QEvent::Move ||
                       event->type() == QEvent::FontChange;
    // Docks that come, and those that are brought to the front, lie over it otherwise.
    const bool covers = event->type() == QEvent::ChildPolished || event->type() == QEvent::ZOrderChange;
    if (event->type() == QEvent::ChildPolished) {
        QObject* child = static_cast<QChildEvent*>(event)->child();
        if (qobject_cast<QDockWidget*>(child) != nullptr) child->installEventFilter(this);
    }
    if ((moves || covers) && isVisible()) QTimer::singleShot(0, this, &MessageBar::place);
    return QFrame::eventFilter(watched, event);
}

void MessageBar::place() {
    if (window_ == nullptr || isHidden()) return;
    constexpr int kLineCharacters = 64;
    const int margin = fontMetrics().height() / 2;
    const int room = window_->width() - 2 * margin;
    const int wide = std::min(
        room, std::max(kLineCharacters * fontMetrics().averageCharWidth(), window_->width() * 2 / 5));
    const int high = layout()->totalHeightForWidth(wide);
    const int bottom = window_->statusBar()->geometry().top() - margin;
    setGeometry(window_->width() - margin - wide, bottom - high, wide, high);
    raise();
}

void MessageBar::clear() {
    hide();
    text_->clear();
    act_ = {};
}

QString MessageBar::message() const {
    return text_->text();
}

}  // namespace secateur
