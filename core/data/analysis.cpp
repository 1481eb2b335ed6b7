// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/analysis.h"

#include "core/base/error.h"

namespace secateur {

const char* name(Statistics statistics) noexcept {
    return statistics == Statistics::Exact ? "exact" : "reference";
}

Statistics statisticsFromName(const std::string& name) {
    if (name == "exact") return Statistics::Exact;
    if (name == "reference") return Statistics::Reference;
    throw Error(ErrorCode::InvalidArgument, "unknown statistics '" + name + "'", "use exact or reference");
}

}  // namespace secateur
