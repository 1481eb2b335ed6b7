// SPDX-License-Identifier: GPL-3.0-or-later
//
// A method that no file of the program knows: tests register it and find it wherever methods show up.
#pragma once

namespace secateur::testing {

inline constexpr const char* kOwnMethod = "edges";

// "edges sparsity=0.25 side=first": zeroes that share of the inputs of each linear, the first or the last
// ones. Call before the list of methods is first asked for.
void registerOwnMethod();

}  // namespace secateur::testing
