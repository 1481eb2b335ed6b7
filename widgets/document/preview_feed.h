// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keeps the previewed perplexity up to date with the plan: waits until edits pause, asks the engine, drops
// answers to older plans, and puts every plan that was answered into the list of previewed plans. Thread
// rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/data/reports.h"
#include "core/data/tokens.h"
#include "widgets/document/engine_client.h"
#include "widgets/document/plan_list.h"
#include "widgets/document/step_words.h"

namespace secateur {

class PlanDocument;

class PreviewFeed final : public QObject {
    Q_OBJECT
public:
    enum class State { Empty, Pending, Running, Current, Failed };

    PreviewFeed(PlanDocument& document, EngineClient& engine, QObject* parent = nullptr);

    // What perplexity is measured on. Plans that were previewed on other text stay in the list, which says
    // so.
    void setText(const TextSource& text, const WindowOptions& windows);
    [[nodiscard]] const TextSource& text() const noexcept { return text_; }
    [[nodiscard]] const WindowOptions& windows() const noexcept { return windows_; }
    [[nodiscard]] JudgedOn judgedOn() const { return {text_, windows_}; }
    // What calibrated steps look at. Other text makes a preview of theirs stale.
    void setCalibration(const TextSource& text, const WindowOptions& windows);
    void setAutomatic(bool automatic);
    [[nodiscard]] bool automatic() const noexcept { return automatic_; }
    // A measurement began, which previews wait for, or ended.
    void setMeasuring(bool measuring);
    [[nodiscard]] bool measuring() const noexcept { return measuring_; }
    void setDelay(int milliseconds) { pause_.setInterval(milliseconds); }

    // True when the present plan has calibrated steps, or such that train: it is previewed by runNow() alone.
    [[nodiscard]] bool waitsForPress() const;

    void runNow();
    // Whether the windows of a request are those that previews judge on now.
    [[nodiscard]] bool judgesOn(const TextSource& text, const WindowOptions& windows) const;
    // What is asked of the engine about the present plan, which must be valid.
    [[nodiscard]] PreviewRequest request() const;

    [[nodiscard]] State state() const noexcept { return state_; }
    // The last answer; belongs to the present plan when state() is Current.
    [[nodiscard]] const std::optional<PreviewReport>& report() const noexcept { return report_; }
    [[nodiscard]] PlanList& plans() noexcept { return plans_; }
    [[nodiscard]] const std::vector<PreviewPoint>& history() const noexcept { return plans_.points(); }
    // Of plans(), the one that the last answer is of; 0: none.
    [[nodiscard]] std::uint64_t currentPoint() const noexcept {
        return state_ == State::Current ? answered_ : 0;
    }
    [[nodiscard]] QString problem() const { return problem_; }

Q_SIGNALS:
    void changed();

private:
    void planEdited();
    void accept(const PreviewReport& report, quint64 revision);
    void fail(const Problem& problem);
    void become(State state);
    void remember(const PreviewReport& report);
    void followEdits(int reached);

    PlanDocument& document_;
    EngineClient& engine_;
    QTimer pause_;
    TextSource text_;
    WindowOptions windows_;
    TextSource calibration_;
    WindowOptions calibrationWindows_;
    std::optional<PreviewReport> report_;
    PlanList plans_;
    std::uint64_t answered_ = 0;  // the point of the last answer
    std::uint64_t edit_ = 1;      // grows with every edit; the moves of one drag are one
    int edits_ = 0;               // in the history, and the one that is reached
    int reached_ = 0;
    QString problem_;
    State state_ = State::Empty;
    std::uint64_t asked_ = 0;  // revision of the plan in flight
    bool automatic_ = true;
    bool measuring_ = false;
    bool unmeasured_ = false;  // the failure is that of the measurement
};

}  // namespace secateur
