// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/fake_engine.h"

#include "core/planning/planner.h"
#include "core/planning/requests.h"
#include "tests/widgets/sample_network.h"

namespace secateur::testing {

std::vector<MethodInfo> registry() {
    std::vector<MethodInfo> all = secateur::methods();
    MethodInfo twigs;
    twigs.name = "twigs";
    twigs.label = "Twigs";
    twigs.summary = "Sets the thinnest twigs to zero.";
    twigs.kind = "sparsify";
    twigs.needs = Needs::Text;
    twigs.options = {{.key = "sparsity",
                      .label = "Sparsity",
                      .help = "Fraction of the weights that become zero.",
                      .usual = 0.5,
                      .least = 0.0,
                      .most = 1.0,
                      .openAbove = true},
                     {.key = "pattern",
                      .label = "Pattern",
                      .help = "Zeros in every group of inputs.",
                      .usual = std::string("unstructured"),
                      .choices = {"unstructured", "2:4"}}};
    all.push_back(twigs);
    all.push_back(healStepInfo());
    return all;
}

void FakeEngine::finishOpen() {
    Q_EMIT modelOpened(sampleModel());
}

void FakeEngine::finishMeasure(bool leaveOneOut) {
    Q_EMIT analysisChanged(sampleAnalysis(leaveOneOut));
}

void FakeEngine::finishPreview(double dense, double planned) {
    finishPreview(dense, planned, {});
}

void FakeEngine::finishPreview(double dense, double planned, PreviewReport report) {
    const PreviewRequest& request = previewed.back();
    report.densePerplexity = dense;
    report.planPerplexity = planned;
    report.accounting = request.plan.accounting.value_or(Accounting{});
    report.protocol = "chunked, 8 windows of 32 tokens";
    Q_EMIT previewReady(report, request.revision);
}

void FakeEngine::finishApply() {
    ApplyReport report;
    report.path = appliedRequests.back().folder.toStdString();
    report.accounting = appliedRequests.back().plan.accounting.value_or(Accounting{});
    report.format = "hf";
    Q_EMIT applied(report);
}

void FakeEngine::fail(EngineTask task, const QString& message, const QString& hint, bool wasCancelled) {
    Q_EMIT taskFailed({task, message, hint, wasCancelled});
}

}  // namespace secateur::testing
