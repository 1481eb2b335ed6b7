// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/table.h"

#include <gtest/gtest.h>

namespace secateur::cli {

TEST(Table, AlignsColumnsByCharacters) {
    Table table({"layer", "score"});
    table.add({"0", "1.25"});
    table.add({"é", "12.5"});
    EXPECT_EQ(table.text(), "layer  score\n0       1.25\né       12.5\n");
}

TEST(Table, LeavesNoBlanksAtLineEnds) {
    Table table = Table({"a", "b"}).leftAligned({0, 1});
    table.add({"x", "long"});
    table.add({"y", ""});
    EXPECT_EQ(table.text(), "a  b\nx  long\ny\n");
}

}  // namespace secateur::cli
