// SPDX-License-Identifier: GPL-3.0-or-later
//
// The property that the preview stands on: a plan as masks and the sliced checkpoint are the same network.
#include <cmath>

#include "core/base/error.h"
#include "tests/session/fixtures.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

using fixtures::Scratch;

struct SliceCase {
    std::string name;
    std::string family;
    test::ShortRequest request;
    bool emptyHeads = false;     // remove every KV group of layer 1
    bool emptyChannels = false;  // remove every channel of layer 2
};

test::ShortRequest flap(double ratio) {
    test::ShortRequest request;
    request.width.emplace().ratio = ratio;
    return request;
}

test::ShortRequest withChop(test::ShortRequest request, std::vector<int> layers, std::vector<int> attention,
                            std::vector<int> mlp) {
    request.chop.layers = std::move(layers);
    request.chop.attention = std::move(attention);
    request.chop.mlp = std::move(mlp);
    return request;
}

test::ShortRequest withMerge(test::ShortRequest request, MergeRule rule,
                             std::vector<std::vector<int>> groups) {
    for (const std::vector<int>& group : groups)
        request.chop.layers.insert(request.chop.layers.end(), group.begin() + 1, group.end());
    request.chop.merge = LayerMerge{rule, std::move(groups)};
    return request;
}

std::vector<SliceCase> sliceCases() {
    return {{"mha", "llama-mha", flap(0.3)},
            {"gqaTied", "llama3-gqa", flap(0.5)},
            {"slidingWindow", "mistral-swa", flap(0.3)},
            {"qkvBiases", "qwen2", flap(0.3)},
            {"qkNorm", "qwen3", flap(0.3)},
            {"chop", "llama3-gqa", withChop({}, {1, 4}, {}, {})},
            {"sublayers", "llama-mha", withChop({}, {}, {1}, {2})},
            {"chopAndWidth", "llama3-gqa", withChop(flap(0.3), {2}, {4}, {1})},
            {"folded", "llama3-gqa", withMerge({}, MergeRule::Paper, {{1, 2, 3}})},
            {"foldedAsCode", "mistral-swa", withMerge({}, MergeRule::Code, {{2, 3}})},
            {"foldedTwiceAndWidth", "qwen2", withMerge(flap(0.2), MergeRule::Paper, {{2, 3}, {1, 2, 4}})},
            {"layerWithoutHeads", "llama-mha", flap(0.2), true, false},
            {"layerWithoutChannels", "qwen2", flap(0.2), false, true}};
}

// Removes all units of one module of a layer, on top of what the plan keeps.
void emptyLayer(const NetworkConfig& network, WidthStep& step, int layer, bool heads) {
    auto found = std::find_if(step.keep.begin(), step.keep.end(),
                              [&](const LayerKeep& keep) { return keep.layer == layer; });
    if (found == step.keep.end()) found = step.keep.insert(step.keep.end(), LayerKeep{layer, {}, {}});
    const LayerConfig& shape = network.layers[static_cast<std::size_t>(layer)];
    if (heads)
        found->kvGroups = UnitMask(static_cast<std::size_t>(shape.kvHeads), 0);
    else
        found->channels = UnitMask(static_cast<std::size_t>(shape.intermediateSize), 0);
}

class Slicing : public testing::TestWithParam<SliceCase> {
protected:
    void SetUp() override {
        session_ = fixtures::open(fixtures::golden(GetParam().family));
        calibration_ = fixtures::tokens(*session_, GetParam().family, "calibration");
        evaluation_ = fixtures::tokens(*session_, GetParam().family, "evaluation");
        analysis_ = session_->measure(calibration_, {}, context_, {});
        plan_ = session_->plan(analysis_.get(), nullptr, GetParam().request, context_).plan;
        for (PlanStep& step : plan_.steps)
            if (auto* width = std::get_if<WidthStep>(&step)) {
                if (GetParam().emptyHeads) emptyLayer(session_->summary().config, *width, 1, true);
                if (GetParam().emptyChannels) emptyLayer(session_->summary().config, *width, 2, false);
            }
    }

    double slicedPerplexity(const std::filesystem::path& folder, const std::string& format) {
        ApplyOptions options;
        options.format = format;
        report_ = session_->apply(plan_, analysis_.get(), nullptr, folder, options, context_);
        const auto sliced = fixtures::open(folder);
        slicedParameters_ = sliced->summary().parameters;
        return sliced->perplexity(fixtures::tokens(*sliced, GetParam().family, "evaluation"), context_)
            .perplexity;
    }

    JobContext context_;
    std::shared_ptr<Session> session_;
    TokenWindows calibration_;
    TokenWindows evaluation_;
    std::shared_ptr<const Analysis> analysis_;
    Plan plan_;
    ApplyReport report_;
    std::int64_t slicedParameters_ = 0;
};

TEST_P(Slicing, PreviewEqualsTheSlicedCheckpoint) {
    const Scratch scratch;
    const PreviewReport preview = session_->preview(plan_, analysis_.get(), evaluation_, {}, context_);
    const double sliced = slicedPerplexity(scratch / "sliced", "hf");
    EXPECT_NEAR(sliced / preview.planPerplexity, 1.0, 1e-4);
    EXPECT_GT(std::abs(preview.planPerplexity / preview.densePerplexity - 1.0), 1e-3);
    EXPECT_LT(slicedParameters_, session_->summary().parameters);
    EXPECT_TRUE(std::filesystem::exists(scratch / "sliced/README.md"));
    EXPECT_TRUE(std::filesystem::exists(scratch / "sliced/secateur-plan.json"));
}

TEST_P(Slicing, AccountingIsWhatTheWrittenCheckpointHolds) {
    const Scratch scratch;
    static_cast<void>(slicedPerplexity(scratch / "sliced", "hf"));
    if (report_.stock && !plan_.steps.empty() && GetParam().request.width)
        // The stock layout stores zero biases for the other linears.
        EXPECT_GE(slicedParameters_, report_.accounting.parametersAfter);
    else
        EXPECT_EQ(slicedParameters_, report_.accounting.parametersAfter);
}

TEST_P(Slicing, MaskedExportEqualsThePreviewWhereItExists) {
    const Scratch scratch;
    const PreviewReport preview = session_->preview(plan_, analysis_.get(), evaluation_, {}, context_);
    const bool noPlaceForBias =
        GetParam().request.width && (GetParam().family == "qwen3" || GetParam().family == "mistral-swa");
    if (noPlaceForBias) {
        try {
            static_cast<void>(slicedPerplexity(scratch / "masked", "hf-masked"));
            FAIL() << "a stock " << GetParam().family << " has no place for biases";
        } catch (const Error& refused) {
            EXPECT_EQ(refused.code(), ErrorCode::Unsupported);
            EXPECT_FALSE(std::filesystem::exists(scratch / "masked"));
        }
        return;
    }
    EXPECT_NEAR(slicedPerplexity(scratch / "masked", "hf-masked") / preview.planPerplexity, 1.0, 1e-4);
    EXPECT_TRUE(report_.stock);
}

INSTANTIATE_TEST_SUITE_P(Families, Slicing, testing::ValuesIn(sliceCases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace secateur
