// SPDX-License-Identifier: GPL-3.0-or-later
//
// The forecast of memory against what a process that trains uses: this program again as a child, whose
// private memory is watched while it heals.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "core/base/process_memory.h"
#include "core/model/block_pool.h"
#include "tests/heal/run_fixture.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMethod = "SECATEUR_HEAL_MEMORY_OF";
constexpr const char* kOptions = "SECATEUR_HEAL_MEMORY_OPTIONS";

std::shared_ptr<const Checkpoint> demo() {
    return Checkpoint::open(fs::path(SECATEUR_SOURCE_DIR) / "resources/demo/sprout-12");
}

TokenWindows windowsFor(const NetworkConfig& config, int count, int seqLen) {
    TokenWindows windows;
    windows.seqLen = seqLen;
    windows.source = "numbers";
    windows.sha256 = "numbers";
    for (int i = 0; i < count * seqLen; ++i)
        windows.ids.push_back(static_cast<std::int32_t>((i * 7919LL + i / 13) % config.vocabSize));
    return windows;
}

class PeakWatch {
public:
    PeakWatch()
        : watcher_([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  peak_ = std::max(peak_.load(), privateMemory());
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
              }
          }) {}
    [[nodiscard]] std::int64_t stop() {
        watcher_.request_stop();
        watcher_.join();
        return peak_;
    }

private:
    std::atomic<std::int64_t> peak_{0};
    std::jthread watcher_;
};

// What the child does: a few steps, and a line with the forecast and the peak.
TEST(HealMemoryChild, Heals) {
    const char* method = std::getenv(kMethod);
    if (method == nullptr) GTEST_SKIP() << "run by HealMemory as a program of its own";
    BlockPool::install();
    const std::string wishes = std::getenv(kOptions);
    const auto checkpoint = demo();
    const TokenWindows training = windowsFor(checkpoint->config(), 64, 128);
    const TokenWindows held = windowsFor(checkpoint->config(), 8, 128);
    HealInputs inputs{.checkpoint = checkpoint, .training = &training, .evaluation = &held};
    inputs.options.method = healMethod(method).value();
    inputs.options.steps = 3;
    inputs.options.batchWindows = 16;
    inputs.options.checkpointEvery = 2;
    inputs.options.recompute = wishes.find("recompute") != std::string::npos;
    if (wishes.find("micro") != std::string::npos) inputs.options.microBatch = 2;
    if (wishes.find("hidden") != std::string::npos) inputs.options.hiddenShare = 0.5;
    const fixtures::Scratch scratch;
    if (inputs.options.method == HealMethod::Distill) inputs.teacher = demo();
    if (wishes.find("fill") != std::string::npos) {
        inputs.options.fillSteps = 2;
        inputs.teacher = checkpoint;
        inputs.checkpoint = fixtures::chopped(*checkpoint, {0, 11}, scratch / "cut");
    }
    JobContext context;
    PeakWatch watch;
    const HealReport report = heal(inputs, {scratch / "out"}, context, {});
    std::printf("memory %lld %lld\n", static_cast<long long>(report.forecastBytes),
                static_cast<long long>(watch.stop()));
}

struct Measured {
    std::int64_t foreseen = 0, used = 0;
};

Measured childOf(const std::string& method, const std::string& options) {
    const std::string command = std::string("env ") + kMethod + "=" + method + " " + kOptions + "='" +
                                options + "' '" + fs::read_symlink("/proc/self/exe").string() +
                                "' --gtest_filter=HealMemoryChild.Heals";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    Measured measured;
    char line[512];
    while (std::fgets(line, sizeof line, pipe) != nullptr) {
        long long foreseen = 0, used = 0;
        if (std::sscanf(line, "memory %lld %lld", &foreseen, &used) == 2) measured = {foreseen, used};
    }
    EXPECT_EQ(::pclose(pipe), 0);
    return measured;
}

class HealMemory : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

INSTANTIATE_TEST_SUITE_P(Runs, HealMemory,
                         ::testing::Values(std::pair{"continued", ""}, std::pair{"lora", ""},
                                           std::pair{"distill", ""}, std::pair{"scratch", ""},
                                           std::pair{"continued", "recompute"},
                                           std::pair{"continued", "micro"}, std::pair{"continued", "fill"},
                                           std::pair{"lora", "recompute micro"},
                                           std::pair{"distill", "hidden"}),
                         [](const auto& info) {
                             std::string name = std::string(info.param.first) + "_" + info.param.second;
                             for (char& c : name)
                                 if (c == ' ') c = '_';
                             return name;
                         });

TEST_P(HealMemory, IsForeseenAndNotByMuchTooHigh) {
    const Measured measured = childOf(GetParam().first, GetParam().second);
    ASSERT_GT(measured.used, 0);
    RecordProperty("foreseen", std::to_string(measured.foreseen));
    RecordProperty("used", std::to_string(measured.used));
    EXPECT_GE(measured.foreseen, measured.used);
    EXPECT_LE(measured.foreseen, 2 * measured.used);
}

}  // namespace
}  // namespace secateur
