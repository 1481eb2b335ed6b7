// SPDX-License-Identifier: GPL-3.0-or-later
//
// The method and the options of one step of the plan, as the registry declares them; every change is one
// undoable edit. A step of a method that the registry does not know is said to be carried as it is. GUI
// thread only.
#pragma once

#include <QWidget>
#include <vector>

#include "core/data/method_info.h"
#include "core/planning/step_text.h"

class QComboBox;
class QFormLayout;
class QLabel;

namespace secateur {

class FoldableBox;
class OptionForm;
class PlanDocument;

class StepForm final : public QWidget {
    Q_OBJECT
public:
    // `methods`: the registry; both outlive the form.
    StepForm(PlanDocument& document, const std::vector<MethodInfo>& methods, QWidget* parent = nullptr);

    // The wish of this number, also after it changed; -1: a width step that its first option adds to the
    // plan.
    void showStep(int step);

private:
    void showMethod(const MethodInfo& method);
    void showDecidedRatio();
    void chooseMethod();
    void showPlanProblem();
    void commit(const QString& text);  // `text` empty: names the option that changed

    PlanDocument& document_;
    const std::vector<MethodInfo>& methods_;
    QLabel* title_;
    QFormLayout* row_;
    QComboBox* method_;
    OptionForm* form_;
    QLabel* problem_;
    FoldableBox* more_;
    ParsedStep present_;  // no method: the step has no form
    int step_ = -1;
    int gesture_ = 0;  // of the last edit of this step
};

}  // namespace secateur
