// SPDX-License-Identifier: GPL-3.0-or-later
//
// How is the loss of a cut healed? What to heal, how and for how long; starting, pausing, resuming and
// cancelling; and how far the run is. The buttons are always about the run that is named above them.
#pragma once

#include <QTimer>
#include <QWidget>

#include "widgets/document/heal_draft.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace secateur {

class HealForm;
class PlanDocument;
class RunBoard;
class ValueLabel;
struct RunEntry;

class HealPanel final : public QWidget {
    Q_OBJECT
public:
    HealPanel(PlanDocument& document, RunBoard& board, Settings& settings, QWidget* parent = nullptr);

    void start();
    void pause();
    void resume();
    void copyCommands();
    [[nodiscard]] bool canStart() const;
    [[nodiscard]] QString problem() const;  // why it cannot; empty when it can
    [[nodiscard]] bool canPause() const;
    [[nodiscard]] bool canResume() const;

Q_SIGNALS:
    void startWished(const secateur::HealDraft& draft, int chopFirst);
    void copyWished(const secateur::HealDraft& draft, int chopFirst);
    void actionsChanged();  // of canStart(), canPause() and canResume()

private:
    [[nodiscard]] QWidget* buildProgress();
    [[nodiscard]] QWidget* buildButtons();
    void refreshSubject();
    void showForecast();
    [[nodiscard]] QString timeText(const HealDraft& draft, const NetworkConfig& network) const;
    void refreshRun();
    void refreshButtons();
    void cancel();
    [[nodiscard]] QString progressText(const RunEntry& run) const;
    [[nodiscard]] const RunEntry* paused() const;  // the run that Resume is about

    PlanDocument& document_;
    RunBoard& board_;
    HealForm* form_;
    QLabel* subject_;
    ValueLabel* forecast_;
    ValueLabel* run_;
    ValueLabel* state_;
    ValueLabel* loss_;
    ValueLabel* heldOut_;
    ValueLabel* unhealed_;
    ValueLabel* dense_;
    QProgressBar* progress_;
    QPushButton* start_ = nullptr;
    QPushButton* pause_ = nullptr;
    QPushButton* resume_ = nullptr;
    QPushButton* cancel_ = nullptr;
    QToolButton* copy_ = nullptr;
    QTimer calm_;  // steps come faster than labels need to be set
};

}  // namespace secateur

Q_DECLARE_METATYPE(secateur::HealDraft)
