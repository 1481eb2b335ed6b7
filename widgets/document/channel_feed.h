// SPDX-License-Identifier: GPL-3.0-or-later
//
// The unit that is pinned for a closer look, and the histogram of its activations over the calibration text:
// asked of the engine when something is pinned, kept for every unit that was looked at, dropped with the
// measurement that it belongs to. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/data/activation_histogram.h"
#include "core/data/tokens.h"
#include "core/data/unit_cell.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;

class ChannelFeed final : public QObject {
    Q_OBJECT
public:
    enum class State {
        Empty,    // nothing is pinned
        Waiting,  // for a measurement
        Running,
        Current,
        Failed,
    };
    struct Text {
        TextSource source;
        WindowOptions windows;
    };
    // What the window calibrates on, asked for when a histogram is.
    using CalibrationText = std::function<Text()>;

    ChannelFeed(PlanDocument& document, EngineClient& engine, CalibrationText text,
                QObject* parent = nullptr);

    void pin(const UnitCell& cell);
    void unpin();
    [[nodiscard]] const std::optional<UnitCell>& pinned() const noexcept { return pinned_; }

    [[nodiscard]] State state() const noexcept { return state_; }
    // Of the pinned unit; null unless state() is Current.
    [[nodiscard]] const std::shared_ptr<const ActivationHistogram>& histogram() const noexcept {
        return histogram_;
    }
    // The histogram counts the text that the scores were measured on, of the network that they were measured
    // on.
    [[nodiscard]] bool agrees() const;
    [[nodiscard]] QString problem() const { return problem_; }

Q_SIGNALS:
    void pinChanged();
    void changed();  // state, histogram or problem

private:
    void look();
    void modelChanged();
    void accept(const std::shared_ptr<const ActivationHistogram>& histogram, quint64 id);
    void fail(const Problem& problem);
    void become(State state);

    PlanDocument& document_;
    EngineClient& engine_;
    CalibrationText text_;
    std::optional<UnitCell> pinned_;
    std::shared_ptr<const ActivationHistogram> histogram_;
    std::map<std::string, std::shared_ptr<const ActivationHistogram>> known_;  // by unit
    std::string measured_;                                                     // what known_ belongs to
    std::string askedFor_;  // measurement and unit of the newest request
    QString problem_;
    State state_ = State::Empty;
    std::uint64_t asked_ = 0;  // the newest request
};

}  // namespace secateur
