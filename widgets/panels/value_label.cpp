// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/value_label.h"

#include <QFontMetrics>

namespace secateur {

ValueLabel::ValueLabel(const QString& name, QWidget* parent) : QLineEdit(parent) {
    setReadOnly(true);
    setFrame(false);
    setFocusPolicy(Qt::ClickFocus);
    setAccessibleName(name);
    setTextMargins(-2, 0, 0, 0);  // a line edit indents its text; align with labels
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setValue(QStringLiteral("-"));
    // Only the background is set: text colours follow the theme, which a style sheet would freeze.
    QPalette clear;
    clear.setColor(QPalette::Base, Qt::transparent);
    setPalette(clear);
}

void ValueLabel::setValue(const QString& value, const QString& explanation) {
    if (text() != value) {
        setText(value);
        setCursorPosition(0);
        setAccessibleDescription(value);
        updateGeometry();
    }
    setToolTip(explanation.isEmpty() ? value : explanation);
}

void ValueLabel::setEmphasis(bool on) {
    QFont bold = font();
    bold.setBold(on);
    setFont(bold);
}

QSize ValueLabel::sizeHint() const {
    const QSize base = QLineEdit::sizeHint();
    return {fontMetrics().horizontalAdvance(text()) + 2 * fontMetrics().averageCharWidth(), base.height()};
}

QSize ValueLabel::minimumSizeHint() const {
    return {5 * fontMetrics().averageCharWidth(), QLineEdit::minimumSizeHint().height()};
}

}  // namespace secateur
