// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/left_bar.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "widgets/document/plan_document.h"

namespace secateur {

LeftBar::LeftBar(PlanDocument& document, QWidget* parent)
    : QWidget(parent), document_(document), note_(new QLabel(this)), button_(new QPushButton(this)) {
    note_->setWordWrap(true);
    note_->setTextFormat(Qt::PlainText);
    note_->setObjectName(QStringLiteral("leftNote"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addWidget(note_);
    column->addWidget(button_, 0, Qt::AlignLeft);
    connect(button_, &QPushButton::clicked, this, [this] {
        if (document_.ofWhatIsLeft())
            Q_EMIT wholeWished();
        else
            Q_EMIT measureWished();
    });
    connect(&document_, &PlanDocument::planChanged, this, &LeftBar::refresh);
    connect(&document_, &PlanDocument::analysisChanged, this, &LeftBar::refresh);
    refresh();
}

void LeftBar::refresh() {
    const bool left = document_.ofWhatIsLeft();
    const bool wanted = document_.measuredAfter().has_value();
    setVisible(left || wanted);
    note_->setText(left ? tr("Scores, map and widths are of what the plan's chops leave.")
                        : tr("The chops are others than those that were measured after."));
    note_->setVisible(left || document_.leftIsStale());
    button_->setText(left ? tr("Back to the whole network") : tr("Measure what the plan leaves"));
    button_->setAccessibleName(button_->text());
    button_->setToolTip(left ? tr("Score the widths on the measurement of the whole network again")
                             : tr("Run the network without what the plan chops over the calibration text, so "
                                  "that widths are scored on what is left"));
}

}  // namespace secateur
