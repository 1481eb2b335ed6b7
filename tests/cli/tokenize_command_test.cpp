// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

namespace {

// A folder with config.json and a tokenizer, and no weights.
std::string tokenizerOnly(const ScratchFolder& folder) {
    namespace fs = std::filesystem;
    const fs::path model = folder / "tokenizer-only";
    fs::create_directory(model);
    for (const char* name : {"config.json", "tokenizer.json"})
        fs::copy_file(fs::path(demoFolder()) / name, model / name);
    return model.string();
}

}  // namespace

TEST(Tokenize, NeedsNoWeightsAndGoesBothWays) {
    ScratchFolder folder;
    const std::string model = tokenizerOnly(folder);
    const auto ids =
        secateurJson({"tokenize", model, "--string", "Once upon a time"}).at("ids").get<std::vector<int>>();
    ASSERT_FALSE(ids.empty());
    std::string list;
    for (const int id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
    EXPECT_EQ(secateurJson({"tokenize", model, "--decode", list}).at("text"), "Once upon a time");
}

TEST(Tokenize, PrintsIdsOrTextWithoutJson) {
    const auto ids =
        secateurJson({"tokenize", demoFolder(), "--string", "Once upon"}).at("ids").get<std::vector<int>>();
    std::string line;
    for (const int id : ids) line += (line.empty() ? "" : " ") + std::to_string(id);
    EXPECT_EQ(secateur({"tokenize", demoFolder(), "--string", "Once upon"}).out, line + "\n");
    EXPECT_EQ(secateur({"tokenize", demoFolder(), "--decode", line}).out, "Once upon\n");
}

TEST(Tokenize, ReadsAFileAsItReadsAString) {
    ScratchFolder folder;
    writeText(folder / "text.txt", "Once upon a time");
    EXPECT_EQ(secateurJson({"tokenize", demoFolder(), "--text", folder / "text.txt"}),
              secateurJson({"tokenize", demoFolder(), "--string", "Once upon a time"}));
}

TEST(Tokenize, AnEmptyStringHasNoIds) {
    EXPECT_TRUE(secateurJson({"tokenize", demoFolder(), "--string", ""}).at("ids").empty());
}

TEST(Tokenize, AMissingTokenizerIsBadInput) {
    const Outcome run = secateur({"tokenize", modelFolder(), "--string", "x"});
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_THAT(run.err, testing::HasSubstr(modelFolder()));
}

}  // namespace secateur::test
