// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QStyle>
#include <QToolButton>

namespace secateur {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), icon_(new QLabel(this)), text_(new QLabel(this)), action_(new QPushButton(this)) {
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setAccessibleName(tr("Message"));
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
    action_->setVisible(!action.isEmpty());
    act_ = std::move(act);
    show();
    Q_EMIT shown(true);
}

// As high as the text at the bar's width, frame and all: tool bars do not ask for a height by width, and a
// label that wraps would guess a narrow and high one. Before it is laid out the bar has no width of its own,
// and the window's stands for it.
QSize MessageBar::sizeHint() const {
    const int across = across_ > 0 ? across_ : window()->width();
    return {QFrame::sizeHint().width(), layout()->totalHeightForWidth(across)};
}

QSize MessageBar::minimumSizeHint() const {
    return {QFrame::minimumSizeHint().width(), sizeHint().height()};
}

void MessageBar::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    if (!isVisible() || across_ == width()) return;
    across_ = width();
    updateGeometry();
}

void MessageBar::clear() {
    hide();
    across_ = 0;
    text_->clear();
    act_ = {};
    Q_EMIT shown(false);
}

QString MessageBar::message() const {
    return text_->text();
}

}  // namespace secateur
