// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/compact_button.h"

#include <QStyle>
#include <algorithm>

namespace secateur {

CompactButton::CompactButton(const QString& text, QWidget* parent) : QPushButton(text, parent) {
    setAccessibleName(text);
}

QSize CompactButton::sizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    int room = metrics.height();
    if (menu() != nullptr)
        room = std::max(room, room / 2 + style()->pixelMetric(QStyle::PM_MenuButtonIndicator));
    return {metrics.horizontalAdvance(text()) + room, QPushButton::sizeHint().height()};
}

}  // namespace secateur
