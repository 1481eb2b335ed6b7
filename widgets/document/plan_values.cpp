// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/plan_values.h"

#include <QFileInfo>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "widgets/document/bench_feed.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/plan_document.h"

namespace secateur {

namespace {

std::shared_ptr<const PackedPlan> packed(const std::optional<PreviewRequest>& planned) {
    return planned ? std::make_shared<const PackedPlan>(planned->plan) : nullptr;
}

// Over the tasks whose answers are right or wrong, each as much as the others; nothing where there are none.
std::optional<MeanScore> meanAccuracy(const std::vector<TaskResult>& tasks, bool planned) {
    double sum = 0.0, squares = 0.0, count = 0.0;
    for (const TaskResult& result : tasks) {
        const TaskScore* score = !planned ? &result.first : result.second ? &*result.second : nullptr;
        const MeanScore* accuracy = score == nullptr ? nullptr : score->find("acc");
        if (accuracy == nullptr) continue;
        sum += accuracy->value;
        squares += accuracy->standardError * accuracy->standardError;
        count += 1.0;
    }
    if (count == 0.0) return std::nullopt;
    return MeanScore{sum / count, std::sqrt(squares) / count};
}

// Files are told apart by what they hold.
QString wayOf(const EvaluateRequest& asked, const EvaluationReport& report) {
    QStringList names, files;
    for (const TaskResult& result : report.tasks) {
        if (result.first.find("acc") == nullptr) continue;
        names << QString::fromStdString(result.task.name);
        files << QFileInfo(QString::fromStdString(result.task.file)).fileName() + QLatin1Char(' ') +
                     QString::fromStdString(result.task.sha256.substr(0, 8));
    }
    const QString way = PlanValues::tr("accuracy over %1 (%2)")
                            .arg(names.join(QStringLiteral(", ")), files.join(QStringLiteral(", ")));
    return asked.limit > 0 ? way + PlanValues::tr(", the first %1 questions of each").arg(asked.limit) : way;
}

QString wayOf(const BenchReport& report, int batch) {
    return PlanValues::tr("decoding at batch %1, prompts of %2 tokens, %3 new ones, %4")
        .arg(batch)
        .arg(report.options.promptTokens)
        .arg(report.options.newTokens)
        .arg(QString::fromStdString(inWords(report.place)));
}

}  // namespace

// What was known in another way goes.
template <class Value>
void PlanValues::Known<Value>::begin(const QString& way) {
    if (way != protocol) entries.clear();
    protocol = way;
}

template <class Value>
void PlanValues::Known<Value>::put(std::shared_ptr<const PackedPlan> plan, const Value& value) {
    std::erase_if(entries, [&](const Entry& entry) {
        return plan == nullptr || entry.plan == nullptr ? plan == entry.plan : plan->sameSteps(*entry.plan);
    });
    entries.push_back({std::move(plan), value});
}

template <class Value>
std::optional<Value> PlanValues::Known<Value>::find(const PackedPlan* plan) const {
    const auto found = std::ranges::find_if(entries, [plan](const Entry& entry) {
        return plan == nullptr || entry.plan == nullptr ? plan == entry.plan.get()
                                                        : plan->sameSteps(*entry.plan);
    });
    return found == entries.end() ? std::nullopt : std::optional(found->value);
}

PlanValues::PlanValues(PlanDocument& document, EvaluationFeed& evaluation, BenchFeed& bench, QObject* parent)
    : QObject(parent), evaluation_(evaluation), bench_(bench) {
    connect(&evaluation_, &EvaluationFeed::changed, this, &PlanValues::evaluated);
    connect(&bench_, &BenchFeed::changed, this, &PlanValues::benched);
    connect(&document, &PlanDocument::modelChanged, this, &PlanValues::forget);
}

PlanValues::Values PlanValues::of(const PackedPlan* plan) const {
    return {accuracies_.find(plan), rates_.find(plan)};
}

// An evaluation that was stopped asked other questions than a whole one.
void PlanValues::evaluated() {
    const auto& report = evaluation_.report();
    if (report == nullptr || report == lastEvaluation_ || evaluation_.running() ||
        report->tasks.size() != evaluation_.asked().tasks.size())
        return;
    lastEvaluation_ = report;
    const auto dense = meanAccuracy(report->tasks, false);
    if (!dense) return;
    accuracies_.begin(wayOf(evaluation_.asked(), *report));
    accuracies_.put(nullptr, *dense);
    if (const auto planned = meanAccuracy(report->tasks, true))
        accuracies_.put(packed(evaluation_.asked().planned), *planned);
    Q_EMIT changed();
}

void PlanValues::benched() {
    const auto& report = bench_.report();
    if (report == nullptr || report == lastBench_ || report->dense.batches.empty()) return;
    lastBench_ = report;
    const BatchTimes& dense = report->dense.batches.front();
    rates_.begin(wayOf(*report, dense.batch));
    rates_.put(nullptr, dense.decodeRate());
    const BatchTimes* planned = report->planned ? report->planned->at(dense.batch) : nullptr;
    if (planned != nullptr) rates_.put(packed(bench_.reported()), planned->decodeRate());
    Q_EMIT changed();
}

void PlanValues::forget() {
    accuracies_ = {};
    rates_ = {};
    Q_EMIT changed();
}

}  // namespace secateur
