// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/plan_commands.h"

#include "widgets/document/plan_document.h"

namespace secateur {

PlanEditCommand::PlanEditCommand(PlanDocument& document, const QString& text, PlanWishes after, int gesture)
    : QUndoCommand(text),
      document_(document),
      before_(document.wishes()),
      after_(std::move(after)),
      gesture_(gesture) {}

void PlanEditCommand::undo() {
    document_.adopt(before_);
}

void PlanEditCommand::redo() {
    document_.adopt(after_);
}

bool PlanEditCommand::mergeWith(const QUndoCommand* newer) {
    const auto* other = dynamic_cast<const PlanEditCommand*>(newer);
    if (other == nullptr || gesture_ == 0 || other->gesture_ != gesture_) return false;
    after_ = other->after_;
    setText(other->text());
    // A drag that came back to where it began leaves nothing to undo.
    setObsolete(after_ == before_);
    return true;
}

}  // namespace secateur
