// SPDX-License-Identifier: GPL-3.0-or-later
//
// Wishes about chops and widths as values of options, and back: what command line, steps and forms share.
// `where` begins every message, as in checkOptions(). Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/method_info.h"
#include "core/data/options.h"
#include "core/data/plan_request.h"
#include "core/planning/step_text.h"

namespace secateur {

// The options of a registered method. Throws InvalidArgument for an unknown name.
[[nodiscard]] const std::vector<OptionSpec>& specsOf(const std::string& method);
// Methods whose steps are of this kind ("chop", "width").
[[nodiscard]] std::vector<std::string> methodsOf(const std::string& kind);
// The options of all width methods, each once; what only some methods have says so.
[[nodiscard]] const std::vector<OptionSpec>& allWidthSpecs();

// Throws what checkOptions() throws.
[[nodiscard]] ChopRequest chopRequest(OptionValues values, const std::string& where);
[[nodiscard]] OptionValues optionValues(const ChopRequest& request);

// Throws InvalidArgument: what checkOptions() throws, and options of other methods ("has no effect with
// wanda-sp").
[[nodiscard]] WidthRequest widthRequest(const std::string& method, OptionValues values,
                                        const std::string& where);
// What the method of the request knows and what differs from its usual values.
[[nodiscard]] OptionValues optionValues(const WidthRequest& request);

// `values` without what the method does not know.
[[nodiscard]] OptionValues knownTo(const std::string& method, const OptionValues& values);

// A step of a plan as it was read: a chop or a width to be decided, or a step as it is carried out.
[[nodiscard]] StepRequest stepRequest(const ParsedStep& step, const std::string& where);
// Null when there is no method of this name among them.
[[nodiscard]] const MethodInfo* findMethod(const std::vector<MethodInfo>& methods, const std::string& name);
// A step that is wished as its method and the values of its options; nothing for a method that `methods` do
// not have, and for a chop or a width that is decided.
[[nodiscard]] std::optional<ParsedStep> stepValues(const StepRequest& wished,
                                                   const std::vector<MethodInfo>& methods);
// Such steps as --step reads them: "chop count=4 by=block-influence, then gptq bits=4 group=128".
[[nodiscard]] std::string stepsText(const PlanRequest& request, const std::vector<MethodInfo>& methods);
// What `heal` steps say of themselves, as if healing were a method: its options, and `text`.
[[nodiscard]] MethodInfo healStepInfo();

// True when the step is decided by running the network, or from its weights alone: makePlan() does not plan
// it, Session::plan does.
[[nodiscard]] bool runsNetwork(const StepRequest& request);

}  // namespace secateur
