// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/evaluation_feed.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <functional>

#include "widgets/document/asked_plan.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/settings.h"
#include "widgets/document/window_words.h"

namespace secateur {

namespace {

const QString kEvaluateChoices = QStringLiteral("evaluate");
constexpr int kMostQuestions = 1'000'000;

bool standsAlone(const QString& text, qsizetype at, qsizetype length) {
    const auto letter = [&](qsizetype i) {
        return i >= 0 && i < text.size() && text.at(i).isLetterOrNumber();
    };
    return !letter(at - 1) && !letter(at + length);
}

}  // namespace

std::string taskOfFile(const QString& file, const std::vector<std::string>& names) {
    const QFileInfo info(file);
    for (const QString& text : {info.fileName().toLower(), info.dir().dirName()}) {
        for (const std::string& name : names) {
            const QString word = QString::fromStdString(name);
            const qsizetype at = text.indexOf(word);
            if (at >= 0 && standsAlone(text, at, word.size())) return name;
        }
    }
    return {};
}

EvaluationFeed::EvaluationFeed(PlanDocument& document, PreviewFeed& preview, EngineClient& engine,
                               QObject* parent)
    : QObject(parent), document_(document), preview_(preview), engine_(engine) {
    connect(&engine_, &EngineClient::evaluated, this, &EvaluationFeed::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &EvaluationFeed::fail);
    connect(&document_, &PlanDocument::planChanged, this, &EvaluationFeed::changed);
    connect(&preview_, &PreviewFeed::changed, this, &EvaluationFeed::changed);
    connect(&document_, &PlanDocument::modelChanged, this, &EvaluationFeed::forget);
}

void EvaluationFeed::keepChoicesIn(Settings& settings) {
    settings_ = &settings;
    const QVariantMap kept = settings.plotChoices(kEvaluateChoices);
    limit_ = std::clamp(kept.value(QStringLiteral("limit")).toInt(), 0, kMostQuestions);
    divergence_ = kept.value(QStringLiteral("divergence"), true).toBool();
    const QStringList files = kept.value(QStringLiteral("files")).toStringList();
    const QStringList names = kept.value(QStringLiteral("tasks")).toStringList();
    const QStringList known = taskNames();
    tasks_.clear();
    for (qsizetype i = 0; i < files.size(); ++i) {
        const QString name = names.value(i);
        tasks_.push_back({known.contains(name) ? name.toStdString() : std::string(), files.at(i)});
    }
    Q_EMIT changed();
}

void EvaluationFeed::keep() {
    if (settings_ != nullptr) {
        QStringList files, names;
        for (const TaskFile& task : tasks_) {
            files << task.file;
            names << QString::fromStdString(task.task);
        }
        settings_->setPlotChoices(kEvaluateChoices, {{QStringLiteral("files"), files},
                                                     {QStringLiteral("tasks"), names},
                                                     {QStringLiteral("limit"), limit_},
                                                     {QStringLiteral("divergence"), divergence_}});
    }
    Q_EMIT changed();
}

QStringList EvaluationFeed::taskNames() const {
    QStringList names;
    for (const std::string& name : engine_.taskNames()) names << QString::fromStdString(name);
    return names;
}

void EvaluationFeed::addFiles(const QStringList& files) {
    const std::vector<std::string> names = engine_.taskNames();
    for (const QString& file : files) {
        if (std::ranges::find(tasks_, file, &TaskFile::file) == tasks_.end())
            tasks_.push_back({taskOfFile(file, names), file});
    }
    problem_.clear();
    keep();
}

void EvaluationFeed::removeTasks(std::vector<int> rows) {
    std::ranges::sort(rows, std::greater());
    for (const int row : rows) {
        if (row >= 0 && row < static_cast<int>(tasks_.size())) tasks_.erase(tasks_.begin() + row);
    }
    problem_.clear();
    keep();
}

void EvaluationFeed::setTask(int row, const QString& name) {
    if (row < 0 || row >= static_cast<int>(tasks_.size())) return;
    tasks_[static_cast<std::size_t>(row)].task = name.toStdString();
    problem_.clear();
    keep();
}

void EvaluationFeed::setLimit(int questions) {
    limit_ = questions;
    keep();
}

void EvaluationFeed::setDivergence(bool on) {
    divergence_ = on;
    keep();
}

QString EvaluationFeed::hindrance() const {
    if (document_.model() == nullptr) return tr("Open a model to see how often it is right.");
    if (!document_.problem().isEmpty()) return document_.problem();
    if (document_.waiting()) return tr("The plan is being made.");
    for (const TaskFile& task : tasks_) {
        if (task.task.empty())
            return tr("Which task is %1? Choose its row, and then the task.")
                .arg(QFileInfo(task.file).fileName());
    }
    const bool diverges = divergence_ && removesSomething(document_) && !preview_.text().empty();
    if (tasks_.empty() && !diverges)
        return tr("Add the .jsonl files of tasks, or drop them here: %1.")
            .arg(taskNames().join(QStringLiteral(", ")));
    return {};
}

EvaluateRequest EvaluationFeed::request() const {
    EvaluateRequest request;
    request.tasks = tasks_;
    request.limit = limit_;
    request.divergence = divergence_;
    request.id = asked_.id;
    request.planned = askedNow(document_, preview_);
    return request;
}

void EvaluationFeed::start() {
    if (running_ || !hindrance().isEmpty()) return;
    report_.reset();
    problem_.clear();
    running_ = true;
    ++asked_.id;
    asked_ = request();
    engine_.evaluate(asked_);
    Q_EMIT changed();
}

void EvaluationFeed::stop() {
    engine_.stopTask(EngineTask::Evaluate);
}

const TaskResult* EvaluationFeed::resultOf(int row) const {
    if (report_ == nullptr) return nullptr;
    const auto found = std::ranges::find(asked_.tasks, tasks_.at(static_cast<std::size_t>(row)));
    const auto at = static_cast<std::size_t>(found - asked_.tasks.begin());
    return at < report_->tasks.size() ? &report_->tasks[at] : nullptr;
}

bool EvaluationFeed::stale() const {
    return report_ != nullptr && !isOfPresentPlan(asked_.planned, document_);
}

void EvaluationFeed::accept(const std::shared_ptr<const EvaluationReport>& report, quint64 id,
                            bool complete) {
    if (!running_ || id != asked_.id) return;
    report_ = report;
    running_ = !complete;
    Q_EMIT changed();
}

void EvaluationFeed::fail(const Problem& problem) {
    if (problem.task != EngineTask::Evaluate || !running_) return;
    running_ = false;
    problem_ = problem.cancelled ? tr("Stopped.") : joined(problem.message, problem.hint);
    Q_EMIT changed();
}

void EvaluationFeed::forget() {
    if (running_) stop();
    running_ = false;
    report_.reset();
    problem_.clear();
    Q_EMIT changed();
}

}  // namespace secateur
