// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/foldable_box.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace secateur {

FoldableBox::FoldableBox(const QString& title, QWidget* content, QWidget* parent)
    : QWidget(parent), button_(new QToolButton(this)), content_(content) {
    button_->setText(title);
    button_->setAccessibleName(title);
    button_->setCheckable(true);
    button_->setToolTip(tr("Show or hide what belongs to it"));
    button_->setAutoRaise(true);
    button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(button_, &QToolButton::toggled, this, &FoldableBox::setOpen);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(button_);
    column->addWidget(content_);
    setOpen(false);
}

void FoldableBox::setOpen(bool open) {
    button_->setChecked(open);
    button_->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    content_->setVisible(open);
    Q_EMIT opened(open);
}

QWidget* FoldableBox::button() const {
    return button_;
}

bool FoldableBox::isOpen() const {
    return button_->isChecked();
}

}  // namespace secateur
