// SPDX-License-Identifier: GPL-3.0-or-later
//
// A chop and a width as most tests wish for them.
#pragma once

#include <optional>

#include "core/data/plan_request.h"

namespace secateur::test {

struct ShortRequest {
    ChopRequest chop;
    std::optional<WidthRequest> width;
    operator PlanRequest() const { return requestOf(chop, width); }  // NOLINT: stands for one
};

}  // namespace secateur::test
