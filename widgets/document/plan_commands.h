// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every edit of the plan is one of these: wishes before and after. Edits of one gesture (a slider drag, a
// threshold drag) merge.
#pragma once

#include <QUndoCommand>

#include "widgets/document/plan_wishes.h"

namespace secateur {

class PlanDocument;

class PlanEditCommand final : public QUndoCommand {
public:
    // `gesture` 0: never merges.
    PlanEditCommand(PlanDocument& document, const QString& text, PlanWishes after, int gesture);

    void undo() override;
    void redo() override;
    [[nodiscard]] int id() const override { return 1; }
    bool mergeWith(const QUndoCommand* newer) override;
    [[nodiscard]] const PlanWishes& before() const noexcept { return before_; }
    [[nodiscard]] const PlanWishes& after() const noexcept { return after_; }

private:
    PlanDocument& document_;
    PlanWishes before_;
    PlanWishes after_;
    int gesture_;
};

}  // namespace secateur
