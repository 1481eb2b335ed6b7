// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/value_label.h"

#include <QFontMetrics>
#include <algorithm>

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

void ValueLabel::setLeastCharacters(int characters) {
    leastCharacters_ = characters;
    updateGeometry();
}

QSize ValueLabel::sizeHint() const {
    const QSize base = QLineEdit::sizeHint();
    return {fontMetrics().horizontalAdvance(text()) + 2 * fontMetrics().averageCharWidth(), base.height()};
}

QSize ValueLabel::minimumSizeHint() const {
    const int figure =
        std::max(fontMetrics().averageCharWidth(), fontMetrics().horizontalAdvance(QLatin1Char('0')));
    return {leastCharacters_ * figure, QLineEdit::minimumSizeHint().height()};
}

}  // namespace secateur
