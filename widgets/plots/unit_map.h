// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a unit map shows of a score table: plain choices, shared by the view and what draws for it.
#pragma once

namespace secateur {

enum class UnitKind { Channels, Heads, Groups };  // MLP channels, query heads, KV groups
enum class UnitValues { Standardised, Raw };      // what the structure compares | the metric in its own units
enum class UnitOrder { Natural, Ranked };         // as in the model | highest first within each layer
enum class Reduction { Maximum, Mean };           // of units that share a pixel

}  // namespace secateur
