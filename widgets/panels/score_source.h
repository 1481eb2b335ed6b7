// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scores that map and histogram draw: those of the plan's metric, or of another one chosen for looking.
// Computed when they are asked for, and again only when the analysis or the choice has changed, not while a
// ratio is dragged. GUI thread only.
#pragma once

#include <QCoreApplication>
#include <QString>
#include <memory>

#include "core/data/score_table.h"

namespace secateur {

class PlanDocument;

class ScoreSource {
    Q_DECLARE_TR_FUNCTIONS(ScoreSource)
public:
    explicit ScoreSource(const PlanDocument& document) : document_(document) {}

    // Empty: follow the plan.
    void setMetric(const QString& metric) { metric_ = metric; }
    // Null without a measurement, or where it does not have what the score is made of.
    [[nodiscard]] const std::shared_ptr<const ScoreTable>& table();

private:
    [[nodiscard]] std::shared_ptr<const ScoreTable> scoresDecidedBy(const std::string& metric) const;

    const PlanDocument& document_;
    QString metric_;
    QString key_;  // of the table: what it was computed from
    std::shared_ptr<const void> analysis_;
    std::shared_ptr<const ScoreTable> table_;
};

// "sample.txt, 64 windows of 128 tokens, exact statistics, float32"; empty without an analysis.
[[nodiscard]] QString provenance(const PlanDocument& document);
// Where the present wishes have no plan: that what is shown as kept and removed is of the plan before.
[[nodiscard]] QString staleNote(const PlanDocument& document);

}  // namespace secateur
