// SPDX-License-Identifier: GPL-3.0-or-later
//
// The jobs of the device thread, newest last.
#pragma once

#include "widgets/document/job_row.h"
#include "widgets/models/rows_model.h"

namespace secateur {

class JobsModel final : public RowsModel<JobRow> {
    Q_OBJECT
public:
    enum Column { Name, State, Progress, Rate, Time, Message, ColumnCount };

    explicit JobsModel(QObject* parent = nullptr);

    void update(
        const JobRow& row);  // adds it when its id is new; the oldest finished rows are dropped beyond 100
    void remove(int jobId);
    [[nodiscard]] int rowOf(int jobId) const;  // -1 when there is none
    // The job that runs, else the first one queued; 0 when there is none.
    [[nodiscard]] int activeJob() const;

protected:
    [[nodiscard]] QVariant cell(const JobRow& row, int column, int role) const override;
};

}  // namespace secateur
