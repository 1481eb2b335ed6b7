// SPDX-License-Identifier: GPL-3.0-or-later
//
// All healing runs that the window knows: those of the workspace folder, and those that are under way. Says
// what may be done with each, keeps their curves up to date, and remembers which are compared. Thread rule:
// GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <vector>

#include "widgets/document/engine_client.h"

namespace secateur {

class Settings;

// What this program is doing about a run.
enum class RunActivity { None, Queued, Running, Pausing, Stopping };

struct RunEntry {
    RunRecord record{};
    RunActivity activity = RunActivity::None;
    int jobId = 0;
    double fraction = 0.0;  // of the run, while it is under way
    double secondsLeft = -1.0;
    double flopsPerToken = 0.0;  // as foreseen; 0 when not known
    QString stage{};
    bool resumes = false;  // its first step will tell from which checkpoint

    [[nodiscard]] QString folder() const { return QString::fromStdString(record.folder); }
    [[nodiscard]] QString name() const { return QString::fromStdString(record.name); }
    [[nodiscard]] bool active() const noexcept { return activity != RunActivity::None; }
    [[nodiscard]] bool canPause() const noexcept { return activity == RunActivity::Running; }
    [[nodiscard]] bool canCancel() const noexcept { return active() && activity != RunActivity::Stopping; }
    // Never a run that another process is at.
    [[nodiscard]] bool canResume() const noexcept {
        return !active() && (record.state == RunState::Paused || record.state == RunState::Interrupted);
    }
    [[nodiscard]] bool canOpen() const noexcept { return !active() && record.state == RunState::Complete; }
    [[nodiscard]] bool canDelete() const noexcept { return !active() && record.state != RunState::Running; }
};

[[nodiscard]] QString stateLabel(const RunEntry& run);  // "queued", "running", "paused", ...; translated
[[nodiscard]] std::int64_t tokensPerStep(const RunRecord& run);
// What the run counted, else what was foreseen, else 6 P a token (algorithms.md 8).
[[nodiscard]] double flopsPerStep(const RunEntry& run);

class RunBoard final : public QObject {
    Q_OBJECT
public:
    RunBoard(EngineClient& engine, Settings& settings, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<RunEntry>& runs() const noexcept { return runs_; }
    [[nodiscard]] const RunEntry* find(const QString& folder) const;
    [[nodiscard]] HealScale healScale() const { return engine_.healScale(); }
    // Operations a second that training by the method reached: of the run of it that trained longest, of any
    // method where there is none of it. 0: no run has trained.
    [[nodiscard]] double trainingRate(HealMethod method) const;
    // Reads the workspace again; the answer comes with changed().
    void refresh();
    // A folder of the workspace that is not there yet and that no run has: "STEM-1", "STEM-2", ...
    [[nodiscard]] QString newFolder(const QString& stem) const;

    void start(const HealJob& job);
    void pause(const QString& folder);
    void resume(const QString& folder);
    void cancel(const QString& folder);
    void remove(const QString& folder);  // from disk

    // The number of the run's colour in every table and plot: its own from when it is first seen until it is
    // deleted, whatever is selected and in whichever order.
    [[nodiscard]] int colourOf(const QString& folder) const;

    // The runs that are compared.
    [[nodiscard]] const QStringList& selected() const noexcept { return selected_; }
    void select(const QStringList& folders);
    // The run that is under way, else the one queued first, else the last one selected; null for none.
    [[nodiscard]] const RunEntry* current() const;

Q_SIGNALS:
    void changed();                          // runs came, went, or are in another state
    void progressed(const QString& folder);  // its curve grew, or its time left is another
    void selectionChanged();
    void begun(const QString& folder);  // asked to start or to go on
    void said(const QString& status);
    void finished(const QString& folder, const QString& summary);

private:
    RunEntry* entry(const QString& folder);
    void follow(const JobRow& row);
    void listed(const QString& workspace, const std::vector<RunRecord>& records);
    void update(const RunRecord& record);
    void giveColours();
    void append(const QString& folder, const std::vector<HealPoint>& points);
    void forget(const QString& folder);
    void healed(const HealReport& report);

    EngineClient& engine_;
    Settings& settings_;
    std::vector<RunEntry> runs_;
    QStringList selected_;
    QStringList colours_;  // folders by the number of their colour; empty: free
};

}  // namespace secateur
