// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which teacher layer a student layer meets: by original numbers, whatever the positions are.
#include "core/heal/layer_match.h"

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

NetworkConfig network(const std::vector<int>& numbers, int originalLayers) {
    NetworkConfig config;
    config.hiddenSize = 8;
    config.originalLayers = originalLayers;
    for (const int number : numbers) {
        LayerConfig layer;
        layer.originalLayer = number;
        config.layers.push_back(layer);
    }
    return config;
}

std::string refusal(const NetworkConfig& student, const NetworkConfig& teacher) {
    try {
        (void)matchedLayers(student, teacher);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        return error.message();
    }
    return {};
}

TEST(LayerMatch, AChoppedStudentMeetsTheLayersItComesFrom) {
    const NetworkConfig teacher = network({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 12);
    const NetworkConfig student = network({1, 2, 4, 5, 6, 7, 8, 9, 10, 11}, 12);
    EXPECT_THAT(matchedLayers(student, teacher), ElementsAre(1, 2, 4, 5, 6, 7, 8, 9, 10, 11));
}

TEST(LayerMatch, ATeacherThatWasChoppedItselfIsMetByItsNumbers) {
    const NetworkConfig teacher = network({0, 2, 3, 5}, 6);
    EXPECT_THAT(matchedLayers(network({0, 3, 5}, 6), teacher), ElementsAre(0, 2, 3));
    EXPECT_THAT(refusal(network({0, 1, 5}, 6), teacher),
                HasSubstr("no layer 1, which layer 1 of the student"));
}

TEST(LayerMatch, RepetitionsMeetInOrder) {
    EXPECT_THAT(matchedLayers(network({0, 1, 1, 2}, 3), network({0, 1, 2}, 3)), ElementsAre(0, 1, 1, 2));
    EXPECT_THAT(matchedLayers(network({0, 1, 1, 1, 2}, 3), network({0, 1, 1, 2}, 3)),
                ElementsAre(0, 1, 2, 2, 3));
}

TEST(LayerMatch, NumbersOfAnotherNetworkMeanNothing) {
    EXPECT_THAT(refusal(network({0, 1, 2}, 3), network({0, 1, 2, 3}, 4)),
                HasSubstr("numbered among 3, the teacher's among 4"));
    NetworkConfig wide = network({0, 1, 2}, 3);
    wide.hiddenSize = 16;
    EXPECT_THAT(refusal(network({0, 1, 2}, 3), wide), HasSubstr("hidden size is 16"));
}

}  // namespace
}  // namespace secateur
