// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/history_panel.h"

#include <QFont>
#include <QLabel>
#include <QUndoStack>
#include <QUndoView>
#include <QVBoxLayout>

namespace secateur {

HistoryPanel::HistoryPanel(QUndoStack& edits, QWidget* parent) : QWidget(parent) {
    auto* title = new QLabel(tr("What did I do?"), this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* view = new QUndoView(&edits, this);
    view->setAccessibleName(tr("Edits of the plan"));
    view->setEmptyLabel(tr("As it began"));
    view->setToolTip(tr("Click an edit, or use the arrow keys, to go back or forward to it"));
    auto* note = new QLabel(this);
    note->setObjectName(QStringLiteral("historyNote"));
    note->setWordWrap(true);
    note->setForegroundRole(QPalette::PlaceholderText);
    const auto say = [note, &edits] {
        note->setText(
            edits.count() == 0
                ? tr("Nothing yet. Every edit of the plan gets a line here.")
                : tr("%1 of %2 edits in force. Choose a line to go there; nothing is lost until the "
                     "next edit.")
                      .arg(edits.index())
                      .arg(edits.count()));
    };
    connect(&edits, &QUndoStack::indexChanged, note, say);
    say();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(title);
    column->addWidget(view, 1);
    column->addWidget(note);
}

}  // namespace secateur
