// SPDX-License-Identifier: GPL-3.0-or-later
//
// In what do healing runs differ? Pure functions; any thread.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "core/data/run_record.h"

namespace secateur {

struct DifferingSetting {
    QString name;        // as forms call it
    QStringList values;  // one for each run
};

// What was asked for that is not the same in all of them: options, texts, windows and what was healed.
// Options that were not given have what is usual.
[[nodiscard]] std::vector<DifferingSetting> differingSettings(const std::vector<const RunRecord*>& runs);

// "Learning rate: 0.0005 | 0.003"
[[nodiscard]] QString inWords(const DifferingSetting& setting);

}  // namespace secateur
