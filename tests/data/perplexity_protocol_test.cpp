// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/perplexity_protocol.h"

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur {
namespace {

using testing::HasSubstr;

NetworkConfig shape(int layers, int hidden, int intermediate, int heads, int positions) {
    NetworkConfig network;
    network.hiddenSize = hidden;
    network.headDim = hidden / heads;
    network.vocabSize = 32000;
    network.maxPositions = positions;
    for (int i = 0; i < layers; ++i) {
        LayerConfig layer;
        layer.originalLayer = i;
        layer.heads = layer.kvHeads = heads;
        layer.intermediateSize = intermediate;
        network.layers.push_back(layer);
    }
    return network;
}

TEST(PerplexityProtocol, IsFoundByName) {
    EXPECT_EQ(perplexityProtocol("flap-128").seqLen, 128);
    EXPECT_TRUE(perplexityProtocol("sliding").sliding);
    try {
        static_cast<void>(perplexityProtocol("wiki"));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("sparsegpt-2048"));
    }
}

TEST(PerplexityProtocol, KnowsWhatWasPublishedForAShape) {
    const auto first = publishedPerplexities(shape(32, 4096, 11008, 32, 2048));
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].model, "LLaMA-7B");
    EXPECT_EQ(first[1].protocol, "sparsegpt-2048");
    EXPECT_EQ(first[1].perplexity, 5.68);
    EXPECT_EQ(publishedPerplexities(shape(32, 4096, 11008, 32, 4096)).front().model, "Llama-2-7B");
    EXPECT_TRUE(publishedPerplexities(shape(31, 4096, 11008, 32, 4096)).empty());  // one layer was cut
    NetworkConfig narrowed = shape(32, 4096, 11008, 32, 4096);
    narrowed.layers[7].intermediateSize = 10000;
    EXPECT_TRUE(publishedPerplexities(narrowed).empty());
}

// Every published value is of a protocol that there is.
TEST(PerplexityProtocol, PublishedValuesNameProtocols) {
    for (const int positions : {2048, 4096})
        for (const auto& value : publishedPerplexities(shape(40, 5120, 13824, 40, positions)))
            EXPECT_NO_THROW(static_cast<void>(perplexityProtocol(value.protocol)));
}

}  // namespace
}  // namespace secateur
