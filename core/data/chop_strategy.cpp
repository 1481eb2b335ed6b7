// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/chop_strategy.h"

namespace secateur {

const char* name(ChopNeeds needs) noexcept {
    switch (needs) {
        case ChopNeeds::Nothing:
            return "nothing";
        case ChopNeeds::Analysis:
            return "analysis";
        case ChopNeeds::Weights:
            return "weights";
        case ChopNeeds::Text:
            return "text";
    }
    return "nothing";
}

}  // namespace secateur
