// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast the dense network is here, and what the plan leaves of it beside it: how that is measured, and
// what came of it. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/bench.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;

class BenchFeed final : public QObject {
    Q_OBJECT
public:
    BenchFeed(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent = nullptr);

    // No batches: what was typed is no list of them.
    void setOptions(const BenchOptions& options);
    [[nodiscard]] const BenchOptions& options() const noexcept { return options_; }

    void start();
    void stop();
    [[nodiscard]] bool running() const noexcept { return running_; }
    // Why nothing can be measured now; empty when it can.
    [[nodiscard]] QString hindrance() const;
    // The present plan removes something, and is measured beside the dense network.
    [[nodiscard]] bool measuresPlan() const;

    // The last measurement of the present model; null before.
    [[nodiscard]] const std::shared_ptr<const BenchReport>& report() const noexcept { return report_; }
    // The plan that it is of; none: the dense network was measured alone.
    [[nodiscard]] const std::optional<PreviewRequest>& reported() const noexcept { return reported_; }
    // The report is of a plan other than the present one.
    [[nodiscard]] bool stale() const;
    [[nodiscard]] QString problem() const { return problem_; }

Q_SIGNALS:
    void changed();

private:
    void accept(const std::shared_ptr<const BenchReport>& report, quint64 id);
    void fail(const Problem& problem);
    void forget();

    PlanDocument& document_;
    PreviewFeed& preview_;
    EngineClient& engine_;
    BenchOptions options_;
    RateRequest asked_;
    std::optional<PreviewRequest> reported_;  // the plan of the report
    std::shared_ptr<const BenchReport> report_;
    QString problem_;
    bool running_ = false;
};

// "1, 8": numbers of sequences with commas between them, each once; empty where it is no such list.
[[nodiscard]] std::vector<int> batchesOf(const QString& text);
[[nodiscard]] QString batchesInWords(const std::vector<int>& batches);

}  // namespace secateur
