// SPDX-License-Identifier: GPL-3.0-or-later
//
// A comparison of chop strategies: says what it will take, asks the engine, collects what comes back, knows
// which chop of it is selected, and brings that into the plan. Kept in the session file. Thread rule: GUI
// thread only.
#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/reports.h"
#include "widgets/document/chop_words.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;

// What a comparison would take.
struct ChopEstimate {
    int networks = 0;
    double decoderPasses = 0.0;     // over the text, with shared prefixes
    std::optional<double> seconds;  // none before something has run that tells the rate
};

// A comparison as it is kept: what was found, of which strategies, and what is selected of it.
struct ChopLabResult {
    std::shared_ptr<const ChopSweepReport> report{};  // null: nothing was compared
    std::vector<std::string> strategies{};
    int count = 0;           // layers; 0: nothing has been selected
    std::string strategy{};  // empty: whichever is best at that count
};

class ChopLab final : public QObject {
    Q_OBJECT
public:
    // Perplexities are measured on the text and windows of the preview.
    ChopLab(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent = nullptr);

    // Of the present model; none without one.
    [[nodiscard]] std::optional<ChopEstimate> estimate(const std::vector<std::string>& strategies) const;
    void compare(const std::vector<std::string>& strategies);
    void stop();  // what was found so far stays
    [[nodiscard]] bool running() const noexcept { return running_; }
    // What is known so far; null before a comparison. Of the present model.
    [[nodiscard]] const std::shared_ptr<const ChopSweepReport>& report() const noexcept { return report_; }
    // Of the last comparison with the present model; none before.
    [[nodiscard]] const std::vector<std::string>& strategies() const noexcept { return strategies_; }
    [[nodiscard]] QString problem() const { return problem_; }  // why the last comparison ended early
    // What there is of a comparison that runs is among it.
    [[nodiscard]] ChopLabResult result() const;
    void restore(ChopLabResult result);  // of the present model

    // The count that is looked at, and the row of the report that is selected there. Until one is selected:
    // the best at the largest count that costs little. 0 and -1 where there is none.
    [[nodiscard]] int selectedCount() const;
    [[nodiscard]] int selectedRow() const;
    void selectRow(int row);
    void selectCount(int count);  // and what is best there
    // Makes the selected chop the plan's, as an edit that can be undone.
    void useSelected();

Q_SIGNALS:
    void changed();           // report, state or estimate
    void selectionChanged();  // alone
    void restored();

private:
    void accept(const std::shared_ptr<const ChopSweepReport>& report, quint64 id, bool complete);
    void fail(const Problem& problem);
    void forget();
    void noteRate(const JobRow& job);
    [[nodiscard]] int bestRow(int count) const;
    [[nodiscard]] QString stoppedText() const;

    struct Selection {
        int count = 0;
        std::string strategy{};  // empty: whichever is best
    };
    PlanDocument& document_;
    PreviewFeed& preview_;
    EngineClient& engine_;
    std::shared_ptr<const ChopSweepReport> report_;
    std::vector<std::string> strategies_;
    std::optional<Selection> selection_;
    QString problem_;
    double layerTokensPerSecond_ = 0.0;  // as the last job that said so; 0: none has
    std::uint64_t asked_ = 0;
    bool running_ = false;
};

}  // namespace secateur
