// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/writing.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "app/cli/describe.h"
#include "app/cli/inputs.h"
#include "app/cli/output_file.h"

namespace secateur::cli {

namespace {

ApplyOptions applyOptions(const SharedOptions& shared, const WriteOptions& options) {
    if (options.format != "hf" && options.format != "hf-masked") {
        throw Error(ErrorCode::Unsupported, "--to: there is no export '" + options.format + "'",
                    "the exports are hf and hf-masked");
    }
    ApplyOptions result{options.format, shared.force, std::nullopt};
    if (options.outDtype.empty()) return result;
    if (options.outDtype != "f32" && options.outDtype != "bf16" && options.outDtype != "f16") {
        throw Error(ErrorCode::InvalidArgument, "--out-dtype: unknown dtype '" + options.outDtype + "'",
                    "one of f32, bf16, f16");
    }
    result.outDtype = options.outDtype;
    return result;
}

// A plan that changes nothing, for exports of the model as it is.
Plan identity(const ModelSummary& model) {
    Plan plan;
    plan.model = {model.name, name(model.config.architecture), model.config.originalLayers,
                  model.fingerprint};
    return plan;
}

Json toJson(const ApplyReport& report, double seconds) {
    return {{"path", report.path},
            {"format", report.format},
            {"stock", report.stock},
            {"parameters", report.accounting.parametersAfter},
            {"bytes", report.accounting.bytesAfter},
            {"removed_fraction", report.accounting.removedFraction},
            {"seconds", seconds},
            {"accounting", accountingJson(report.accounting)},
            {"warnings", report.warnings}};
}

std::string loadsIn(const ApplyReport& report) {
    return report.stock ? "loads in stock transformers\n"
                        : "loads in transformers with trust_remote_code=True\n";
}

}  // namespace

void addWriteOptions(CLI::App& app, WriteOptions& options) {
    app.add_option("--analysis", options.analysis,
                   "Analysis with the means of the bias (default: the one the plan names, else measured from "
                   "the text)")
        ->type_name("FILE");
    app.add_option("--out-dtype", options.outDtype,
                   "Dtype of the written tensors: f32, bf16 or f16 (default: as stored)")
        ->type_name("T");
    app.add_option("-o,--output", options.output, "Checkpoint folder to write")->required()->type_name("DIR");
}

void writeCheckpoint(const SharedOptions& shared, const WriteOptions& options, Console& console) {
    const ApplyOptions applying = applyOptions(shared, options);
    const TextSource source = textSource(shared);
    const WindowOptions windowing = windowOptions(shared);
    checkTarget(options.output, shared.force);
    const auto session = openSession(shared, console.job());
    const ModelSummary& model = session->summary();
    const Plan plan = options.plan.empty() ? identity(model) : loadPlan(options.plan, model, console);
    const auto analysis = analysisFor(plan, options.plan, options.analysis, model, console);
    const std::optional<TokenWindows> windows =
        calibrationFor(*session, plan, options.plan, source, windowing, console);
    const auto start = std::chrono::steady_clock::now();
    const ApplyReport report = session->apply(plan, analysis.get(), windows ? &*windows : nullptr,
                                              options.output, applying, console.job());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (const std::string& warning : report.warnings) console.warn(warning);
    if (console.json()) return console.printJson(toJson(report, seconds));
    console.print(describe(plan) + "\n" + describe(report.accounting) + "\nwritten to " + report.path + " (" +
                  report.format + "), " + loadsIn(report));
}

}  // namespace secateur::cli
