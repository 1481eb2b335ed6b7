// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast the network writes here, and how fast what the plan leaves will: measured once for each network
// and place, foretold for every plan, and measured of a plan when asked for. Rates are tokens a second of one
// sequence. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "core/data/bench.h"
#include "core/planning/rate_forecast.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;

class RateFeed final : public QObject {
    Q_OBJECT
public:
    enum class Running { None, Dense, Plan };

    RateFeed(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent = nullptr);

    // Unless it is known or under way.
    void measureDense();
    // The present plan, which must be valid, and beside it the dense network anew.
    void measurePlan();
    [[nodiscard]] Running running() const noexcept { return running_; }
    // Why the last measurement gave nothing; empty when it did.
    [[nodiscard]] QString problem() const { return problem_; }

    // Of the opened network; null where it has not been measured here.
    [[nodiscard]] const BenchReport* dense() const;
    [[nodiscard]] double denseRate() const;  // 0 where it has not been measured
    // Of the present plan, as it was measured; nothing after an edit.
    [[nodiscard]] std::optional<Quartiles> measured() const;
    // Of the present plan, foretold (forecastStep); nothing without a plan or a dense rate.
    [[nodiscard]] std::optional<double> forecast() const;
    // What the last width step must remove for the plan to reach the rate, by the forecast. Needs
    // denseRate().
    [[nodiscard]] RatioForRate ratioFor(double target) const;

Q_SIGNALS:
    void changed();

private:
    void ask(Running what);
    void accept(const std::shared_ptr<const BenchReport>& report, quint64 id);
    void fail(const Problem& problem);
    [[nodiscard]] std::string key() const;
    [[nodiscard]] const BatchTimes* denseTimes() const;

    PlanDocument& document_;
    PreviewFeed& preview_;
    EngineClient& engine_;
    std::map<std::string, std::shared_ptr<const BenchReport>> known_;  // by network and place
    std::optional<Quartiles> planned_;                                 // of plannedRevision_
    std::uint64_t plannedRevision_ = 0;
    std::uint64_t askedRevision_ = 0;
    std::uint64_t asked_ = 0;
    Running running_ = Running::None;
    QString problem_;
};

// "one sequence after a prompt of 32 tokens, cpu, float32, 1 thread"
[[nodiscard]] QString protocolInWords(const BenchReport& report);

}  // namespace secateur
