// SPDX-License-Identifier: GPL-3.0-or-later
//
// An engine that records what it is asked and answers with values when the test says so.
#pragma once

#include <vector>

#include "widgets/document/engine_client.h"

namespace secateur::testing {

// The methods of planning, a sparsifier that no other file knows ("twigs"), and healing.
[[nodiscard]] std::vector<MethodInfo> registry();

class FakeEngine : public EngineClient {
    Q_OBJECT
public:
    void openModel(const QString& folder) override { opened.push_back(folder); }
    void findModel(const ModelSearch& search) override { searches.push_back(search); }
    void measure(const MeasureRequest& request) override { measured.push_back(request); }
    void openAnalysis(const QString& file) override { analysesOpened.push_back(file); }
    void saveAnalysis(const QString& file, const std::shared_ptr<const Analysis>& analysis) override {
        analysesSaved.emplace_back(file, analysis);
    }
    void readAnalysis(const QString& file) override { analysesRead.push_back(file); }
    void readModel(const QString& folder) override { modelsRead.push_back(folder); }
    void listAnalyses() override { ++analysesAsked; }
    void plan(const TextPlanRequest& request) override { planRequests.push_back(request); }
    void preview(const PreviewRequest& request) override { previewed.push_back(request); }
    void apply(const ApplyRequest& request) override { appliedRequests.push_back(request); }
    void compareChops(const ChopLabRequest& request) override { compared.push_back(request); }
    void losses(const PreviewRequest& request) override { lossRequests.push_back(request); }
    void takeBack(const PreviewRequest& request) override { takeBackRequests.push_back(request); }
    void complete(const CompletionRequest& request) override { completionRequests.push_back(request); }
    void stopTask(EngineTask task) override { stoppedTasks.push_back(task); }
    void activations(const ActivationRequest& request) override { activationRequests.push_back(request); }
    void measureRate(const RateRequest& request) override { rateRequests.push_back(request); }
    void evaluate(const EvaluateRequest& request) override { evaluations.push_back(request); }
    void bench(const RateRequest& request) override { benchRequests.push_back(request); }
    [[nodiscard]] std::vector<std::string> taskNames() const override {
        return {"arc", "choice", "documents", "piqa"};
    }
    void cancel(int jobId) override { cancelled.push_back(jobId); }
    void heal(const HealJob& job) override { healJobs.push_back(job); }
    void pauseHeal(const QString& folder) override { paused.push_back(folder); }
    void listRuns(const QString& workspace) override { listed.push_back(workspace); }
    void deleteRun(const QString& folder) override { deleted.push_back(folder); }
    [[nodiscard]] const std::vector<MethodInfo>& methods() const override { return registry; }
    [[nodiscard]] HealScale healScale() const override { return scale; }
    [[nodiscard]] BenchPlace benchPlace() const override { return place; }
    [[nodiscard]] QString demoModel() const override { return demo; }
    [[nodiscard]] QString sampleText() const override { return QStringLiteral("/nowhere/leaves.txt"); }

    // Answers.
    void finishOpen();
    void finishSearch(const QString& folder) { Q_EMIT modelFound(searches.back().id, folder); }
    void finishMeasure(bool leaveOneOut = false);
    void finishPreview(double dense, double planned);  // of the newest request
    // With errors and overlaps of the report.
    void finishPreview(double dense, double planned, PreviewReport report);
    void finishApply();
    void fail(EngineTask task, const QString& message, const QString& hint = {}, bool wasCancelled = false);

    QString demo = QStringLiteral("/nowhere/twig-6");
    HealScale scale;
    BenchPlace place{"cpu", "float32", "float32", 1};
    std::vector<MethodInfo> registry = testing::registry();
    std::vector<QString> opened;
    std::vector<ModelSearch> searches;
    std::vector<MeasureRequest> measured;
    std::vector<QString> analysesOpened;
    std::vector<std::pair<QString, std::shared_ptr<const Analysis>>> analysesSaved;
    std::vector<QString> analysesRead;
    std::vector<QString> modelsRead;
    int analysesAsked = 0;
    std::vector<TextPlanRequest> planRequests;
    std::vector<PreviewRequest> previewed;
    std::vector<ApplyRequest> appliedRequests;
    std::vector<ChopLabRequest> compared;
    std::vector<PreviewRequest> lossRequests;
    std::vector<PreviewRequest> takeBackRequests;
    std::vector<CompletionRequest> completionRequests;
    std::vector<EngineTask> stoppedTasks;
    std::vector<ActivationRequest> activationRequests;
    std::vector<RateRequest> rateRequests;
    std::vector<EvaluateRequest> evaluations;
    std::vector<RateRequest> benchRequests;
    std::vector<int> cancelled;
    std::vector<HealJob> healJobs;
    std::vector<QString> paused;
    std::vector<QString> listed;
    std::vector<QString> deleted;
};

}  // namespace secateur::testing
