// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whole runs of a few steps into folders that go away with the test.
#pragma once

#include <fstream>
#include <sstream>

#include "core/base/error.h"
#include "core/heal/heal_run.h"
#include "core/storage/run_store.h"
#include "tests/heal/fixtures.h"

namespace secateur::fixtures {

inline std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class HealRunFixture : public ::testing::TestWithParam<HealMethod> {
protected:
    HealRunFixture() : training_(tokens("qwen2", "calibration", 0)), held_(tokens("qwen2", "evaluation", 4)) {
        options_.steps = 6;
        options_.batchWindows = 2;
        options_.checkpointEvery = 2;
        options_.evaluateEvery = 3;
        options_.peakRate = 1e-3;
        options_.seed = 5;
    }
    HealReport run(const std::filesystem::path& folder, const HealTarget& target = {},
                   std::int64_t stopAfter = 0) {
        std::stop_source stop;
        JobContext context(stop.get_token(), {},
                           [this](const std::string& text) { warnings_.push_back(text); });
        const auto plain = checkpoint("qwen2");
        const bool taught = options_.method == HealMethod::Distill || fillStepsOf(options_) > 0;
        const auto teacher = !taught || alone_ ? nullptr : teacher_ ? teacher_ : plain;
        const HealInputs inputs{.checkpoint = student_ ? student_ : plain,
                                .teacher = teacher,
                                .place = place_,
                                .training = &training_,
                                .evaluation = &held_,
                                .options = options_,
                                .memoryLimit = memoryLimit_};
        return heal(inputs, {folder, target.overwrite, target.resume}, context, [&](const HealPoint& point) {
            if (point.step == stopAfter) stop.request_stop();
            return point.step == pauseAfter_ ? HealControl::Pause : HealControl::GoOn;
        });
    }
    ErrorCode refused(const std::filesystem::path& folder, const HealTarget& target = {}) {
        try {
            run(folder, target);
        } catch (const Error& error) {
            message_ = error.message();
            return error.code();
        }
        ADD_FAILURE() << "nothing was thrown";
        return ErrorCode::Internal;
    }

    Scratch scratch_;
    TokenWindows training_, held_;
    HealOptions options_;
    ComputePlace place_;
    std::shared_ptr<const Checkpoint> student_, teacher_;  // null: the golden one
    bool alone_ = false;                                   // without a teacher, also where one is needed
    std::int64_t memoryLimit_ = 0;
    std::int64_t pauseAfter_ = -1;
    std::vector<std::string> warnings_;
    std::string message_;
};

}  // namespace secateur::fixtures
