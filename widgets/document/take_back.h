// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which of a plan's cuts, taken back, helps most: asks the engine, collects what comes back, and takes a cut
// back in the plan. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <memory>

#include "core/data/take_back.h"
#include "widgets/document/engine_client.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;

class TakeBack final : public QObject {
    Q_OBJECT
public:
    // Judges on the text and windows of the preview.
    TakeBack(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent = nullptr);

    void start();
    void stop();
    [[nodiscard]] bool running() const noexcept { return running_; }
    // There is a plan with a cut, and a text to judge on.
    [[nodiscard]] bool canStart() const;
    // What is known so far, ranked; null before. Of the plan of `planned()`.
    [[nodiscard]] const std::shared_ptr<const TakeBackReport>& report() const noexcept { return report_; }
    [[nodiscard]] const Plan& planned() const noexcept { return planned_; }
    // The report is of a plan or text other than the present one: nothing of it can be taken back.
    [[nodiscard]] bool stale() const;
    [[nodiscard]] QString problem() const { return problem_; }

    // Makes the plan of a row the present one, as an edit that can be undone. Steps stay as they were
    // decided, so that the perplexity is the one that the row says.
    void take(int row);

Q_SIGNALS:
    void changed();

private:
    void planChanged();
    [[nodiscard]] bool ofThePresent() const;
    void accept(const std::shared_ptr<const TakeBackReport>& report, quint64 revision, bool complete);
    void fail(const Problem& problem);
    void forget();

    PlanDocument& document_;
    PreviewFeed& preview_;
    EngineClient& engine_;
    std::shared_ptr<const TakeBackReport> report_;
    Plan planned_;
    QString problem_;
    std::uint64_t asked_ = 0;  // revision of the plan
    TextSource text_;          // that was asked about
    WindowOptions windows_;
    bool running_ = false;
};

// "layer 3", "attention of 5", or the step in words. `plan`: the one that it is taken back from.
[[nodiscard]] QString inWords(const TakenBack& what, const Plan& plan,
                              const std::vector<MethodInfo>& methods);

// The wishes whose plan is `lessened`, which `what` was taken back for: their steps are settled as it has
// them, and what is off or removes nothing stays where it is.
[[nodiscard]] PlanWishes lessenedWishes(const PlanWishes& wishes, const TakenBack& what,
                                        const Plan& lessened);

}  // namespace secateur
