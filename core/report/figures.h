// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures of a report, each with the numbers behind it; empty where there is nothing to show. Internal to
// the report.
#pragma once

#include <string>

#include "core/report/report.h"

namespace secateur::report {

[[nodiscard]] std::string keptWidths(const ReportInput& input);
[[nodiscard]] std::string channelPicture(const ReportInput& input);
[[nodiscard]] std::string importanceProfile(const ReportInput& input);
[[nodiscard]] std::string leaveOneOutProfile(const ReportInput& input);
[[nodiscard]] std::string tradeOff(const ReportInput& input);
[[nodiscard]] std::string chopCurves(const ReportInput& input);
[[nodiscard]] std::string healingCurves(const ReportInput& input);

}  // namespace secateur::report
