// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plans previewed so far with their perplexity: the table beside the curve of perplexity against
// parameters, newest first.
#pragma once

#include "widgets/document/preview_feed.h"
#include "widgets/models/rows_model.h"

namespace secateur {

class PlansModel final : public RowsModel<PreviewPoint> {
    Q_OBJECT
public:
    enum Column { Plan, Parameters, Removed, Perplexity, ColumnCount };

    explicit PlansModel(QObject* parent = nullptr);
    void setPoints(const std::vector<PreviewPoint>& oldestFirst);
    // Index into those points, -1 for no row.
    [[nodiscard]] int pointOf(int row) const { return rowCount() - 1 - row; }

protected:
    [[nodiscard]] QVariant cell(const PreviewPoint& row, int column, int role) const override;
};

}  // namespace secateur
