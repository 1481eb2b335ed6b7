// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whatever a checkpoint's files say, no message, hint, warning or name that comes of them can steer a
// terminal: no control characters, no turned or hidden text, no broken UTF-8.
#include "core/data/plan.h"
#include "core/storage/tokenizer.h"
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;
using nlohmann::json;

// Raw bytes as they may stand in a file, and whether they are UTF-8 that JSON can carry in escapes.
struct Hostile {
    const char* bytes;
    bool utf8;
};
constexpr std::array kHostile = {
    Hostile{"\x1b[31m", true},     Hostile{"\x1b]0;t\x07", true},  Hostile{"\x08\x08", true},
    Hostile{"\r\n", true},         Hostile{"\x7f", true},          Hostile{"\xC2\x9B", true},
    Hostile{"\xE2\x80\xAE", true}, Hostile{"\xE2\x80\x8B", true},  Hostile{"\xFF\xFE", false},
    Hostile{"\xC0\xAF", false},    Hostile{"\xED\xA0\x80", false}, Hostile{"\xE2\x82", false}};

void expectClean(const std::string& text) {
    EXPECT_NO_THROW(static_cast<void>(json(text).dump())) << "broken UTF-8";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        EXPECT_TRUE(c >= 0x20 && c != 0x7F) << static_cast<int>(c) << " at " << i;
        if (c == 0xC2 && i + 1 < text.size()) {
            EXPECT_GE(static_cast<unsigned char>(text[i + 1]), 0xA0) << "C1 at " << i;
        }
    }
    EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_EQ(text.find("\xE2\x80\x8B"), std::string::npos);
}

// Runs what reads the damaged files; counts the messages that came of it.
int messagesOf(const std::function<std::vector<std::string>()>& read) {
    std::vector<std::string> texts;
    try {
        texts = read();
    } catch (const Error& error) {
        texts = {error.message(), error.hint()};
    }
    for (const std::string& text : texts) expectClean(text);
    return static_cast<int>(texts.size());
}

class HostileText : public testing::Test {
protected:
    int open() {
        return messagesOf([&] {
            const ModelSummary summary = Checkpoint::open(folder_)->summary();
            std::vector<std::string> texts = summary.warnings;
            texts.push_back(summary.name);
            return texts;
        });
    }
    // `text` with every "@@" replaced by the bytes, once raw and once as JSON writes them.
    static std::vector<std::string> variants(const std::string& text, const Hostile& hostile) {
        std::vector<std::string> forms = {hostile.bytes};
        if (hostile.utf8) {
            const std::string escaped = json(hostile.bytes).dump(-1, ' ', true);
            forms.push_back(escaped.substr(1, escaped.size() - 2));
        }
        std::vector<std::string> texts;
        for (const std::string& form : forms) {
            std::string filled = text;
            for (std::size_t at = filled.find("@@"); at != std::string::npos; at = filled.find("@@", at))
                filled.replace(at, 2, form);
            texts.push_back(filled);
        }
        return texts;
    }

    ScratchFolder scratch_;
    fs::path folder_ = copyGolden("llama-mha", scratch_);
};

TEST_F(HostileText, InAConfigReachesNoMessage) {
    const json good = readConfig(folder_);
    const std::vector<std::pair<const char*, json>> changes = {
        {"model_type", "m@@"},
        {"architectures", {"A@@"}},
        {"hidden_act", "s@@"},
        {"k@@", 1},
        {"hidden_size", "@@"},
        {"rope_scaling", {{"rope_type", "@@"}}},
        {"is_causal", "@@"},
        {"secateur_original_layers", "@@"},
        {"rope_scaling", {{"type", "yarn"}, {"factor", "@@"}}}};
    int messages = 0;
    for (const Hostile& hostile : kHostile)
        for (const auto& [key, value] : changes) {
            json config = good;
            config[key] = value;
            for (const std::string& text : variants(config.dump(), hostile)) {
                writeText(folder_ / "config.json", text);
                messages += open();
            }
        }
    EXPECT_GT(messages, 150);
}

TEST_F(HostileText, InAWeightHeaderOrAnIndexReachesNoMessage) {
    const std::vector<std::string> headers = {
        R"({"t@@":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}})",
        R"({"t":{"dtype":"F@@","shape":[1],"data_offsets":[0,4]}})",
        R"({"t":{"dtype":"F32","shape":["@@"],"data_offsets":[0,4]}})",
        R"({"model.layers.0.mlp.x@@.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
        R"({"t@@":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t@@":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
        "not json @@"};
    const std::vector<std::string> indices = {R"({"weight_map":{"t@@":5}})",
                                              R"({"weight_map":{"t@@":"../x"}})",
                                              R"({"weight_map":{"t":"a@@.safetensors"}})", "@@"};
    for (const Hostile& hostile : kHostile) {
        for (const std::string& header : headers)
            for (const std::string& text : variants(header, hostile)) {
                writeText(folder_ / "model.safetensors", safetensorsText(text, 4));
                EXPECT_GT(open(), 0);
            }
        fs::remove(folder_ / "model.safetensors");
        for (const std::string& index : indices)
            for (const std::string& text : variants(index, hostile)) {
                writeText(folder_ / "model.safetensors.index.json", text);
                EXPECT_GT(open(), 0);
            }
    }
}

TEST_F(HostileText, InNamesOfFoldersReachesNeitherNameNorMessage) {
    const fs::path good = folder_;
    for (const Hostile& hostile : kHostile) {
        folder_ = scratch_ / (std::string("model ") + hostile.bytes);
        fs::rename(good, folder_);
        EXPECT_EQ(open(), 1);
        fs::rename(folder_ / "config.json", folder_ / "other.json");
        EXPECT_EQ(open(), 2);
        fs::rename(folder_ / "other.json", folder_ / "config.json");
        fs::rename(folder_, good);
        EXPECT_EQ(open(), 2);
    }
}

TEST_F(HostileText, InATokenizerReachesNoMessage) {
    const std::vector<std::string> tokenizers = {
        R"({"model":{"type":"@@"}})",
        R"({"model":{"type":"BPE","vocab":{"a":"@@"},"merges":[]}})",
        R"({"model":{"type":"BPE","vocab":{"a":0},"merges":["@@ b c d"]}})",
        R"({"normalizer":{"type":"@@"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}})",
        R"({"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(@@"},"behavior":"Isolated","invert":false},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}})",
        "@@"};
    for (const Hostile& hostile : kHostile)
        for (const std::string& tokenizer : tokenizers)
            for (const std::string& text : variants(tokenizer, hostile)) {
                writeText(folder_ / "tokenizer.json", text);
                messagesOf([&]() -> std::vector<std::string> {
                    static_cast<void>(Tokenizer::open(folder_));
                    return {};
                });
            }
}

TEST_F(HostileText, InAPlanReachesNeitherMessageNorName) {
    const NetworkConfig network = Checkpoint::open(folder_)->config();
    const std::vector<std::string> plans = {
        R"({"format":"@@","version":1,"model":{"layers":5},"steps":[]})",
        R"({"format":"secateur-plan","version":1,"model":{"layers":5,"name":"n@@"},"k@@":1,"steps":[]})",
        R"({"format":"secateur-plan","version":1,"model":{"layers":5},"steps":[{"step":"s@@"}]})",
        R"({"format":"secateur-plan","version":1,"model":{"layers":5},"steps":[{"step":"chop","layers":["@@"]}]})",
        R"({"format":"secateur-plan","version":1,"model":{"layers":5},"steps":[{"step":"chop","layers":[1],"chosen_by":{"strategy":"@@","count":1}}]})",
        "{@@"};
    for (const Hostile& hostile : kHostile)
        for (const std::string& plan : plans)
            for (const std::string& text : variants(plan, hostile))
                EXPECT_GT(messagesOf([&] {
                              const ParsedPlan parsed = parsePlan(text, network, "", "plan@@.json");
                              std::vector<std::string> texts = parsed.warnings;
                              texts.push_back(parsed.plan.model.name);
                              for (const PlanStep& step : parsed.plan.steps)
                                  if (const auto* chop = std::get_if<ChopStep>(&step); chop && chop->chosenBy)
                                      texts.push_back(chop->chosenBy->strategy);
                              return texts;
                          }),
                          0);
}

}  // namespace
}  // namespace secateur
