// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/panel_heading.h"

#include <QLabel>

namespace secateur {

QLabel* panelHeading(const QString& question, QWidget* parent) {
    auto* label = new QLabel(question, parent);
    label->setWordWrap(true);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    return label;
}

QLabel* stateLine(const QString& objectName, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setObjectName(objectName);
    return label;
}

}  // namespace secateur
