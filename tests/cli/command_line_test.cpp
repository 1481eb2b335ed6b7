// SPDX-License-Identifier: GPL-3.0-or-later
//
// The line itself: help, versions, what is malformed (exit 2) and what is merely out of range (exit 3).
#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;
using testing::StartsWith;

namespace {

void expectExit(int code, const std::vector<std::string>& arguments, const std::string& says) {
    const Outcome run = secateur(arguments);
    EXPECT_EQ(run.exitCode, code) << testing::PrintToString(arguments) << run.err;
    EXPECT_EQ(run.out, "") << testing::PrintToString(arguments);
    EXPECT_THAT(run.err, StartsWith("error: ")) << testing::PrintToString(arguments);
    EXPECT_THAT(run.err, HasSubstr(says));
}

std::vector<std::string> ppl() {
    return std::vector<std::string>{"ppl", modelFolder()} + windows("evaluation");
}

}  // namespace

TEST(CommandLine, HelpListsEveryCommandAndEachHasItsOwn) {
    const Outcome overview = secateur({"--help"});
    EXPECT_EQ(overview.exitCode, 0);
    for (const char* name :
         {"info", "tokenize", "ppl", "logits", "measure", "scores", "plan", "preview", "losses", "complete",
          "evaluate", "solve", "stability", "sweep", "apply", "export", "methods"}) {
        EXPECT_THAT(overview.out, HasSubstr(std::string("\n  ") + name + " ")) << name;
        const Outcome help = secateur({name, "--help"});
        EXPECT_EQ(help.exitCode, 0) << name;
        EXPECT_THAT(help.out, HasSubstr(std::string("secateur ") + name)) << name;
        EXPECT_THAT(help.out, HasSubstr("--json")) << name;
        EXPECT_EQ(help.err, "") << name;
    }
}

TEST(CommandLine, TellsItsVersion) {
    const Outcome run = secateur({"--version"});
    EXPECT_EQ(run.exitCode, 0);
    EXPECT_THAT(run.out, StartsWith("secateur "));
}

TEST(CommandLine, MalformedLinesExitWithTwo) {
    expectExit(2, {}, "no command");
    expectExit(2, {"prune", modelFolder()}, "unknown command 'prune'");
    expectExit(2, {"--frobnicate"}, "unknown option");
    expectExit(2, {"info"}, "MODEL");
    expectExit(2, {"info", modelFolder(), "--frobnicate"}, "--frobnicate");
    expectExit(2, {"info", modelFolder(), "again"}, "again");
    expectExit(2, {"ppl", modelFolder()}, "--text");
    expectExit(2, ppl() + std::vector<std::string>{"--text", "also.txt"}, "--text");
    expectExit(2, ppl() + std::vector<std::string>{"--samples", "many"}, "--samples");
    expectExit(2, ppl() + std::vector<std::string>{"--samples", "1.5"}, "--samples");
    expectExit(2, ppl() + std::vector<std::string>{"--memory-limit", "8Q"}, "--memory-limit");
    expectExit(2, ppl() + std::vector<std::string>{"--stride", "8"}, "--stride");
    expectExit(2, ppl() + std::vector<std::string>{"--style", "sliding", "--skip", "8"}, "--skip");
    expectExit(2, {"plan", modelFolder(), "--ratio", "abc"}, "--ratio");
    expectExit(2, {"plan", modelFolder(), "--chop", "3,x"}, "--chop");
    expectExit(2, {"plan", modelFolder(), "--chop", "1", "--chop-count", "1", "--chop-by", "top"}, "--chop");
    expectExit(2, {"plan", modelFolder(), "--chop-by", "top"}, "--chop-count");
    expectExit(2, {"plan", modelFolder(), "--ratio", "0.1", "--target-parameters", "4M"}, "--ratio");
    expectExit(2, {"plan", modelFolder(), "--metric", "WIFV"}, "--ratio");
    expectExit(2, {"plan", modelFolder()}, "nothing to plan");
    expectExit(2, {"measure", modelFolder(), "--text", "x.txt"}, "--output");
    expectExit(2, {"heal", modelFolder(), "--text", "x.txt"}, "--output");
    expectExit(2, {"scores", "a.h5"}, "--metric");
    expectExit(2, {"sweep", modelFolder(), "--text", "x.txt", "--ratio", "0:0.6"}, "--ratio");
    expectExit(2, {"export", modelFolder(), "-o", "x"}, "--to");
    expectExit(2, {"tokenize", demoFolder()}, "--string");
    expectExit(2, {"tokenize", demoFolder(), "--decode", "1,x"}, "--decode");
}

TEST(CommandLine, ValuesOutOfRangeExitWithThree) {
    expectExit(3, {"plan", modelFolder(), "--ratio", "1.5"}, "--ratio");
    expectExit(3, {"plan", modelFolder(), "--ratio", "-0.1"}, "--ratio");
    expectExit(3, {"plan", modelFolder(), "--ratio", "nan"}, "--ratio");
    expectExit(3, {"plan", modelFolder(), "--chop", "99"}, "99");
    expectExit(3, {"plan", modelFolder(), "--chop-count", "1", "--chop-by", "luck"}, "luck");
    expectExit(3, {"plan", modelFolder(), "--ratio", "0.2", "--method", "luck"}, "luck");
    expectExit(3, {"plan", modelFolder(), "--ratio", "0.2", "--round-to", "0"}, "--round-to");
    const auto plan = [](const std::vector<std::string>& more) {
        return std::vector<std::string>{"plan", modelFolder(), "--ratio", "0.2"} + more;
    };
    expectExit(3, plan({"--metric", "IFV", "--method", "wanda-sp"}), "--metric has no effect with wanda-sp");
    expectExit(3, plan({"--cost", "exact", "--method", "magnitude-sp"}), "--cost has no effect");
    expectExit(3, plan({"--remove-heads", "2"}), "--remove-heads has no effect with structure AL-AM");
    expectExit(3, plan({"--statistics", "rough"}), "--statistics cannot be 'rough'");
    const auto heal = [](const std::vector<std::string>& more) {
        return std::vector<std::string>{"heal", modelFolder(), "--text", "x.txt", "-o", "never"} + more;
    };
    expectExit(3, heal({"--steps", "-1"}), "--steps is -1");
    expectExit(3, heal({"--lr", "0"}), "--lr is 0");
    expectExit(3, heal({"--method", "lora", "--dropout", "1"}), "--dropout is 1");
    expectExit(3, heal({"--beta2", "1"}), "--beta2 is 1");
    expectExit(3, heal({"--rank", "4"}), "--rank has no effect with method continued");
    expectExit(3, heal({"--schedule", "sine"}), "sine");
    expectExit(3, ppl() + std::vector<std::string>{"--samples", "-1"}, "--samples");
    expectExit(3, ppl() + std::vector<std::string>{"--threads", "-2"}, "--threads");
    expectExit(3, ppl() + std::vector<std::string>{"--style", "spiral"}, "spiral");
    expectExit(3, ppl() + std::vector<std::string>{"--style", "sliding", "--stride", "49"}, "--stride");
    expectExit(3, ppl() + std::vector<std::string>{"--sampling", "luck"}, "luck");
    expectExit(3, {"ppl", modelFolder(), "--tokens", tokensFile() + ":evaluation", "--seq-len", "1"},
               "--seq-len");
    expectExit(3, {"ppl", modelFolder(), "--tokens", tokensFile() + ":evaluation", "--dtype", "f8"}, "f8");
    expectExit(3, {"ppl", modelFolder(), "--tokens", tokensFile() + ":evaluation", "--device", "tpu"}, "tpu");
    expectExit(3, {"sweep", modelFolder(), "--text", "x.txt", "--ratio", "0:1.5:0.1"}, "--ratio");
    expectExit(3, {"ppl", modelFolder(), "--tokens", tokensFile()}, "--tokens");
}

TEST(CommandLine, WhatIsNotSupportedExitsWithFour) {
    ScratchFolder folder;
    expectExit(4, {"export", modelFolder(), "--to", "gguf", "-o", folder / "out"}, "gguf");
    expectExit(4,
               std::vector<std::string>{"sweep", modelFolder(), "--ratio", "0.1", "-o", folder / "plot.pdf"} +
                   windows("evaluation"),
               "plot.pdf");
    EXPECT_TRUE(folder.entries().empty());
}

TEST(CommandLine, SharedOptionsAreAcceptedEverywhere) {
    const std::vector<std::string> shared{"--samples",  "4",          "--seq-len", "32",
                                          "--sampling", "sequential", "--bos",     "--seed",
                                          "3",          "--device",   "cpu",       "--dtype",
                                          "f32",        "--threads",  "1",         "--memory-limit",
                                          "2G",         "--force"};
    EXPECT_EQ(secateurJson(std::vector<std::string>{"info", modelFolder()} + shared).at("layers"), kLayers);
    EXPECT_FALSE(secateurJson(std::vector<std::string>{"methods"} + shared).at("methods").empty());
}

TEST(CommandLine, AReaderThatWentAwayIsNoError) {
    const Outcome run = secateur({"info", modelFolder()}, {.closeStdout = true});
    EXPECT_EQ(run.exitCode, 0) << run.err;
    EXPECT_EQ(run.err, "");
}

TEST(CommandLine, AFullDiskBehindStandardOutputIsToldApart) {
    const Outcome run = secateur({"info", modelFolder()}, {.stdoutFile = "/dev/full"});
    EXPECT_EQ(run.exitCode, 5);
    EXPECT_THAT(run.err, HasSubstr("standard output"));
}

TEST(Methods, ListsTheRegistry) {
    const auto methods = secateurJson({"methods"}).at("methods");
    std::vector<std::string> names;
    for (const auto& method : methods) {
        names.push_back(method.at("name"));
        for (const char* key : {"label", "summary", "citation", "formula", "needs", "options"})
            EXPECT_TRUE(method.contains(key)) << key;
    }
    EXPECT_THAT(names, testing::IsSupersetOf({"flap", "wanda-sp", "magnitude-sp", "minitron", "ppm", "2ssp",
                                              "llm-pruner", "obs"}));
    const Outcome text = secateur({"methods"});
    for (const std::string& name : names) EXPECT_THAT(text.out, HasSubstr(name + ": "));
}

}  // namespace secateur::test
