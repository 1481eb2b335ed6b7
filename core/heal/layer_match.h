// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layer of a teacher each layer of a student is compared with. Pure; no network is touched.
#pragma once

#include <string>
#include <vector>

#include "core/data/network_config.h"

namespace secateur {

// The teacher's position for each of the student's, by ORIGINAL numbers: those of the network that both come
// from. A layer that is repeated meets its repetitions in order, and the last of them when the teacher has
// fewer. Throws InvalidArgument when their hidden sizes differ, when the numbers are not of one network, and
// when the teacher lacks a layer of the student; `without` ends its hint with how to do without layers.
[[nodiscard]] std::vector<int> matchedLayers(
    const NetworkConfig& student, const NetworkConfig& teacher,
    const std::string& without = "or leave out the shares of hidden states and attention outputs");

}  // namespace secateur
