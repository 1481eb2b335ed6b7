// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/layer_selection.h"

#include <QSignalSpy>

#include <gmock/gmock.h>

namespace secateur {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LayerSelection, OneLayerIsASetOfOne) {
    LayerSelection selection;
    QSignalSpy front(&selection, &LayerSelection::layerChanged);
    QSignalSpy all(&selection, &LayerSelection::layersChanged);
    selection.setLayer(3);
    selection.setLayer(3);
    EXPECT_EQ(selection.layer(), 3);
    EXPECT_THAT(selection.layers(), ElementsAre(3));
    EXPECT_EQ(front.size(), 1);
    EXPECT_EQ(all.size(), 1);
    selection.setLayer(-1);
    EXPECT_THAT(selection.layers(), IsEmpty());
    EXPECT_EQ(front.size(), 2);
}

TEST(LayerSelection, TheLayerInFrontStaysWhileItIsAmongThem) {
    LayerSelection selection;
    selection.setLayer(3);
    QSignalSpy front(&selection, &LayerSelection::layerChanged);
    selection.setLayers({5, 3, 1, 3});
    EXPECT_THAT(selection.layers(), ElementsAre(1, 3, 5));
    EXPECT_EQ(selection.layer(), 3);
    EXPECT_EQ(front.size(), 0);
    selection.setLayers({5, 4});
    EXPECT_EQ(selection.layer(), 4);
    EXPECT_EQ(front.size(), 1);
}

TEST(LayerSelection, StepsBackToWhatWasSelectedBefore) {
    LayerSelection selection;
    EXPECT_FALSE(selection.canStepBack());
    selection.setLayer(3);
    selection.setLayers({1, 2});
    selection.setLayer(4);
    selection.stepBack();
    EXPECT_THAT(selection.layers(), ElementsAre(1, 2));
    selection.stepBack();
    EXPECT_EQ(selection.layer(), 3);
    selection.stepBack();
    EXPECT_EQ(selection.layer(), -1);
    EXPECT_FALSE(selection.canStepBack());
    selection.stepBack();
    EXPECT_EQ(selection.layer(), -1);
    selection.setLayer(2);
    selection.forgetSteps();
    EXPECT_FALSE(selection.canStepBack());
    EXPECT_EQ(selection.layer(), 2);
}

}  // namespace
}  // namespace secateur
