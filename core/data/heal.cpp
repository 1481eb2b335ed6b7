// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/heal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "core/data/random.h"

namespace secateur {

namespace {

constexpr std::array<std::pair<HealMethod, const char*>, 4> kMethods{{{HealMethod::Continued, "continued"},
                                                                      {HealMethod::Lora, "lora"},
                                                                      {HealMethod::Distill, "distill"},
                                                                      {HealMethod::Scratch, "scratch"}}};
constexpr std::array<std::pair<Schedule, const char*>, 3> kSchedules{
    {{Schedule::Constant, "constant"}, {Schedule::Linear, "linear"}, {Schedule::Cosine, "cosine"}}};
constexpr std::array<std::pair<HealPreset, const char*>, 2> kPresets{
    {{HealPreset::Short, "short"}, {HealPreset::Paper, "paper"}}};
constexpr std::int64_t kPaperWarmup = 2000;
constexpr std::int64_t kPaperFill = 500;
constexpr std::int64_t kPaperSmall = 400'000'000;  // between the halves of its 0.3 and 1.1 billion
constexpr std::int64_t kPaperLarge = 2'000'000'000;
constexpr std::int64_t kSmallNetwork = 100'000'000;
constexpr std::int64_t kLargeNetwork = 1'000'000'000;

std::vector<int> permutation(std::uint64_t seed, std::int64_t epoch, int windows) {
    std::vector<int> order(static_cast<std::size_t>(windows));
    std::iota(order.begin(), order.end(), 0);
    SplitMix64 generator(seed ^ (static_cast<std::uint64_t>(epoch) + 1) * 0xD1B54A32D192ED03u);
    shuffle(order, generator);
    return order;
}

}  // namespace

std::optional<HealMethod> healMethod(const std::string& name) {
    for (const auto& [method, word] : kMethods)
        if (name == word) return method;
    return std::nullopt;
}

const char* name(HealMethod method) {
    return std::find_if(kMethods.begin(), kMethods.end(),
                        [&](const auto& pair) { return pair.first == method; })
        ->second;
}

const char* name(HealPreset preset) {
    return std::find_if(kPresets.begin(), kPresets.end(),
                        [&](const auto& pair) { return pair.first == preset; })
        ->second;
}

std::optional<Schedule> schedule(const std::string& name) {
    for (const auto& [known, word] : kSchedules)
        if (name == word) return known;
    return std::nullopt;
}

const char* name(Schedule schedule) {
    return std::find_if(kSchedules.begin(), kSchedules.end(),
                        [&](const auto& pair) { return pair.first == schedule; })
        ->second;
}

const std::vector<std::string>& loraLinears() {
    static const std::vector<std::string> kLinears{"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                                   "gate_proj", "up_proj", "down_proj"};
    return kLinears;
}

bool layerLearns(const HealOptions& options, int position) {
    return std::ranges::find(options.frozenLayers, position) == options.frozenLayers.end();
}

bool linearAdapts(const HealOptions& options, const std::string& linear) {
    const auto& targets = options.loraTargets;
    return targets.empty() || std::ranges::find(targets, linear) != targets.end();
}

double defaultRate(HealMethod method, std::int64_t parameters, HealPreset preset) {
    if (preset == HealPreset::Paper && method != HealMethod::Lora)
        return parameters >= kPaperSmall && parameters < kPaperLarge ? 2e-4 : 3e-4;
    const bool small = parameters < kSmallNetwork;
    switch (method) {
        case HealMethod::Lora:
            return small ? 3e-3 : 3e-4;
        case HealMethod::Scratch:
            return small ? 2.5e-3 : 1e-3;
        default:
            return small ? 5e-4 : parameters < kLargeNetwork ? 1e-4 : 3e-5;
    }
}

std::int64_t warmupStepsOf(const HealOptions& options) noexcept {
    if (options.warmupSteps >= 0) return options.warmupSteps;
    const bool paper = options.preset == HealPreset::Paper && options.method != HealMethod::Lora;
    return paper ? kPaperWarmup : -1;
}

std::int64_t fillStepsOf(const HealOptions& options) noexcept {
    if (options.method != HealMethod::Continued && options.method != HealMethod::Distill) return 0;
    if (options.fillSteps >= 0) return options.fillSteps;
    return options.preset == HealPreset::Paper ? kPaperFill : 0;
}

double rateAt(const HealOptions& options, double peak, double step, double steps) {
    const std::int64_t given = warmupStepsOf(options);
    const double warm = given >= 0 ? static_cast<double>(given) : options.warmup * steps;
    if (step < warm) return std::min(peak, peak * (step + 1.0) / std::max(warm, 1.0));
    if (options.schedule == Schedule::Constant || steps <= warm) return peak;
    const double share = std::clamp((step - warm) / std::max(steps - warm, 1.0), 0.0, 1.0);
    const double left =
        options.schedule == Schedule::Linear ? 1.0 - share : 0.5 * (1.0 + std::cos(std::numbers::pi * share));
    return peak * (options.lastRate + (1.0 - options.lastRate) * left);
}

std::vector<int> windowsOfStep(std::uint64_t seed, std::int64_t step, int batchWindows, int windows) {
    std::vector<int> result;
    std::int64_t epoch = -1;
    std::vector<int> order;
    for (std::int64_t i = step * batchWindows; i < (step + 1) * batchWindows; ++i) {
        if (i / windows != epoch) {
            epoch = i / windows;
            order = permutation(seed, epoch, windows);
        }
        result.push_back(order[static_cast<std::size_t>(i % windows)]);
    }
    return result;
}

}  // namespace secateur
