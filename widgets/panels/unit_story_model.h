// SPDX-License-Identifier: GPL-3.0-or-later
//
// FLAP's road from activation to verdict as a table: a step a row, its number, and how it comes about.
#pragma once

#include <optional>

#include "core/planning/unit_story.h"
#include "widgets/models/rows_model.h"

namespace secateur {

struct StoryRow {
    QString step;
    std::optional<double> number;
    QString word;  // instead of a number
    QString how;
    bool strong = false;
};

class UnitStoryModel final : public RowsModel<StoryRow> {
public:
    enum Column { Step, Value, How };
    explicit UnitStoryModel(QObject* parent = nullptr);

    // `fate`: the verdict's reason, in words; `biasNorm`: counted with the histogram, where the story has
    // none.
    void tell(const UnitStory& story, const QString& fate, std::optional<double> biasNorm);
    void clear() { replaceRows({}); }

protected:
    [[nodiscard]] QVariant cell(const StoryRow& row, int column, int role) const override;
};

}  // namespace secateur
