// SPDX-License-Identifier: GPL-3.0-or-later
//
// A comparison of chop strategies: asks the engine, collects what comes back, and brings a chop of it into
// the plan. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/data/reports.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;

class ChopLab final : public QObject {
    Q_OBJECT
public:
    // Perplexities are measured on the text and windows of the preview.
    ChopLab(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent = nullptr);

    void compare(const std::vector<std::string>& strategies);
    [[nodiscard]] bool running() const noexcept { return running_; }
    // What is known so far; null before a comparison. Of the present model.
    [[nodiscard]] const std::shared_ptr<const ChopSweepReport>& report() const noexcept { return report_; }
    // Of the last comparison with the present model; none before.
    [[nodiscard]] const std::vector<std::string>& strategies() const noexcept { return strategies_; }
    [[nodiscard]] QString problem() const { return problem_; }  // why the last comparison ended early

    // Makes the chop of a row of the report the plan's, as an edit that can be undone.
    void propose(int row);

Q_SIGNALS:
    void changed();

private:
    void accept(const std::shared_ptr<const ChopSweepReport>& report, quint64 id, bool complete);
    void fail(const Problem& problem);
    void forget();

    PlanDocument& document_;
    PreviewFeed& preview_;
    EngineClient& engine_;
    std::shared_ptr<const ChopSweepReport> report_;
    std::vector<std::string> strategies_;
    QString problem_;
    std::uint64_t asked_ = 0;
    bool running_ = false;
};

// "layers 3, 5", "attention of 2, MLP of 4"; "nothing" for an empty chop.
[[nodiscard]] QString chopInWords(const ChopStep& chop);

}  // namespace secateur
