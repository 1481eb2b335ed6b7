// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window keeps of its work so that the next start can go on: the model, the texts, the plan with its
// whole history, the plans that were previewed, which of them are compared, and what the chop lab found
// (docs/formats/session.md). Pure
// functions between values and text; thread rule: any thread.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <string>
#include <vector>

#include "core/data/method_info.h"
#include "core/data/model_summary.h"
#include "widgets/document/chop_lab.h"
#include "widgets/document/plan_history.h"
#include "widgets/document/plan_pins.h"
#include "widgets/document/settings.h"

namespace secateur {

struct SessionModel {
    QString path;     // absolute folder
    PlanModel facts;  // by which it is known again
};

struct SessionState {
    SessionModel model;
    QString planFile;  // that the plan was loaded from or saved to; empty: none
    PlanHistory history;
    std::vector<PreviewPoint> previews{};
    std::vector<RunLabel> labels{};
    // Sides of the comparison; a previewed plan is named by its place in `previews`, counted from 1.
    PinChoice pinA{PinSource::Dense};
    PinChoice pinB{PinSource::Present};
    ChopLabResult lab{};
    // None in files of earlier versions.
    std::optional<TextChoice> calibration{};
    std::optional<TextChoice> evaluation{};
};

[[nodiscard]] QByteArray toJson(const SessionState& session, const std::vector<MethodInfo>& methods);

// What can be said without the model. Throws Corrupt, InvalidArgument or Unsupported that begin with
// `origin`.
struct SessionOffer {
    SessionModel model;
    QString planFile;
    int edits = 0;
};
[[nodiscard]] SessionOffer readOffer(const QByteArray& json, const std::string& origin);

// All of it but `model`, against the network that it is for; throws the same.
[[nodiscard]] SessionState readSession(const QByteArray& json, const ModelSummary& model,
                                       const std::vector<MethodInfo>& methods, const std::string& origin);

}  // namespace secateur
