// SPDX-License-Identifier: GPL-3.0-or-later
//
// Questions and divergences, on the device thread. An evaluation gives way to other jobs and goes on after
// them with the task that it was at: tasks that are known stay.
#include <algorithm>

#include "app/workbench/session_engine_open.h"
#include "core/storage/task_file.h"

namespace secateur {

namespace {

// What is kept over the times that an evaluation gives way. Device thread only.
struct Evaluated {
    std::vector<Task> tasks;  // with their questions
    EvaluationReport report;
};

std::vector<Task> tasksOf(const EvaluateRequest& request) {
    std::vector<Task> tasks;
    for (const TaskFile& wish : request.tasks) {
        tasks.push_back(readTask(wish.task, wish.file.toStdString()));
        std::vector<Question>& questions = tasks.back().questions;
        if (request.limit > 0)
            questions.resize(std::min(static_cast<std::size_t>(request.limit), questions.size()));
    }
    return tasks;
}

void join(EvaluationReport& sum, EvaluationReport part) {
    for (TaskResult& result : part.tasks) sum.tasks.push_back(std::move(result));
    if (part.divergence) sum.divergence = std::move(part.divergence);
    sum.requests += part.requests;
    sum.seconds += part.seconds;
    sum.warnings.insert(sum.warnings.end(), part.warnings.begin(), part.warnings.end());
}

}  // namespace

std::vector<std::string> SessionEngine::taskNames() const {
    return secateur::taskNames();
}

void SessionEngine::evaluate(const EvaluateRequest& request) {
    const auto kept = std::make_shared<Evaluated>();
    const auto work = [this, request, kept](Open& open, JobContext& context,
                                            const DeviceExecutor::Post& post) {
        // Every file before anything is computed: a bad one is told at once.
        if (kept->tasks.empty()) kept->tasks = tasksOf(request);
        std::optional<Open::PlanNetwork> planned;
        if (request.planned) planned.emplace(open, *request.planned, context);
        const TokenWindows* windows =
            planned && request.divergence && planned->judged ? &*planned->judged : nullptr;
        const auto delivery = [this, kept, id = request.id](bool complete) {
            auto shared = std::make_shared<const EvaluationReport>(kept->report);
            return DeviceExecutor::Delivery(
                [this, shared, id, complete] { Q_EMIT evaluated(shared, id, complete); });
        };
        std::vector<double> weights;
        for (const Task& task : kept->tasks)
            weights.push_back(1.0 + static_cast<double>(task.questions.size()));
        if (windows != nullptr) weights.push_back(static_cast<double>(windows->count()));
        ProgressParts progress(context, std::move(weights));
        for (std::size_t i = 0; i < kept->tasks.size(); ++i) {
            progress.next();
            if (i < kept->report.tasks.size()) continue;
            EvaluationRequest one{{kept->tasks[i]}, nullptr, {}, {}};
            if (planned) one.second = planned->network;
            join(kept->report, open.session->evaluate(one, context));
            post(delivery(false));
        }
        if (windows != nullptr) {
            progress.next();
            join(kept->report, open.session->evaluate({{}, windows, {}, planned->network}, context));
        }
        return DeviceExecutor::Outcome{delivery(true), tr("%1 tasks, %2 likelihoods in %3 s")
                                                           .arg(kept->report.tasks.size())
                                                           .arg(kept->report.requests)
                                                           .arg(kept->report.seconds, 0, 'f', 1)};
    };
    submit(EngineTask::Evaluate, tr("Evaluate"), QStringLiteral("evaluate"), true, work);
}

}  // namespace secateur
