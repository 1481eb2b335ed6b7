// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/job_row.h"

#include <QCoreApplication>

namespace secateur {

QString label(JobState state) {
    switch (state) {
        case JobState::Queued:
            return QCoreApplication::translate("JobState", "queued");
        case JobState::Running:
            return QCoreApplication::translate("JobState", "running");
        case JobState::Done:
            return QCoreApplication::translate("JobState", "done");
        case JobState::Failed:
            return QCoreApplication::translate("JobState", "failed");
        case JobState::Cancelled:
            return QCoreApplication::translate("JobState", "cancelled");
    }
    return {};
}

}  // namespace secateur
