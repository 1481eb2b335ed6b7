// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the networks still say: one prompt, continued by the network that was opened, by what the plan leaves
// of it, and by a healed model. Asks the engine and collects the texts as they are written. Thread rule: GUI
// thread only.
#pragma once

#include <QObject>
#include <QString>
#include <array>
#include <cstdint>
#include <vector>

#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;
class RunBoard;

class Completions final : public QObject {
    Q_OBJECT
public:
    enum class State { Empty, Waiting, Writing, Done, Stopped, Failed };
    // What one network wrote, or is writing.
    struct Page {
        State state = State::Empty;
        QString text;     // without the prompt
        QString summary;  // when done: tokens, speed, how surprised the network was
        QString problem;
        QString network;  // what wrote it, in words: the plan, or the run
    };
    struct HealedChoice {
        QString folder;
        QString name;
        bool operator==(const HealedChoice&) const = default;
    };

    Completions(PlanDocument& document, PreviewFeed& preview, RunBoard& runs, EngineClient& engine,
                QObject* parent = nullptr);

    // `healed`: folder of one of healedChoices(); empty: none.
    void write(const CompletionOptions& options, const QString& healed);
    void stop();
    [[nodiscard]] bool writing() const noexcept { return writing_; }
    [[nodiscard]] bool canWrite() const;
    [[nodiscard]] const Page& page(Writer writer) const { return pages_[static_cast<std::size_t>(writer)]; }
    [[nodiscard]] QString prompt() const { return prompt_; }  // that the pages go on with
    // The planned page is of a plan other than the present one.
    [[nodiscard]] bool planChanged() const;
    // Complete runs that began from the open model, or from what a plan left of it.
    [[nodiscard]] std::vector<HealedChoice> healedChoices() const;

Q_SIGNALS:
    void changed();  // states, choices
    void grew(secateur::Writer writer, const QString& text);

private:
    void grow(quint64 id, Writer writer, const QString& text);
    void accept(quint64 id, const WriterOutcome& outcome, bool last);
    void fail(const Problem& problem);
    void forget();
    void end(State state, const QString& problem);

    PlanDocument& document_;
    PreviewFeed& preview_;
    RunBoard& runs_;
    EngineClient& engine_;
    std::array<Page, 3> pages_;
    QString prompt_;
    std::uint64_t asked_ = 0;
    std::uint64_t plannedRevision_ = 0;
    bool writing_ = false;
};

}  // namespace secateur
