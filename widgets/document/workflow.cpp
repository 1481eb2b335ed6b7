// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/workflow.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/planning/heal_forecast.h"
#include "core/planning/planner.h"
#include "widgets/document/command_text.h"
#include "widgets/document/window_words.h"

namespace secateur {
namespace {

// Leaving every layer out costs about half a pass a layer; below this many weights x layers it is done
// without being asked for.
constexpr double kCheapLeaveOneOut = 3e8;

// Every layer with all that it has; not what chops of it left.
bool coversWhole(const Analysis& analysis, const NetworkConfig& network) {
    return std::ranges::equal(
        analysis.layers, network.layers, [](const LayerAnalysis& measured, const LayerConfig& layer) {
            return measured.layer == layer.originalLayer &&
                   (layer.kvHeads > 0) == !measured.oProj.weightNorm2.empty() &&
                   (layer.intermediateSize > 0) == !measured.downProj.weightNorm2.empty();
        });
}

QString folderName(const QString& folder) {
    return QFileInfo(folder).fileName();
}

}  // namespace

Workflow::Workflow(EngineClient& engine, Settings& settings, QObject* parent)
    : QObject(parent),
      engine_(engine),
      settings_(settings),
      preview_(document_, engine),
      runs_(engine, settings),
      references_(engine),
      pins_(document_, preview_, runs_, references_),
      chopLab_(document_, preview_, engine),
      lost_(engine, settings) {
    connect(&lost_, &LostModel::said, this, &Workflow::say);
    connect(&lost_, &LostModel::notFound, this, &Workflow::modelGone);
    connect(&lost_, &LostModel::found, this, &Workflow::modelMoved);
    connect(&engine_, &EngineClient::modelOpened, this, &Workflow::modelOpened);
    connect(&engine_, &EngineClient::analysisSaved, this,
            [this](const QString& file) { say(tr("Saved %1").arg(file)); });
    connect(&engine_, &EngineClient::analysisChanged, this, &Workflow::analysisPublished);
    connect(&engine_, &EngineClient::applied, this, &Workflow::resultApplied);
    connect(&engine_, &EngineClient::taskFailed, this, &Workflow::taskFailed);
    connect(&engine_, &EngineClient::planned, this, [this](const PlanResult& result, quint64 revision) {
        document_.acceptPlanned(result, revision);
    });
    connect(&document_, &PlanDocument::planningNeeded, this, &Workflow::planByEngine);
    connect(&settings_, &Settings::evaluationChanged, this, [this] {
        if (!restoring_) previewTextChanged();
    });
    connect(&settings_, &Settings::calibrationChanged, this, [this] {
        if (restoring_) return;
        if (document_.model() != nullptr && settings_.measureOnOpen()) measure();
        previewTextChanged();
    });
    connect(&preview_, &PreviewFeed::changed, this, &Workflow::sayPerplexity);
    connect(&document_, &PlanDocument::planChanged, this, &Workflow::sayPlanProblem);
    connect(this, &Workflow::measuringChanged, &preview_, &PreviewFeed::setMeasuring);
    connect(&runs_, &RunBoard::said, this, &Workflow::say);
    connect(&runs_, &RunBoard::finished, this, [this](const QString& folder, const QString& summary) {
        say(summary);
        Q_EMIT resultWritten(folder, summary);
    });
    say(tr("Ready"));
}

// A perplexity that is said is that of the present plan, or says that it is not.
void Workflow::sayPerplexity() {
    const bool shown = !perplexity_.isEmpty() && status_ == perplexity_;
    switch (preview_.state()) {
        case PreviewFeed::State::Current: {
            const PreviewReport& report = *preview_.report();
            perplexity_ = tr("Perplexity %1 -> %2 (%3) before healing, %4 removed")
                              .arg(QString::fromStdString(formatPerplexity(report.densePerplexity)),
                                   QString::fromStdString(formatPerplexity(report.planPerplexity)),
                                   QString::fromStdString(formatChange(report.change())),
                                   QString::fromStdString(formatPercent(report.accounting.removedFraction)));
            return say(perplexity_);
        }
        case PreviewFeed::State::Running:
            if (shown) say(tr("Updating the perplexity..."));
            return;
        case PreviewFeed::State::Pending:
            if (!shown) return;
            return say(preview_.automatic() && !preview_.waitsForPress()
                           ? tr("Updating the perplexity...")
                           : tr("The plan has changed: press Preview now for its perplexity."));
        case PreviewFeed::State::Empty:
            if (shown) say(document_.waiting() ? tr("Planning...") : tr("Ready"));
            return;
        case PreviewFeed::State::Failed:
            return;  // the failure is said
    }
}

void Workflow::sayPlanProblem() {
    const QString problem = document_.problem();
    if (problem == planProblem_) return;
    const bool shown = status_ == planProblem_;
    planProblem_ = problem;
    if (!problem.isEmpty()) {
        say(problem);
    } else if (shown) {
        say(tr("The plan is possible again"));
    }
}

void Workflow::openModel(const QString& folder) {
    if (QFileInfo::exists(folder) || !lost_.look(folder)) openThere(folder);
}

void Workflow::openThere(const QString& folder) {
    lost_.forget();
    say(tr("Opening %1...").arg(folderName(folder)));
    engine_.openModel(folder);
}

void Workflow::goOn(const SessionKeeper::Left& session) {
    const QString path = session.offer.model.path;
    if (!QFileInfo::exists(path)) return lost_.look(session);
    if (!session.json.isEmpty()) session_ = session;
    openThere(path);
}

void Workflow::openSession(const QString& file) {
    try {
        goOn(SessionKeeper::open(file));
    } catch (const Error& error) {
        taskFailed(problemOf(EngineTask::Open, error));
    }
}

void Workflow::saveSession(const QString& file) {
    try {
        SessionKeeper::save(sessionParts(), engine_.methods(), file);
    } catch (const Error& error) {
        taskFailed(problemOf(EngineTask::Plan, error));
        return;
    }
    say(tr("Saved %1").arg(file));
}

void Workflow::restoreSession() {
    if (!session_) return;
    const SessionKeeper::Left session = *std::exchange(session_, std::nullopt);
    const ModelSummary& model = *document_.model();
    if (session.offer.model.facts.fingerprint != model.fingerprint) {
        taskFailed(
            {EngineTask::Open,
             tr("%1 is not the model of the session any more.").arg(QString::fromStdString(model.path)),
             tr("The session was with %1; its plan was not put back.")
                 .arg(QString::fromStdString(session.offer.model.facts.name))});
        return;
    }
    try {
        SessionState state = readSession(session.json, model, engine_.methods(), session.file.toStdString());
        restoring_ = true;
        if (state.calibration) settings_.setCalibration(*state.calibration);
        if (state.evaluation) settings_.setEvaluation(*state.evaluation);
        restoring_ = false;
        document_.restore(state.history, session.offer.planFile);
        PlanList& plans = preview_.plans();
        plans.restore(std::move(state.previews), std::move(state.labels));
        // The file counts previewed plans by their places.
        for (PinChoice* pin : {&state.pinA, &state.pinB}) {
            if (pin->source == PinSource::Previewed) pin->point = plans.points().at(pin->point - 1).id;
        }
        pins_.restore(state.pinA, state.pinB);
        if (state.lab.report != nullptr) chopLab_.restore(std::move(state.lab));
    } catch (const Error& error) {
        taskFailed(problemOf(EngineTask::Plan, error));
    }
}

void Workflow::openDemo() {
    const QString demo = engine_.demoModel();
    if (demo.isEmpty()) {
        taskFailed({EngineTask::Open, tr("The demo model is not installed."),
                    tr("Set SECATEUR_RESOURCES to the resources folder of the source tree.")});
        return;
    }
    openThere(demo);
}

TextSource Workflow::calibrationText() const {
    const QString file = settings_.calibration().file;
    return textSource(file.isEmpty() ? engine_.sampleText() : file);
}

Workflow::Judged Workflow::judgedOn() const {
    const TextChoice choice = settings_.evaluation();
    Judged judged;
    judged.windows = windowOptions(choice);
    if (choice.file.isEmpty() && document_.model() != nullptr && document_.model()->healedBy != nullptr) {
        const auto heldOut = heldOutOf(document_.model()->healedBy->request);
        if (heldOut && QFileInfo::exists(QString::fromStdString(heldOut->text.file())))
            return {heldOut->text, heldOut->windows};
    }
    judged.text = textSource(choice.file.isEmpty() ? engine_.sampleText() : choice.file);
    const MeasureRequest calibration = measureRequest();
    if (judged.text == calibration.text) {
        const std::int64_t used = std::int64_t{calibration.windows.samples} * calibration.windows.seqLen;
        judged.windows.skip = static_cast<int>((used + choice.seqLen - 1) / std::max(choice.seqLen, 1));
    }
    return judged;
}

MeasureRequest Workflow::measureRequest() const {
    MeasureRequest request;
    request.text = calibrationText();
    request.windows = windowOptions(settings_.calibration());
    return request;
}

bool Workflow::cheapToLeaveOut() const {
    const ModelSummary& model = *document_.model();
    return static_cast<double>(model.parameters) * model.config.layerCount() < kCheapLeaveOneOut;
}

void Workflow::measure() {
    if (document_.model() == nullptr) return;
    MeasureRequest request = measureRequest();
    if (request.text.empty()) {
        taskFailed({EngineTask::Measure, tr("There is no calibration text."),
                    tr("Choose one under Run, Calibration text...")});
        return;
    }
    // Maps come first; leaving layers out follows in the background.
    leaveOneOutPending_ = settings_.leaveOneOut() || cheapToLeaveOut();
    say(tr("Measuring %1 on %2...")
            .arg(QString::fromStdString(document_.model()->name), textLabel(request.text)));
    Q_EMIT measuringChanged(true);
    engine_.measure(request);
}

void Workflow::openAnalysis(const QString& file) {
    leaveOneOutPending_ = false;
    say(tr("Reading %1...").arg(file));
    engine_.openAnalysis(file);
}

void Workflow::saveAnalysis(const QString& file) {
    if (document_.analysis() != nullptr) engine_.saveAnalysis(file, document_.analysis());
}

void Workflow::measureLeft() {
    const auto chops = document_.measuredAfter();
    if (!chops) return;
    MeasureRequest request = measureRequest();
    if (request.text.empty()) {
        taskFailed({EngineTask::Measure, tr("There is no calibration text."),
                    tr("Choose one under Run, Calibration text...")});
        return;
    }
    Plan plan;
    plan.model = planModel(*document_.model());
    plan.steps = leftChops_ = *chops;
    request.plan = plan;
    say(tr("Measuring what %1 leaves, on %2...").arg(planInWords(plan), textLabel(request.text)));
    engine_.measure(request);
}

void Workflow::forgetLeft() {
    document_.setLeftAnalysis(nullptr, {});
    say(tr("Back to the measurement of the whole network"));
}

void Workflow::leftMeasured(const std::shared_ptr<const Analysis>& analysis) {
    if (leftChops_.empty()) return;
    document_.setLeftAnalysis(analysis, std::exchange(leftChops_, {}));
    say(document_.ofWhatIsLeft() ? tr("Measured what the plan leaves: its widths are scored on that")
                                 : tr("Measured what other chops leave: the plan has changed since"));
}

void Workflow::apply(const QString& folder, const QString& format, bool overwrite) {
    if (!document_.valid()) return;
    writing_ = folder;
    say(tr("Writing %1...").arg(folderName(folder)));
    const MeasureRequest calibration = measureRequest();
    const bool previewed = preview_.state() == PreviewFeed::State::Current && preview_.report();
    engine_.apply({document_.result()->plan, document_.analysis(), folder, format, overwrite,
                   calibration.text, calibration.windows,
                   previewed ? std::optional(measuredOf(*preview_.report())) : std::nullopt});
}

ChopRequest Workflow::chopBeforeHealing(int layers) const {
    ChopRequest chop;
    chop.count = layers;
    chop.strategy = suggestedChop(ChopPurpose::Healed, document_.model()->parameters);
    return chop;
}

QString Workflow::healCommands(const HealDraft& draft, int chopFirst) const {
    const auto& model = document_.model();
    RunRequest run =
        runRequest(draft, engine_.sampleText(), model ? QString::fromStdString(model->path) : QString());
    const MeasureRequest calibration = measureRequest();
    if (draft.source == HealDraft::Source::Checkpoint || model == nullptr) {
        run.model = draft.checkpoint.toStdString();
        return healCommandText(nullptr, {}, engine_.methods(), calibration.text, calibration.windows, run);
    }
    run.model = model->path;
    PlanWishes wishes = document_.wishes();
    const bool whole = document_.result() == nullptr || isIdentity(document_.result()->plan);
    if (chopFirst > 0 && whole) wishes = withChop(wishes, chopBeforeHealing(chopFirst));
    return healCommandText(model.get(), wishes, engine_.methods(), calibration.text, calibration.windows,
                           run);
}

void Workflow::heal(const HealDraft& draft, int chopFirst) {
    const bool ofPlan = draft.source == HealDraft::Source::Plan;
    if (ofPlan && !document_.valid()) return;
    if (ofPlan && chopFirst > 0 && isIdentity(document_.result()->plan)) {
        document_.setChop(tr("Chop %1 layers before healing").arg(chopFirst), chopBeforeHealing(chopFirst));
        if (!document_.valid()) return;
    }
    const auto& model = document_.model();
    HealJob job;
    job.run =
        runRequest(draft, engine_.sampleText(), model ? QString::fromStdString(model->path) : QString());
    QString stem;
    if (ofPlan) {
        const Plan& plan = document_.result()->plan;
        job.plan = plan;
        job.analysis = document_.analysis();
        const MeasureRequest calibration = measureRequest();
        job.calibration = calibration.text;
        job.calibrationWindows = calibration.windows;
        job.modelName = model->name;
        job.parameters = plan.accounting ? plan.accounting->parametersAfter : model->parameters;
        const bool taught = draft.options.method == HealMethod::Distill;
        job.flopsPerToken = trainingFlopsPerToken(document_.result()->after.config, draft.options,
                                                  taught ? &model->config : nullptr);
        stem = runStem(QString::fromStdString(model->name), planInFileName(plan), draft.options.method);
    } else {
        job.run.model = draft.checkpoint.toStdString();
        job.modelName = folderName(draft.checkpoint).toStdString();
        stem = runStem(folderName(draft.checkpoint), {}, draft.options.method);
    }
    job.folder = runs_.newFolder(stem);
    say(tr("Healing %1...").arg(folderName(job.folder)));
    runs_.start(job);
}

bool Workflow::savePlan(const QString& file) {
    try {
        document_.save(file);
    } catch (const Error& error) {
        taskFailed(problemOf(EngineTask::Plan, error));
        return false;
    }
    say(tr("Saved %1").arg(file));
    return true;
}

bool Workflow::loadPlan(const QString& file) {
    try {
        const QStringList warnings = document_.load(file);
        if (!warnings.isEmpty()) Q_EMIT warningsRaised(warnings);
    } catch (const Error& error) {
        taskFailed(problemOf(EngineTask::Plan, error));
        return false;
    }
    say(tr("Loaded %1").arg(file));
    return true;
}

void Workflow::modelOpened(const std::shared_ptr<const ModelSummary>& model) {
    leaveOneOutPending_ = leaveOneOutRunning_ = false;
    leftChops_.clear();
    document_.setModel(model);
    restoreSession();
    settings_.addRecentModel(QString::fromStdString(model->path), QString::fromStdString(model->fingerprint));
    previewTextChanged();
    say(tr("Opened %1").arg(QString::fromStdString(model->name)));
    Q_EMIT modelReady();
    QStringList warnings;
    for (const std::string& warning : model->warnings) warnings << inWindowWords(warning);
    if (!warnings.isEmpty()) Q_EMIT warningsRaised(warnings);
    if (settings_.measureOnOpen()) measure();
}

void Workflow::analysisPublished(const std::shared_ptr<const Analysis>& analysis) {
    const auto& model = document_.model();
    if (model == nullptr ||
        (!analysis->modelFingerprint.empty() && analysis->modelFingerprint != model->fingerprint))
        return;
    if (!coversWhole(*analysis, model->config)) return leftMeasured(analysis);
    if (leaveOneOutRunning_ && analysis->leaveOneOut && document_.wholeAnalysis() != nullptr) {
        // It was measured on other windows: the rest of what is known stays.
        leaveOneOutRunning_ = false;
        auto joined = std::make_shared<Analysis>(*document_.wholeAnalysis());
        joined->leaveOneOut = analysis->leaveOneOut;
        joined->leaveOneOut->text = analysis->calibration;
        document_.setAnalysis(joined);
        say(tr("Left every layer out once, windows: %1").arg(analysis->calibration.samples));
        return;
    }
    document_.setAnalysis(analysis);
    Q_EMIT measuringChanged(false);
    say(tr("Measured %1 tokens of %2")
            .arg(QString::fromStdString(formatCount(analysis->tokens)),
                 QString::fromStdString(analysis->calibration.source)));
    if (leaveOneOutPending_) measureLeaveOneOut();
}

// On the windows that are previewed on, so that the two can be held against each other.
void Workflow::measureLeaveOneOut() {
    leaveOneOutPending_ = false;
    leaveOneOutRunning_ = true;
    MeasureRequest request = measureRequest();
    request.leaveOneOut = true;
    const Judged judged = judgedOn();
    request.text = judged.text;
    request.windows = judged.windows;
    engine_.measure(request);
}

void Workflow::planByEngine(const PlanRequest& request, quint64 revision) {
    const MeasureRequest calibration = measureRequest();
    const TextPlanRequest wanted{request, revision, document_.analysis(), calibration.text,
                                 calibration.windows};
    engine_.plan(wanted);
}

void Workflow::resultApplied(const ApplyReport& report) {
    writing_.clear();
    const QString folder = QString::fromStdString(report.path);
    QString summary = tr("Wrote %1: %2 parameters, %3.")
                          .arg(folder, QString::fromStdString(formatCount(report.accounting.parametersAfter)),
                               QString::fromStdString(formatBytes(report.accounting.bytesAfter)));
    summary += report.stock ? tr(" Loads in stock transformers.")
                            : tr(" Loads in transformers with trust_remote_code.");
    say(summary);
    Q_EMIT resultWritten(folder, summary);
    QStringList warnings;
    for (const std::string& warning : report.warnings) warnings << inWindowWords(warning);
    if (!warnings.isEmpty()) Q_EMIT warningsRaised(warnings);
}

void Workflow::taskFailed(const Problem& problem) {
    if (problem.task == EngineTask::Open) session_.reset();
    if (problem.task == EngineTask::Measure) {
        leaveOneOutPending_ = leaveOneOutRunning_ = false;
        leftChops_.clear();
        Q_EMIT measuringChanged(false);
    }
    if (problem.task == EngineTask::Apply) writing_.clear();
    if (problem.task == EngineTask::Plan) document_.rejectPlanned(problem.message, document_.revision());
    say(problem.message);
    // Opening stopped the measurement of the model that stays.
    const bool unmeasured = document_.model() != nullptr && document_.analysis() == nullptr;
    if (problem.task == EngineTask::Open && unmeasured && settings_.measureOnOpen()) measure();
    if (!problem.cancelled) Q_EMIT problemRaised(problem);
}

void Workflow::previewTextChanged() {
    const MeasureRequest calibration = measureRequest();
    preview_.setCalibration(calibration.text, calibration.windows);
    const Judged judged = judgedOn();
    preview_.setText(judged.text, judged.windows);
    const auto& whole = document_.wholeAnalysis();
    const bool left = whole != nullptr && whole->leaveOneOut;
    if (left && !leaveOneOutExpected()) measureLeaveOneOut();
}

void Workflow::say(const QString& status) {
    status_ = status;
    Q_EMIT statusChanged(status_);
}

}  // namespace secateur
