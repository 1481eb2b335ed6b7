// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keeps the losses of single tokens beside the preview: asked for when someone looks at them and a preview
// has been answered, whose passes they are then, or on request alone. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <memory>

#include "core/data/token_losses.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;

class LossFeed final : public QObject {
    Q_OBJECT
public:
    // Stale: the losses shown, if any, are of an earlier plan or text.
    enum class State { Empty, Stale, Running, Current, Failed };

    LossFeed(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent = nullptr);

    // Whether losses follow every preview while somebody looks at them.
    void setFollowing(bool following);
    [[nodiscard]] bool following() const noexcept { return following_; }
    void setLookedAt(bool lookedAt);
    void runNow();
    void stop();

    [[nodiscard]] State state() const noexcept { return state_; }
    // The last answer, of the present model and text; belongs to the present plan when state() is Current.
    [[nodiscard]] const std::shared_ptr<const TokenLossReport>& report() const noexcept { return report_; }
    [[nodiscard]] QString problem() const { return problem_; }
    // New losses will come by themselves.
    [[nodiscard]] bool updating() const;
    // There is a plan and a text to ask about.
    [[nodiscard]] bool canRun() const;

Q_SIGNALS:
    void changed();

private:
    void previewChanged();
    void accept(const std::shared_ptr<const TokenLossReport>& report, quint64 revision);
    void fail(const Problem& problem);
    void forget();
    void become(State state);

    PlanDocument& document_;
    PreviewFeed& preview_;
    EngineClient& engine_;
    std::shared_ptr<const TokenLossReport> report_;
    QString problem_;
    State state_ = State::Empty;
    std::uint64_t asked_ = 0;  // revision of the plan in flight, or of the report
    TextSource text_;          // that was asked about
    WindowOptions windows_;
    bool following_ = true;
    bool lookedAt_ = false;
};

}  // namespace secateur
