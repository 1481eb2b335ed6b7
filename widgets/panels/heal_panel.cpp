// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/heal_panel.h"

#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/units.h"
#include "core/planning/heal_forecast.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/run_board.h"
#include "widgets/panels/compact_button.h"
#include "widgets/panels/heal_form.h"
#include "widgets/panels/value_label.h"
#include "widgets/plots/flow_layout.h"

namespace secateur {
namespace {

constexpr int kCalmMilliseconds = 100;
const QString kNone = QStringLiteral("-");

// Four of them share a line: the standard error is in the tool tip.
void showPerplexity(ValueLabel& label, const std::optional<double>& value, const std::optional<double>& error,
                    const QString& protocol) {
    if (!value) return label.setValue(kNone, protocol);
    label.setValue(QString::fromStdString(formatPerplexity(*value)),
                   QString::fromStdString(formatPerplexity(*value, error)) + QLatin1Char('\n') + protocol);
}

}  // namespace

HealPanel::HealPanel(PlanDocument& document, RunBoard& board, Settings& settings, QWidget* parent)
    : QWidget(parent),
      document_(document),
      board_(board),
      form_(new HealForm(document, settings, this)),
      subject_(new QLabel(this)),
      forecast_(new ValueLabel(tr("Memory forecast"), this)),
      run_(new ValueLabel(tr("Run"), this)),
      state_(new ValueLabel(tr("Run progress"), this)),
      loss_(new ValueLabel(tr("Loss"), this)),
      heldOut_(new ValueLabel(tr("Held-out perplexity"), this)),
      unhealed_(new ValueLabel(tr("Unhealed perplexity"), this)),
      dense_(new ValueLabel(tr("Uncompressed perplexity"), this)),
      progress_(new QProgressBar(this)) {
    subject_->setWordWrap(true);
    subject_->setTextFormat(Qt::PlainText);
    subject_->setObjectName(QStringLiteral("healSubject"));
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(form_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(scroll, 1);
    column->addWidget(subject_);
    copy_ = new QToolButton(this);
    copy_->setText(tr("Copy as command"));
    copy_->setAutoRaise(true);
    copy_->setFocusPolicy(Qt::StrongFocus);
    copy_->setAccessibleName(tr("Copy healing as command"));
    copy_->setToolTip(tr("Copy the command lines that do what Start does"));
    connect(copy_, &QToolButton::clicked, this, &HealPanel::copyCommands);
    auto* line = new QHBoxLayout;
    line->addWidget(forecast_, 1);
    line->addWidget(copy_);
    column->addLayout(line);
    column->addWidget(buildButtons());
    column->addWidget(buildProgress());
    calm_.setSingleShot(true);
    calm_.setInterval(kCalmMilliseconds);
    connect(&calm_, &QTimer::timeout, this, &HealPanel::refreshRun);
    connect(form_, &HealForm::changed, this, &HealPanel::refreshSubject);
    connect(&board_, &RunBoard::changed, this, &HealPanel::refreshRun);
    connect(&board_, &RunBoard::changed, this, &HealPanel::showForecast);
    connect(&board_, &RunBoard::selectionChanged, this, &HealPanel::refreshRun);
    connect(&board_, &RunBoard::progressed, this, [this] {
        if (!calm_.isActive()) calm_.start();
    });
    refreshSubject();
    refreshRun();
}

QWidget* HealPanel::buildProgress() {
    auto* part = new QWidget(this);
    auto* grid = new QGridLayout(part);
    grid->setContentsMargins(0, 2, 0, 0);
    grid->setVerticalSpacing(1);
    grid->setHorizontalSpacing(10);
    run_->setEmphasis(true);
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Run done"));
    progress_->setMaximumHeight(fontMetrics().height() / 2 + 2);
    grid->addWidget(run_, 0, 0, 1, 4);
    grid->addWidget(progress_, 1, 0, 1, 4);
    grid->addWidget(state_, 2, 0, 1, 4);
    const std::pair<QString, ValueLabel*> columns[] = {{tr("Train loss"), loss_},
                                                       {tr("Held-out"), heldOut_},
                                                       {tr("Unhealed"), unhealed_},
                                                       {tr("Dense"), dense_}};
    int at = 0;
    for (const auto& [title, value] : columns) {
        auto* caption = new QLabel(title, part);
        caption->setForegroundRole(QPalette::PlaceholderText);
        grid->addWidget(caption, 3, at);
        grid->addWidget(value, 4, at);
        grid->setColumnStretch(at++, 1);
    }
    heldOut_->setEmphasis(true);
    return part;
}

QWidget* HealPanel::buildButtons() {
    auto* buttons = new QWidget(this);
    auto* row = new FlowLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    const auto button = [&](const QString& text, void (HealPanel::*act)()) {
        auto* made = new CompactButton(text, buttons);
        connect(made, &QPushButton::clicked, this, act);
        row->addWidget(made);
        return made;
    };
    start_ = button(tr("Start"), &HealPanel::start);
    pause_ = button(tr("Pause"), &HealPanel::pause);
    resume_ = button(tr("Resume"), &HealPanel::resume);
    cancel_ = button(tr("Cancel"), &HealPanel::cancel);
    return buttons;
}

bool HealPanel::canStart() const {
    return form_->problem().isEmpty();
}

QString HealPanel::problem() const {
    return form_->problem();
}

void HealPanel::copyCommands() {
    if (canStart()) Q_EMIT copyWished(form_->draft(), form_->chopFirst());
}

bool HealPanel::canPause() const {
    const RunEntry* run = board_.current();
    return run != nullptr && run->canPause();
}

const RunEntry* HealPanel::paused() const {
    const RunEntry* run = board_.current();
    return run != nullptr && run->canResume() ? run : nullptr;
}

bool HealPanel::canResume() const {
    return paused() != nullptr;
}

void HealPanel::start() {
    if (canStart()) Q_EMIT startWished(form_->draft(), form_->chopFirst());
}

void HealPanel::pause() {
    if (canPause()) board_.pause(board_.current()->folder());
}

void HealPanel::resume() {
    if (const RunEntry* run = paused()) board_.resume(run->folder());
}

void HealPanel::cancel() {
    if (const RunEntry* run = board_.current()) board_.cancel(run->folder());
}

void HealPanel::refreshSubject() {
    const QString problem = form_->problem();
    subject_->setText(problem.isEmpty() ? tr("Start heals %1.").arg(form_->subject()) : problem);
    showForecast();
    refreshButtons();
}

void HealPanel::showForecast() {
    const auto network = form_->network();
    if (!network || !form_->problem().isEmpty()) {
        forecast_->setValue(tr("Memory: known when the checkpoint is read"));
        return;
    }
    const HealDraft draft = form_->draft();
    HealScale scale = board_.healScale();
    scale.seqLen = draft.text.seqLen;
    const bool distilled = draft.options.method == HealMethod::Distill && draft.teacher.isEmpty();
    if (distilled) scale.teacher = &document_.model()->config;
    if (draft.teacher.isEmpty() && document_.model() != nullptr) scale.uncut = &document_.model()->config;
    const HealForecast forecast = forecastHeal(*network, draft.options, scale);
    const auto bytes = [](std::int64_t count) { return QString::fromStdString(formatBytes(count)); };
    forecast_->setValue(
        tr("Memory: about %1").arg(bytes(forecast.total())) + timeText(draft, *network),
        tr("%1: weights %2, gradients %3, optimizer %4, activations %5, teacher %6. Less with LoRA, "
           "a smaller batch, or recomputed activations.")
            .arg(scale.productBytes == 4 ? tr("In float32") : tr("In float32, multiplied in 16 bits"),
                 bytes(forecast.weights), bytes(forecast.gradients), bytes(forecast.optimizer),
                 bytes(forecast.activations), bytes(forecast.teacher)));
}

// Known before it begins, from what this machine reached in earlier runs; evaluations come on top.
QString HealPanel::timeText(const HealDraft& draft, const NetworkConfig& network) const {
    const double rate = board_.trainingRate(draft.options.method);
    const std::int64_t steps = stepsOf(draft);
    if (rate <= 0.0 || steps == 0) return {};  // minutes are what is asked for
    const auto tokens = static_cast<double>(steps * draft.options.batchWindows * draft.text.seqLen);
    const auto& open = document_.model();
    const bool taught = draft.options.method == HealMethod::Distill && open != nullptr;
    const double flops =
        tokens * trainingFlopsPerToken(network, draft.options, taught ? &open->config : nullptr);
    return tr("; time %1").arg(QString::fromStdString(formatDuration(flops / rate)));
}

void HealPanel::refreshButtons() {
    const RunEntry* run = board_.current();
    const QString name = run != nullptr ? run->name() : QString();
    start_->setEnabled(canStart());
    copy_->setEnabled(canStart());
    start_->setToolTip(tr("Begin a new run with these choices; it waits while another one runs"));
    pause_->setEnabled(canPause());
    pause_->setToolTip(canPause() ? tr("Save a checkpoint of %1 and stop").arg(name)
                                  : tr("Save a checkpoint of the run and stop. No run is under way."));
    resume_->setEnabled(canResume());
    resume_->setToolTip(
        canResume()
            ? tr("Go on with %1 from its newest checkpoint").arg(name)
            : tr("Go on with a run from its newest checkpoint. Select one that is paused or interrupted."));
    cancel_->setEnabled(run != nullptr && run->canCancel());
    cancel_->setToolTip(
        cancel_->isEnabled()
            ? tr("Stop %1 at once; it can be resumed from its newest checkpoint").arg(name)
            : tr("Stop the run at once; it can be resumed from its newest checkpoint. No run is under way."));
    Q_EMIT actionsChanged();
}

QString HealPanel::progressText(const RunEntry& run) const {
    const RunRecord& record = run.record;
    QStringList parts{stateLabel(run)};
    if (record.steps > 0) {
        const std::int64_t all = record.request.options.steps;
        parts << (all > 0 ? tr("step %1 of %2").arg(record.steps).arg(all) : tr("step %1").arg(record.steps));
    } else if (!run.stage.isEmpty() && run.active()) {
        parts << run.stage;
    }
    if (run.active() && !record.points.empty())
        parts << QString::fromStdString(formatRate(record.points.back().tokensPerSecond, "tokens"));
    if (run.active() && run.secondsLeft >= 0.0)
        parts << tr("%1 left").arg(QString::fromStdString(formatDuration(run.secondsLeft)));
    if (!run.active() && record.seconds > 0.0)
        parts << QString::fromStdString(formatDuration(record.seconds));
    return parts.join(QStringLiteral(", "));
}

void HealPanel::refreshRun() {
    const RunEntry* run = board_.current();
    if (run == nullptr) {
        run_->setValue(tr("No run yet"));
        state_->setValue(tr("Press Start: curves and values follow every step."));
        progress_->setValue(0);
        for (ValueLabel* value : {loss_, heldOut_, unhealed_, dense_}) value->setValue(kNone);
        refreshButtons();
        return;
    }
    const RunRecord& record = run->record;
    run_->setValue(run->name());
    state_->setValue(progressText(*run), QString::fromStdString(record.problem));
    const std::int64_t all = record.request.options.steps;
    const double done = record.state == RunState::Complete && !run->active() ? 1.0
                        : run->active()                                      ? run->fraction
                        : all > 0 ? static_cast<double>(record.steps) / static_cast<double>(all)
                                  : 0.0;
    progress_->setValue(qRound(done * 1000.0));
    loss_->setValue(record.points.empty() ? kNone
                                          : QString::fromStdString(formatScore(record.points.back().loss)));
    const QString protocol = QString::fromStdString(record.protocol);
    showPerplexity(*heldOut_, record.evalPerplexity, record.standardError, protocol);
    showPerplexity(*unhealed_, record.evalBefore, record.standardErrorBefore, protocol);
    showPerplexity(*dense_, record.densePerplexity, record.denseStandardError, protocol);
    refreshButtons();
}

}  // namespace secateur
