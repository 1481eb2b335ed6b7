// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_inputs.h"

#include "app/cli/command.h"
#include "app/cli/inputs.h"
#include "app/cli/shared_options.h"

namespace secateur::cli {

void addPlanInputs(CLI::App& app, PlanInputOptions& options, bool required) {
    app.add_option("--plan", options.plan,
                   required ? "Plan file of secateur plan"
                            : "Plan file of secateur plan; without one the network as it is")
        ->required(required)
        ->type_name("FILE");
    app.add_option("--analysis", options.analysis,
                   "Analysis with the means of the bias (default: the one the plan names, else measured from "
                   "the text)")
        ->type_name("FILE");
    app.add_option("--calibration-text", options.calibrationText,
                   "Text for steps that look at activations (default: the one that the plan names)")
        ->type_name("FILE");
    app.add_option("--calibration-tokens", options.calibrationTokens, "The same as token ids")
        ->type_name("FILE:NAME");
}

PlanInputs planInputs(Session& session, const PlanInputOptions& options, const WindowOptions& windowing,
                      Console& console) {
    const TextSource calibration =
        textSource(options.calibrationText, options.calibrationTokens, "--calibration-tokens");
    PlanInputs inputs;
    if (options.plan.empty()) {
        if (!options.analysis.empty() || !calibration.empty())
            usageError("--analysis and --calibration-text belong to a --plan");
        return inputs;
    }
    inputs.plan = loadPlan(options.plan, session.summary(), console);
    inputs.analysis = analysisFor(inputs.plan, options.plan, options.analysis, session.summary(), console);
    inputs.calibration = calibrationFor(session, inputs.plan, options.plan, calibration, windowing, console);
    return inputs;
}

}  // namespace secateur::cli
