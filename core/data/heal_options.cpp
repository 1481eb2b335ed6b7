// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/heal_fields.h"

namespace secateur {

const std::vector<OptionSpec>& healSpecs() {
    static const std::vector<OptionSpec> kSpecs = fields::specsOf<HealOptions>();
    return kSpecs;
}

OptionValues healValues(const HealOptions& options) {
    return fields::valuesOf(options);
}

HealOptions healOptions(const OptionValues& values, const std::string& where, Idle idle) {
    return fields::read<HealOptions>(values, where, idle);
}

HealOptions trainingOptions(OptionValues step, const std::string& where, Idle idle) {
    step.erase(kHealSeqLen);
    return healOptions(step, where, idle);
}

}  // namespace secateur
