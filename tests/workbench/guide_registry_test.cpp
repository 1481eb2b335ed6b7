// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every method that the program ships has a card.
#include <gtest/gtest.h>

#include "core/data/heal.h"
#include "core/session.h"
#include "tests/compress/own_method.h"
#include "widgets/guide/guide_cards.h"
#include "widgets/guide/guide_keys.h"

namespace secateur {
namespace {

TEST(GuideRegistry, EveryMethodOfTheRegistryHasACardWithAFormulaAndASource) {
    int seen = 0;
    for (const MethodInfo& method : allMethods()) {
        if (method.name == testing::kOwnMethod) continue;  // this program's own
        ++seen;
        const GuideCard* card = cardOfKey(guideKey("method", method.name));
        ASSERT_NE(card, nullptr) << method.name;
        EXPECT_FALSE(card->formula.isEmpty()) << method.name;
        EXPECT_FALSE(card->sources.empty()) << method.name;
    }
    EXPECT_GE(seen, 13);
}

}  // namespace
}  // namespace secateur
