// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every way in which a plan can be wrong is one clear sentence with file and JSON path.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/data/plan_samples.h"

namespace secateur {
namespace {

struct Bad {
    std::string from;     // this piece of the full plan
    std::string to;       // becomes this
    std::string message;  // which gives this
    ErrorCode code = ErrorCode::InvalidArgument;
};

void expectRefused(const std::string& text, const std::string& message, ErrorCode code) {
    try {
        (void)parsePlan(text, test::sampleNetwork(), "sha256:abc", "p.json");
        ADD_FAILURE() << "accepted: " << text.substr(0, 300);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), code) << error.message();
        EXPECT_THAT(error.message(), testing::StartsWith("p.json: " + message));
    }
}

class BadPlan : public testing::TestWithParam<Bad> {};

TEST_P(BadPlan, IsRefused) {
    std::string text = test::kFullPlan;
    const std::size_t at = text.find(GetParam().from);
    ASSERT_NE(at, std::string::npos) << GetParam().from;
    text.replace(at, GetParam().from.size(), GetParam().to);
    expectRefused(text, GetParam().message, GetParam().code);
}

const std::string kKeep0 = R"({"layer": 1, "channels": "0-2,5"})";

INSTANTIATE_TEST_SUITE_P(
    Values, BadPlan,
    testing::Values(
        Bad{"\"secateur-plan\"", "\"other\"", "format: must be \"secateur-plan\""},
        Bad{"\"format\": \"secateur-plan\",", "", "format: must be"},
        Bad{"\"format\": \"secateur-plan\"", "\"format\": 1", "format: must be a string"},
        Bad{"\"version\": 1,", "", "version: is missing"},
        Bad{"\"version\": 1", "\"version\": 2", "version: this is plan version 2", ErrorCode::Unsupported},
        Bad{"\"version\": 1", "\"version\": 0", "version: must be a whole number"},
        Bad{"\"version\": 1", "\"version\": 1.5", "version: must be a whole number"},
        Bad{"\"version\": 1", "\"version\": \"1\"", "version: must be a whole number"},
        Bad{"\"model\": {", "\"nodel\": {", "model: is missing"},
        Bad{"\"layers\": 4,", "", "model.layers: is missing"},
        Bad{"\"layers\": 4", "\"layers\": -4", "model.layers: must be a whole number"},
        Bad{"\"layers\": 4", "\"layers\": 5", "model.layers: the plan is for 5 layers, the model has 4"},
        Bad{"\"architecture\": \"llama\"", "\"architecture\": \"qwen2\"",
            "model.architecture: the plan is for 'qwen2'"},
        Bad{"sha256:abc", "sha256:abd", "model.fingerprint: the plan is for another model, 'toy'"},
        Bad{"\"steps\": [", "\"stepz\": [", "steps: is missing"},
        Bad{"\"samples\": 128", "\"samples\": -1", "calibration.samples: must be a whole number from 0"},
        Bad{"18446744073709551615", "-1", "calibration.seed: must be a whole number, at least 0"},
        Bad{"\"statistics\": \"exact\"", "\"statistics\": \"vague\"", "calibration.statistics: must be"},
        Bad{"\"chopped\": false", "\"chopped\": 0", "calibration.chopped: must be true or false"},
        Bad{"\"created\": {", "\"created\": [{", "not JSON: parse error at line", ErrorCode::Corrupt},
        Bad{"\"tool\": \"secateur 0.1.0\"", "\"tool\": null", "created.tool: must be a string"}));

INSTANTIATE_TEST_SUITE_P(
    Steps, BadPlan,
    testing::Values(
        Bad{"\"step\": \"chop\"", "\"step\": \"shrink\"", "steps[0].step: unknown step 'shrink'",
            ErrorCode::Unsupported},
        Bad{"\"step\": \"chop\",", "", "steps[0].step: is missing"},
        Bad{"{\"step\": \"sparsify\"", "7, {\"step\": \"sparsify\"", "steps[2]: must be an object"},
        Bad{"\"layers\": [3]", "\"layers\": [4]", "steps[0].layers[0]: must be a whole number from 0 to 3"},
        Bad{"\"layers\": [3]", "\"layers\": [-1]", "steps[0].layers[0]: must be"},
        Bad{"\"layers\": [3]", "\"layers\": [18446744073709551615]", "steps[0].layers[0]: must be"},
        Bad{"\"layers\": [3]", "\"layers\": [1e99]", "steps[0].layers[0]: must be"},
        Bad{"\"layers\": [3]", "\"layers\": 3", "steps[0].layers: must be a list"},
        Bad{"\"layers\": [3]", "\"layers\": [3, 3]", "steps[0].layers[1]: layer 3 appears twice"},
        Bad{"\"layers\": [3]", "\"layers\": [0, 1, 2, 3]", "steps[0].attention[0]: layer 1 is chopped"},
        Bad{"\"attention\": [1]", "\"attention\": [3]", "steps[0].attention[0]: layer 3 is chopped"},
        Bad{"\"attention\": [1]", "\"attention\": [1, 1]", "steps[0].attention[1]: layer 1 appears twice"},
        Bad{"\"mlp\": [2]", "\"mlp\": [3]", "steps[0].mlp[0]: layer 3 is chopped"},
        Bad{"\"count\": 1", "\"count\": 1.5", "steps[0].chosen_by.count: must be a whole number"},
        Bad{"\"ratio\": 0.2", "\"ratio\": 1", "steps[1].ratio: the ratio must be at least 0 and below 1"},
        Bad{"\"ratio\": 0.2", "\"ratio\": -0.1", "steps[1].ratio: the ratio must be"},
        Bad{"\"ratio\": 0.2", "\"ratio\": \"0.2\"", "steps[1].ratio: must be a number"},
        Bad{"\"ratio\": 0.2", "\"ratio\": 1e999", "not JSON: ", ErrorCode::Corrupt},
        Bad{"\"bias\": true", "\"bias\": 1", "steps[1].bias: must be true or false"},
        Bad{"\"protect\": [0]", "\"protect\": [9]", "steps[1].protect[0]: must be a whole number"},
        Bad{"\"protect\": [0]", "\"protect\": [0, 0]", "steps[1].protect[1]: layer 0 appears twice"},
        Bad{"\"method\": \"wanda\"", "\"method\": \"" + std::string(70000, 'x') + "\"",
            "steps[2].method: is longer than 4096 bytes"}));

INSTANTIATE_TEST_SUITE_P(
    Keep, BadPlan,
    testing::Values(
        Bad{kKeep0, "5", "steps[1].keep[0]: must be an object"},
        Bad{kKeep0, R"({"channels": "0"})", "steps[1].keep[0].layer: is missing"},
        Bad{kKeep0, R"({"layer": 4})", "steps[1].keep[0].layer: must be a whole number from 0 to 3"},
        Bad{kKeep0, R"({"layer": 3, "channels": "0"})", "steps[1].keep[0].layer: layer 3 is chopped"},
        Bad{kKeep0, R"({"layer": 2})", "steps[1].keep[1].layer: layer 2 appears twice"},
        Bad{kKeep0, R"({"layer": 1, "channels": "0-6"})",
            "steps[1].keep[0].channels: unit 6 is out of range, there are 6"},
        Bad{kKeep0, R"({"layer": 1, "channels": "4-2"})",
            "steps[1].keep[0].channels: the range 4-2 descends"},
        Bad{kKeep0, R"({"layer": 1, "channels": "1,1"})", "steps[1].keep[0].channels: unit 1 appears twice"},
        Bad{kKeep0, R"({"layer": 1, "channels": "x"})", "steps[1].keep[0].channels: a number is missing"},
        Bad{kKeep0, R"({"layer": 1, "channels": [0, 1]})",
            "steps[1].keep[0].channels: must be a string of ranges"},
        Bad{kKeep0, R"({"layer": 1, "kv_groups": "0"})",
            "steps[1].keep[0].kv_groups: the layer has no attention left"},
        Bad{"\"kv_groups\": \"1\"", "\"kv_groups\": \"1\", \"channels\": \"1\"",
            "steps[1].keep[1].channels: the layer has no MLP left"},
        Bad{"\"keep\": [", "\"keep\": [[", "not JSON", ErrorCode::Corrupt},
        Bad{"\"parameters_after\": 60", "\"parameters_after\": -60",
            "accounting.parameters_after: must be a whole number"},
        Bad{"\"dense_perplexity\": 2.5", "\"dense_perplexity\": \"2.5\"",
            "measured.dense_perplexity: must be a number"},
        Bad{"\"measured\"", "\"model\"", "the key 'model' appears twice", ErrorCode::Corrupt}));

TEST(BadPlan, MergesThatCannotBe) {
    const auto refused = [](const std::string& layers, const std::string& groups,
                            const std::string& message) {
        expectRefused(
            R"({"format": "secateur-plan", "version": 1, "model": {"layers": 4}, "steps": [{"step": "chop", "layers": )" +
                layers + R"(, "merge": {"rule": "paper", "groups": )" + groups + "}}]}",
            "steps[0].merge" + message, ErrorCode::InvalidArgument);
    };
    refused("[2]", "[[1]]", ".groups[0]: a group is a layer and at least one");
    refused("[2]", "[[0, 2]]", ".groups[0]: layer 2 does not follow layer 0");
    refused("[2]", "[[2, 1]]", ".groups[0]: layer 1 does not follow layer 2");
    refused("[2, 3]", "[[1, 2]]", ": the layers that are folded must be those that the step removes");
    refused("[2, 3]", "[[1, 2], [2, 3]]", ".groups[1]: layer 2 was folded into another one before");
    refused("[2]", "[[1, 4]]", ".groups[0][1]: must be a whole number from 0 to 3");
    refused("[2]", "[7]", ".groups[0]: must be a list");
    refused("[2]", "7", ".groups: must be a list");
}

TEST(BadPlan, EmptiedNetworks) {
    const auto plan = [](const std::string& steps) {
        return R"({"format": "secateur-plan", "version": 1, "model": {"layers": 4}, "steps": [)" + steps +
               "]}";
    };
    const auto refused = [&](const std::string& steps, const std::string& message) {
        expectRefused(plan(steps), message, ErrorCode::InvalidArgument);
    };
    refused(R"({"step": "chop", "layers": [0, 1, 2, 3]})", "steps[0]: nothing would be left of the network");
    refused(R"({"step": "chop", "layers": [0, 1]}, {"step": "chop", "attention": [2, 3], "mlp": [2, 3]})",
            "steps[1]: nothing would be left");
    refused(
        R"({"step": "chop", "layers": [0, 1, 2]}, {"step": "width", "keep": [{"layer": 3, "kv_groups": "", "channels": ""}]})",
        "steps[1]: nothing would be left");
    refused(R"({"step": "chop", "layers": [0, 1, 2]}, {"step": "chop", "layers": [2]})",
            "steps[1].layers[0]: layer 2 is chopped");
}

TEST(BadPlan, TextThatIsNoPlan) {
    const auto corrupt = [](const std::string& text, const std::string& message) {
        expectRefused(text, message, ErrorCode::Corrupt);
    };
    corrupt("", "not JSON");
    corrupt("{", "not JSON");
    corrupt(std::string("\0\0\0", 3), "not JSON");
    corrupt("{\"format\": \"\xff\"}", "not JSON");
    corrupt(std::string(100000, '['), "nested deeper than 32 levels");
    corrupt("{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}", "nested deeper");
    std::string wide = "[0";
    for (int i = 0; i < 200000; ++i) wide += ",0";
    corrupt(wide + "]", "more than 100000 values");
    corrupt(std::string(33u << 20, ' '), "larger than 32 MiB");
    expectRefused("[]", "the document: must be an object", ErrorCode::InvalidArgument);
    expectRefused("3", "the document: must be an object", ErrorCode::InvalidArgument);
    std::string full = test::kFullPlan;
    corrupt(full + "x", "not JSON");
}

TEST(BadPlan, EveryTruncationIsRefused) {
    const std::string full = test::kFullPlan;
    for (std::size_t length = 0; length + 1 < full.size(); ++length)
        EXPECT_THROW((void)parsePlan(full.substr(0, length), test::sampleNetwork(), "", "p.json"), Error)
            << length;
}

}  // namespace
}  // namespace secateur
