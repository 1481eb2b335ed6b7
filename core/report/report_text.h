// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sections of a report that are made of words and tables. Internal to the report.
#pragma once

#include <string>

#include "core/report/report.h"

namespace secateur::report {

[[nodiscard]] std::string headline(const ReportInput& input);
[[nodiscard]] std::string modelFacts(const ReportInput& input);
[[nodiscard]] std::string planSteps(const ReportInput& input);
// On which texts the numbers were measured, and what those had been used for before.
[[nodiscard]] std::string textHygiene(const ReportInput& input);
[[nodiscard]] std::string howToRepeat(const ReportInput& input);
[[nodiscard]] std::string citations(const ReportInput& input);

}  // namespace secateur::report
