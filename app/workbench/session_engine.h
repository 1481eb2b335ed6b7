// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine behind the window: a session of core on the device thread. GUI thread only; see DeviceExecutor.
#pragma once

#include <QThreadPool>
#include <functional>
#include <memory>
#include <optional>

#include "app/workbench/device_executor.h"
#include "app/workbench/heal_runner.h"
#include "app/workbench/model_finder.h"
#include "core/session.h"
#include "core/session/analysis_cache.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class SessionEngine final : public EngineClient {
    Q_OBJECT
public:
    explicit SessionEngine(const SessionOptions& options, QObject* parent = nullptr);
    ~SessionEngine() override;

    // Measurements are kept in the folder and found again; without it nothing is. Before the first model.
    void keepAnalysesIn(const QString& folder) { cache_.emplace(folder.toStdString()); }

    void openModel(const QString& folder) override;
    void findModel(const ModelSearch& search) override { finder_.find(search); }
    void measure(const MeasureRequest& request) override;
    void openAnalysis(const QString& file) override;
    void saveAnalysis(const QString& file, const std::shared_ptr<const Analysis>& analysis) override;
    void readAnalysis(const QString& file) override;
    void readModel(const QString& folder) override;
    void listAnalyses() override;
    void plan(const TextPlanRequest& request) override;
    void preview(const PreviewRequest& request) override;
    void apply(const ApplyRequest& request) override;
    void compareChops(const ChopLabRequest& request) override;
    void losses(const PreviewRequest& request) override;
    void takeBack(const PreviewRequest& request) override;
    void complete(const CompletionRequest& request) override;
    void activations(const ActivationRequest& request) override;
    void measureRate(const RateRequest& request) override;
    void evaluate(const EvaluateRequest& request) override;
    void bench(const RateRequest& request) override;
    [[nodiscard]] std::vector<std::string> taskNames() const override;
    void cancel(int jobId) override;
    void stopTask(EngineTask task) override;
    void heal(const HealJob& job) override;
    void pauseHeal(const QString& folder) override { heals_.pause(folder); }
    void listRuns(const QString& workspace) override { heals_.listRuns(workspace); }
    void deleteRun(const QString& folder) override { heals_.deleteRun(folder); }
    [[nodiscard]] const std::vector<MethodInfo>& methods() const override { return allMethods(); }
    [[nodiscard]] HealScale healScale() const override;
    [[nodiscard]] BenchPlace benchPlace() const override;
    [[nodiscard]] QString demoModel() const override;
    [[nodiscard]] QString sampleText() const override;

private:
    // The open model and what the device thread keeps for it; session_engine_open.h.
    struct Open;

    using Work = std::function<DeviceExecutor::Outcome(Open&, JobContext&, const DeviceExecutor::Post&)>;
    void submit(EngineTask task, const QString& name, const QString& tag, bool background, Work work);
    void measureSpeed(EngineTask task, const RateRequest& request, bool background,
                      void (SessionEngine::*told)(std::shared_ptr<const BenchReport>, quint64));
    void report(EngineTask task, const Error& error);
    // What `reading` gives, on a thread beside the device's, for `told`: a value, or null and why.
    template <class Value>
    void readBeside(std::function<Value()> reading,
                    void (SessionEngine::*told)(std::shared_ptr<const Value>, const QString&, const QString&),
                    const QString& path);

    SessionOptions options_;
    std::optional<AnalysisCache> cache_;  // its functions: device thread, but for list() of a copy
    std::shared_ptr<Open> open_;
    HealRunner heals_;
    ModelFinder finder_;
    QThreadPool files_;        // what is read to be compared, one after the other
    DeviceExecutor executor_;  // last: its thread uses the rest
};

}  // namespace secateur
