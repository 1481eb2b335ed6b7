// SPDX-License-Identifier: GPL-3.0-or-later
//
// How often the dense network and what the plan leaves of it are right: which questions are asked, and what
// came of it. Asks the engine and collects what comes back, task by task. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/evaluation.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;
class Settings;

class EvaluationFeed final : public QObject {
    Q_OBJECT
public:
    // Divergences are on the text and windows of the preview.
    EvaluationFeed(PlanDocument& document, PreviewFeed& preview, EngineClient& engine,
                   QObject* parent = nullptr);

    // What is asked is kept from now on, and is what was kept before.
    void keepChoicesIn(Settings& settings);

    [[nodiscard]] const std::vector<TaskFile>& tasks() const noexcept { return tasks_; }
    [[nodiscard]] QStringList taskNames() const;
    // Each as the task that its name tells; those that are there already are not added again.
    void addFiles(const QStringList& files);
    void removeTasks(std::vector<int> rows);
    void setTask(int row, const QString& name);
    [[nodiscard]] int limit() const noexcept { return limit_; }  // of questions of each task; 0: all
    void setLimit(int questions);
    [[nodiscard]] bool divergence() const noexcept { return divergence_; }
    void setDivergence(bool on);

    void start();
    void stop();
    [[nodiscard]] bool running() const noexcept { return running_; }
    // Why nothing can be asked now; empty when it can.
    [[nodiscard]] QString hindrance() const;
    // What start() asks.
    [[nodiscard]] EvaluateRequest request() const;

    // What is known so far, of the tasks that were asked; null before.
    [[nodiscard]] const std::shared_ptr<const EvaluationReport>& report() const noexcept { return report_; }
    [[nodiscard]] const EvaluateRequest& asked() const noexcept { return asked_; }
    // Of a row of tasks(); null where it was not asked or is not known yet.
    [[nodiscard]] const TaskResult* resultOf(int row) const;
    // The report is of a plan other than the present one.
    [[nodiscard]] bool stale() const;
    [[nodiscard]] QString problem() const { return problem_; }

Q_SIGNALS:
    void changed();

private:
    void accept(const std::shared_ptr<const EvaluationReport>& report, quint64 id, bool complete);
    void fail(const Problem& problem);
    void forget();
    void keep();

    PlanDocument& document_;
    PreviewFeed& preview_;
    EngineClient& engine_;
    Settings* settings_ = nullptr;
    std::vector<TaskFile> tasks_;
    int limit_ = 0;
    bool divergence_ = true;
    EvaluateRequest asked_;
    std::shared_ptr<const EvaluationReport> report_;
    QString problem_;
    bool running_ = false;
};

// The task that a file or its folder is named after, such as piqa-validation.jsonl; empty where none is.
[[nodiscard]] std::string taskOfFile(const QString& file, const std::vector<std::string>& names);

}  // namespace secateur
