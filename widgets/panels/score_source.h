// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scores that map and histogram draw: those of the plan's metric, or of another one chosen for looking.
// Computed again only when the analysis or the choice changes, not while a ratio is dragged.
#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "core/data/score_table.h"

namespace secateur {

class PlanDocument;

class ScoreSource final : public QObject {
    Q_OBJECT
public:
    explicit ScoreSource(PlanDocument& document, QObject* parent = nullptr);

    // Empty: follow the plan.
    void setMetric(const QString& metric);
    [[nodiscard]] const std::shared_ptr<const ScoreTable>& table() const noexcept { return table_; }

Q_SIGNALS:
    void changed();

private:
    void refresh();

    PlanDocument& document_;
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
