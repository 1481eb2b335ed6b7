// SPDX-License-Identifier: GPL-3.0-or-later
//
// What did I do? Every edit of the plan, by name, in the order in which it was done; choosing one goes back
// or forward to it. GUI thread only.
#pragma once

#include <QWidget>

class QUndoStack;

namespace secateur {

class HistoryPanel final : public QWidget {
    Q_OBJECT
public:
    explicit HistoryPanel(QUndoStack& edits, QWidget* parent = nullptr);
};

}  // namespace secateur
