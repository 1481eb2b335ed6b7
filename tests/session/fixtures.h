// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions over the golden checkpoints, and small scratch folders.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/planning/requests.h"
#include "core/planning/step_text.h"
#include "core/session.h"

namespace secateur::fixtures {

inline std::filesystem::path golden(const std::string& family) {
    return std::filesystem::path(SECATEUR_GOLDEN_DIR) / family;
}

inline std::shared_ptr<Session> open(const std::filesystem::path& folder, std::int64_t memoryLimit = 0) {
    return Session::open(folder, {.device = "cpu", .dtype = ComputeDtype::F32, .memoryLimit = memoryLimit});
}

inline TokenWindows tokens(Session& session, const std::string& family, const std::string& name,
                           int samples = 0) {
    JobContext context;
    TextSource source;
    source.tokensFile = (golden(family) / "tokens.safetensors").string();
    source.tokensName = name;
    return session.windows(source, {.samples = samples, .seqLen = 48}, context);
}

// Wishes as --step writes them: "chop layers=2", "wanda sparsity=0.5".
inline PlanRequest stepsRequest(const std::vector<std::string>& steps) {
    PlanRequest request;
    for (const std::string& step : steps)
        request.steps.push_back(stepRequest(parseStepText(step, allMethods(), step), step));
    return request;
}

// A folder of its own for one test, removed afterwards.
class Scratch {
public:
    Scratch() {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        std::string name =
            std::string(test->test_suite_name()) + "." + test->name() + "." + std::to_string(getpid());
        for (char& letter : name)
            if (letter == '/') letter = '_';
        path_ = std::filesystem::temp_directory_path() / ("secateur-" + name);
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

// Plans of steps on a golden network: calibrated on one of its texts, judged on another.
class SteppedSession {
protected:
    explicit SteppedSession(const std::string& family)
        : family_(family),
          session_(open(golden(family))),
          calibration_(tokens(*session_, family, "calibration")),
          evaluation_(tokens(*session_, family, "evaluation")) {}

    Plan planned(const std::vector<std::string>& steps, const TokenWindows* windows) {
        return session_->plan(nullptr, windows, stepsRequest(steps), context_).plan;
    }
    Plan planned(const std::vector<std::string>& steps) { return planned(steps, &calibration_); }
    // With the calibration text.
    double previewed(const Plan& plan) {
        return session_
            ->preview(plan, nullptr, evaluation_, {.perToken = false, .calibration = &calibration_}, context_)
            .planPerplexity;
    }
    // The perplexity of the checkpoint that is written and opened again.
    double applied(const Plan& plan, const std::filesystem::path& folder, const ApplyOptions& options = {}) {
        static_cast<void>(session_->apply(plan, nullptr, &calibration_, folder, options, context_));
        const auto written = open(folder);
        return written->perplexity(tokens(*written, family_, "evaluation"), context_).perplexity;
    }

    std::string family_;
    JobContext context_;
    std::shared_ptr<Session> session_;
    TokenWindows calibration_, evaluation_;
    Scratch scratch_;
};

}  // namespace secateur::fixtures
