// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace secateur {

// Makes assistive tools see CheckableTable with its check boxes. Safe to call more than once.
void installCheckableTableAccessibility();

// Number of the child that stands for a cell, as Qt counts: a row and a column of headers come first.
[[nodiscard]] constexpr int accessibleChildOf(int columns, int row, int column) {
    return (row + 1) * (columns + 1) + column + 1;
}

}  // namespace secateur
