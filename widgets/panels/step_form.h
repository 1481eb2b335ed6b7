// SPDX-License-Identifier: GPL-3.0-or-later
//
// The options of one step of the plan, as the registry declares them; every change is one undoable edit. A
// step of a method that the registry does not know is said to be carried as it is. GUI thread only.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "core/data/method_info.h"
#include "core/planning/step_text.h"
#include "widgets/document/plan_wishes.h"

class QLabel;

namespace secateur {

class OptionForm;
class PlanDocument;

// A wish as its method and the values of its options; nothing for a method that the registry does not know.
[[nodiscard]] std::optional<ParsedStep> stepValues(const StepRequest& wished,
                                                   const std::vector<MethodInfo>& methods);

class StepForm final : public QWidget {
    Q_OBJECT
public:
    // `methods`: the registry; both outlive the form.
    StepForm(PlanDocument& document, const std::vector<MethodInfo>& methods, QWidget* parent = nullptr);

    // The wish of this number, also after it changed.
    void showStep(int step);

private:
    void commit();

    PlanDocument& document_;
    const std::vector<MethodInfo>& methods_;
    QLabel* title_;
    OptionForm* form_;
    QLabel* problem_;
    QWidget* more_;
    ParsedStep present_;
    int step_ = -1;
};

}  // namespace secateur
