// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tasks that are asked, a row each, with what is known of them: how often the dense network is right and what
// the plan leaves of it.
#pragma once

#include <memory>

#include "core/data/evaluation.h"
#include "widgets/document/engine_client.h"
#include "widgets/models/rows_model.h"

namespace secateur {

struct EvaluationLine {
    TaskFile asked;
    std::shared_ptr<const EvaluationReport> report;  // that `result` is of
    const TaskResult* result = nullptr;              // null: not known
};

class EvaluationModel final : public RowsModel<EvaluationLine> {
    Q_OBJECT
public:
    enum Column { Task, File, Questions, Dense, Planned, Change, Normed, Flipped, ColumnCount };

    explicit EvaluationModel(QObject* parent = nullptr);
    void setLines(std::vector<EvaluationLine> lines) { replaceRows(std::move(lines)); }

protected:
    [[nodiscard]] QVariant cell(const EvaluationLine& line, int column, int role) const override;

private:
    [[nodiscard]] static QString text(const EvaluationLine& line, int column);
    [[nodiscard]] static QVariant sortValue(const EvaluationLine& line, int column);
    [[nodiscard]] static QString tip(const EvaluationLine& line, int column);
};

// "61.2 % \u00B1 1.1 %" of a share, "12.3 \u00B1 0.4" of a perplexity.
[[nodiscard]] QString scoreInWords(const MeanScore& score, bool share);

}  // namespace secateur
