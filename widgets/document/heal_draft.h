// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a user has chosen in the Heal panel before the start. Pure functions from choices to a job.
#pragma once

#include <QString>
#include <QStringList>
#include <memory>

#include "core/data/model_summary.h"
#include "widgets/document/heal_job.h"
#include "widgets/document/settings.h"

namespace secateur {

struct HealDraft {
    enum class Source { Plan, Checkpoint };
    enum class Budget { Steps, Tokens, Minutes };

    Source source = Source::Plan;
    QString checkpoint{};  // folder, for Source::Checkpoint
    QString teacher{};     // folder; empty: the open model
    Budget unit = Budget::Steps;
    double budget = 200.0;
    HealOptions options{};  // without steps and minutes, which follow from the budget
    TextChoice text{{}, 0, 128};
    TextChoice heldOut{{}, 32, 128};  // no file: the end of the text
};

// The options that suit a method before anything is changed by hand: evaluations and checkpoints often
// enough to be watched, the learning rate left to defaultRate().
[[nodiscard]] HealOptions usualOptions(HealMethod method);

// Steps that a budget in steps or tokens is, at least one; 0 for minutes.
[[nodiscard]] std::int64_t stepsOf(const HealDraft& draft);

// "chop4", "flap20%"-like words of a file name: "chop4-flap20"; "whole" for the identity.
[[nodiscard]] QString planInFileName(const Plan& plan);

// "sprout-12-chop4-continued": begins the name of the run's folder.
[[nodiscard]] QString runStem(const QString& model, const QString& change, HealMethod method);

// How many layers are chopped before healing where the plan removes nothing: a third.
[[nodiscard]] int layersToChop(int layers);

// The request without its model; `sample` stands for texts that are not chosen.
[[nodiscard]] RunRequest runRequest(const HealDraft& draft, const QString& sample, const QString& teacher);

[[nodiscard]] QString label(HealMethod method);    // "Continued pretraining", translated
[[nodiscard]] QString explain(HealMethod method);  // one sentence

}  // namespace secateur
