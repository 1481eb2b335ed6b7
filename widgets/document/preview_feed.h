// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keeps the previewed perplexity up to date with the plan: waits until edits pause, asks the engine, drops
// answers to older plans, and remembers every point for the curve of perplexity against parameters. Thread
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
#include "widgets/document/plan_wishes.h"
#include "widgets/document/step_words.h"

namespace secateur {

class PlanDocument;

struct PreviewPoint {
    std::int64_t parameters = 0;
    double removedFraction = 0.0;
    double perplexity = 0.0;
    QString plan;  // what was removed, in words
    QString protocol;
    PlanWishes wishes{};  // brings the plan back
};

class PreviewFeed final : public QObject {
    Q_OBJECT
public:
    enum class State { Empty, Pending, Running, Current, Failed };

    PreviewFeed(PlanDocument& document, EngineClient& engine, QObject* parent = nullptr);

    // What perplexity is measured on. Other text starts a new curve: perplexities of different protocols are
    // not comparable.
    void setText(const TextSource& text, const WindowOptions& windows);
    [[nodiscard]] const TextSource& text() const noexcept { return text_; }
    [[nodiscard]] const WindowOptions& windows() const noexcept { return windows_; }
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
    [[nodiscard]] const std::vector<PreviewPoint>& history() const noexcept { return history_; }
    [[nodiscard]] QString problem() const { return problem_; }
    void clearHistory();

Q_SIGNALS:
    void changed();

private:
    void planEdited();
    void accept(const PreviewReport& report, quint64 revision);
    void fail(const Problem& problem);
    void become(State state);
    void remember(const PreviewReport& report);

    PlanDocument& document_;
    EngineClient& engine_;
    QTimer pause_;
    TextSource text_;
    WindowOptions windows_;
    TextSource calibration_;
    WindowOptions calibrationWindows_;
    std::optional<PreviewReport> report_;
    std::vector<PreviewPoint> history_;
    QString problem_;
    State state_ = State::Empty;
    std::uint64_t asked_ = 0;  // revision of the plan in flight
    bool automatic_ = true;
    bool measuring_ = false;
    bool unmeasured_ = false;  // the failure is that of the measurement
};

}  // namespace secateur
