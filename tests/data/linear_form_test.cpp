// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/linear_form.h"

#include <vector>

#include <gtest/gtest.h>

namespace secateur {
namespace {

TEST(FormsText, IsEmptyForMatricesAsTheyWere) {
    EXPECT_EQ(formsText(std::vector<LinearForm>(7)), "");
}

TEST(FormsText, TellsTheRangeOfThoseThatItIsTrueOf) {
    std::vector<LinearForm> forms(4);
    forms[0].bits = 4.0;
    EXPECT_EQ(formsText(forms), "4 bits");
    forms[1].bits = 2.0;
    forms[1].density = 0.5;
    EXPECT_EQ(formsText(forms), "2 to 4 bits, 50.0 % zeros");
    forms[2].rank = 40;
    forms[3].rank = 12;
    EXPECT_EQ(formsText(forms), "2 to 4 bits, 50.0 % zeros, rank 12 to 40");
}

}  // namespace
}  // namespace secateur
