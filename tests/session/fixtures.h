// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions over the golden checkpoints, and small scratch folders.
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

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

}  // namespace secateur::fixtures
