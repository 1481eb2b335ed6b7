// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/panel_heading.h"

#include <QHBoxLayout>
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

QWidget* labelled(const QString& text, QWidget* field, QWidget* parent) {
    auto* pair = new QWidget(parent);
    auto* label = new QLabel(text, pair);
    label->setBuddy(field);
    auto* row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 0, 6, 0);
    row->setSpacing(4);
    row->addWidget(label);
    row->addWidget(field);
    return pair;
}

}  // namespace secateur
