// SPDX-License-Identifier: GPL-3.0-or-later
//
// The golden networks as arguments of the program, folders of a test's own, and checkpoints made or damaged
// for it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace secateur::test {

inline constexpr const char* kFamily = "llama3-gqa";  // the one that single-family tests use
inline constexpr int kLayers = 6;

[[nodiscard]] std::string modelFolder(const std::string& family = kFamily);
[[nodiscard]] std::string tokensFile(const std::string& family = kFamily);
[[nodiscard]] nlohmann::json expected(const std::string& family = kFamily);
// Golden perplexity of the family without its last layer.
[[nodiscard]] double choppedPerplexity(const std::string& family = kFamily);
[[nodiscard]] std::string demoFolder();
[[nodiscard]] std::string demoText();

// --tokens FILE:NAME --seq-len 48 --device cpu --dtype f32
[[nodiscard]] std::vector<std::string> windows(const std::string& name, const std::string& family = kFamily);
[[nodiscard]] std::vector<std::string> operator+(std::vector<std::string> left,
                                                 const std::vector<std::string>& right);

// An empty folder that goes away with the test.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] std::vector<std::string> entries() const;  // sorted names, hidden ones too

private:
    std::filesystem::path path_;
};

// A copy of a golden checkpoint, to be damaged.
std::string copyModel(const ScratchFolder& folder, const std::string& family = kFamily);
[[nodiscard]] std::string readText(const std::filesystem::path& file);
void writeText(const std::filesystem::path& file, const std::string& text);

// Random ids [count] as tensor "ids" of a safetensors file.
void writeTokens(const std::filesystem::path& file, std::size_t count, int vocabulary);
// A random Llama, large enough to be interrupted.
void writeRandomModel(const std::filesystem::path& folder, int hidden, int layers, int vocabulary);

// A plan for the demo, in a folder of the test's own.
class DemoPlan : public testing::Test {
protected:
    explicit DemoPlan(const std::string& steps =
                          R"({"step": "chop", "layers": [3, 7]}, {"step": "chop", "attention": [5]})")
        : plan_(folder_ / "plan.json") {
        writeText(plan_, R"({"format": "secateur-plan", "version": 1, "model": {"layers": 12}, "steps": [)" +
                             steps + "]}");
    }
    ScratchFolder folder_;
    std::string plan_;
};

}  // namespace secateur::test
