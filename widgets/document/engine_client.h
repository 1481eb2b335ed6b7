// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window asks of whoever computes. The application implements it over a session and a device thread;
// tests implement it with values. Requests return at once; answers come as signals on the GUI thread. Results
// are immutable and shared.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/data/activation_histogram.h"
#include "core/data/analysis.h"
#include "core/data/bench.h"
#include "core/data/evaluation.h"
#include "core/data/method_info.h"
#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/data/plan_request.h"
#include "core/data/reports.h"
#include "core/data/take_back.h"
#include "core/data/token_losses.h"
#include "core/data/tokens.h"
#include "core/planning/heal_forecast.h"
#include "core/planning/planner.h"
#include "widgets/document/heal_job.h"
#include "widgets/document/hurt_requests.h"
#include "widgets/document/job_row.h"

namespace secateur {

struct MeasureRequest {
    TextSource text;
    WindowOptions windows;
    Statistics statistics = Statistics::Exact;
    bool leaveOneOut = false;
    std::optional<Plan> plan;  // measure the network that this plan leaves
};

struct PreviewRequest {
    Plan plan;
    std::uint64_t revision = 0;  // of the document; comes back with the answer
    std::shared_ptr<const Analysis> analysis;
    TextSource text;
    WindowOptions windows;
    TextSource calibration;  // of steps that look at activations; empty: there is none
    WindowOptions calibrationWindows;
};

// For methods that prune as they go.
struct TextPlanRequest {
    PlanRequest request;
    std::uint64_t revision = 0;
    std::shared_ptr<const Analysis> analysis;
    TextSource text;
    WindowOptions windows;
};

struct ApplyRequest {
    Plan plan;
    std::shared_ptr<const Analysis> analysis;
    QString folder;
    QString format = QStringLiteral("hf");  // "hf", "hf-masked"
    bool overwrite = false;
    TextSource calibration;  // as in PreviewRequest
    WindowOptions calibrationWindows;
    std::optional<Measured> measured = std::nullopt;  // of this plan, where it was previewed
};

// Perplexities of chop strategies at every count.
struct ChopLabRequest {
    std::vector<std::string> strategies;
    std::uint64_t id = 0;                      // comes back with the answers
    std::shared_ptr<const Analysis> analysis;  // may be null
    TextSource text;
    WindowOptions windows;
};

// An analysis that was kept of itself, and what it was measured on.
struct KnownAnalysis {
    QString file;
    std::shared_ptr<const Analysis> facts;  // without layers and values
};

enum class EngineTask {
    Open,
    Measure,
    Plan,
    Preview,
    Apply,
    ChopLab,
    Heal,
    Runs,
    Losses,
    TakeBack,
    Complete,
    Activations,
    Rate,
    Evaluate,
    Bench
};

// The values of one unit over a text.
struct ActivationRequest {
    UnitCell cell;
    int bins = 0;
    std::uint64_t id = 0;  // comes back with the answer
    TextSource text;
    WindowOptions windows;
};

// How fast the open network writes, and beside it what a plan leaves of it.
struct RateRequest {
    BenchOptions options;
    std::uint64_t id = 0;                   // comes back with the answer
    std::optional<PreviewRequest> planned;  // none: the dense network alone
};

// Questions of a task, as its authors' .jsonl has them.
struct TaskFile {
    std::string task;  // one of taskNames(); empty: not said yet
    QString file;
    bool operator==(const TaskFile&) const = default;
};

// How often the open network is right, and beside it what a plan leaves of it, whose divergence from the
// whole is told too where there is a text to judge on.
struct EvaluateRequest {
    std::vector<TaskFile> tasks;
    int limit = 0;  // the first questions of each task alone; 0: all
    bool divergence = true;
    std::uint64_t id = 0;                   // comes back with the answer
    std::optional<PreviewRequest> planned;  // none: the dense network alone
};

// A model that is not where it was, in these folders and those within them; see findCheckpoint() of the core.
struct ModelSearch {
    std::string fingerprint;
    QStringList places;    // the most likely first
    std::uint64_t id = 0;  // comes back with the answer
};

// What a user reads when something went wrong.
struct Problem {
    EngineTask task = EngineTask::Open;
    QString message;  // one sentence with file and place
    QString hint;     // what to do about it; may be empty
    bool cancelled = false;
};

class EngineClient : public QObject {
    Q_OBJECT
public:
    explicit EngineClient(QObject* parent = nullptr);
    ~EngineClient() override;

    virtual void openModel(const QString& folder) = 0;
    // Answered within seconds, while something else is computed; replaces an older one.
    virtual void findModel(const ModelSearch& search) = 0;
    virtual void measure(const MeasureRequest& request) = 0;
    // Analysis files of the open model (docs/formats/analysis.md); what is opened comes as a measurement
    // does.
    virtual void openAnalysis(const QString& file) = 0;
    virtual void saveAnalysis(const QString& file, const std::shared_ptr<const Analysis>& analysis) = 0;
    // One to hold against that of the open model, of whichever model it is; and another model to hold against
    // the open one, by its headers. Answered while something else is computed.
    virtual void readAnalysis(const QString& file) = 0;
    virtual void readModel(const QString& folder) = 0;
    // Those that were measured before and are kept.
    virtual void listAnalyses() = 0;
    virtual void plan(const TextPlanRequest& request) = 0;    // replaces an older one
    virtual void preview(const PreviewRequest& request) = 0;  // replaces an older one
    virtual void apply(const ApplyRequest& request) = 0;
    virtual void compareChops(const ChopLabRequest& request) = 0;  // replaces an older one
    virtual void losses(const PreviewRequest& request) = 0;        // replaces an older one
    virtual void takeBack(const PreviewRequest& request) = 0;      // replaces an older one
    virtual void complete(const CompletionRequest& request) = 0;   // replaces an older one
    virtual void activations(
        const ActivationRequest& request) = 0;                  // replaces an older one, also a running one
    virtual void measureRate(const RateRequest& request) = 0;   // replaces an older one
    virtual void evaluate(const EvaluateRequest& request) = 0;  // replaces an older one; gives way to others
    virtual void bench(const RateRequest& request) = 0;         // likewise
    virtual void cancel(int jobId) = 0;
    // Cancels what was asked for last of compareChops, losses, takeBack, complete, measureRate, evaluate or
    // bench. What was published of it stays.
    virtual void stopTask(EngineTask task) = 0;

    // Healing. A run that is cancelled goes on from its last checkpoint; one that is paused saves one first.
    virtual void heal(const HealJob& job) = 0;
    virtual void pauseHeal(const QString& folder) = 0;
    // Runs on disk; answered while something else is computed.
    virtual void listRuns(const QString& workspace) = 0;
    virtual void deleteRun(const QString& folder) = 0;

    // The registry: every method that a step of a plan may have.
    [[nodiscard]] virtual const std::vector<MethodInfo>& methods() const = 0;
    // Tasks whose files can be read: "arc", "boolq", ...
    [[nodiscard]] virtual std::vector<std::string> taskNames() const = 0;
    // What the forecast of a run goes by, on the device of the open model.
    [[nodiscard]] virtual HealScale healScale() const = 0;
    // What a rate is measured on beside the open model.
    [[nodiscard]] virtual BenchPlace benchPlace() const = 0;

    // The model and text that ship with the program; empty when they are not installed.
    [[nodiscard]] virtual QString demoModel() const = 0;
    [[nodiscard]] virtual QString sampleText() const = 0;

Q_SIGNALS:
    void modelOpened(std::shared_ptr<const secateur::ModelSummary> model);
    void modelFound(quint64 id, const QString& folder);                        // empty: it was not found
    void analysisChanged(std::shared_ptr<const secateur::Analysis> analysis);  // published in stages
    void analysisSaved(const QString& file);
    void analysesListed(const std::vector<secateur::KnownAnalysis>& analyses);
    // Null where it could not be read: why not.
    void analysisRead(std::shared_ptr<const secateur::Analysis> analysis, const QString& file,
                      const QString& problem);
    void modelRead(std::shared_ptr<const secateur::ModelSummary> model, const QString& folder,
                   const QString& problem);
    void planned(const secateur::PlanResult& result, quint64 revision);
    void previewReady(const secateur::PreviewReport& report, quint64 revision);
    void applied(const secateur::ApplyReport& report);
    // Published as curves grow; `complete` with the last.
    void chopsCompared(std::shared_ptr<const secateur::ChopSweepReport> report, quint64 id, bool complete);
    void lossesReady(std::shared_ptr<const secateur::TokenLossReport> report, quint64 revision);
    // Published as rows become known; `complete` with the last.
    void tookBack(std::shared_ptr<const secateur::TakeBackReport> report, quint64 revision, bool complete);
    // Whole characters that were written since the last time.
    void completionGrew(quint64 id, secateur::Writer writer, const QString& text);
    void completionDone(quint64 id, const secateur::WriterOutcome& outcome, bool last);
    void activationsReady(std::shared_ptr<const secateur::ActivationHistogram> histogram, quint64 id);
    void rateMeasured(std::shared_ptr<const secateur::BenchReport> report, quint64 id);
    // Published as tasks become known; `complete` with the last.
    void evaluated(std::shared_ptr<const secateur::EvaluationReport> report, quint64 id, bool complete);
    void benched(std::shared_ptr<const secateur::BenchReport> report, quint64 id);
    void healed(const secateur::HealReport& report);  // complete or paused
    // Steps since the last time, in order; several at once where they are short.
    void healProgressed(const QString& folder, const std::vector<secateur::HealPoint>& points);
    void runsListed(const QString& workspace, const std::vector<secateur::RunRecord>& runs);
    void runChanged(const secateur::RunRecord& run);  // as it stands on disk now
    void runRemoved(const QString& folder);           // there is nothing of it any more
    void taskFailed(const secateur::Problem& problem);
    void jobChanged(const secateur::JobRow& row);  // new or updated, told by its id
    void jobRemoved(int jobId);                    // replaced before it ran
    void logged(const secateur::LogEntry& entry);
};

// An error in words of the window.
[[nodiscard]] Problem problemOf(EngineTask task, const Error& error);

// "FILE" or "FILE.safetensors:TENSOR".
[[nodiscard]] TextSource textSource(const QString& choice);
[[nodiscard]] QString textLabel(const TextSource& source);

}  // namespace secateur
