// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/job_context.h"
#include "core/heal/batches.h"
#include "core/heal/trainable_network.h"
#include "core/heal/trainer.h"
#include "core/storage/token_source.h"

namespace secateur::fixtures {

inline std::shared_ptr<const Checkpoint> checkpoint(const std::string& family) {
    return Checkpoint::open(std::filesystem::path(SECATEUR_GOLDEN_DIR) / family);
}

inline TokenWindows tokens(const std::string& family, const std::string& name, int windows, int seqLen = 24) {
    const std::filesystem::path folder = std::filesystem::path(SECATEUR_GOLDEN_DIR) / family;
    const TokenStream stream =
        readTokens({{}, (folder / "tokens.safetensors").string(), name}, folder, false);
    WindowOptions options;
    options.samples = windows;
    options.seqLen = seqLen;
    JobContext context;
    return cutWindows(stream, options, context);
}

inline at::Tensor ids(const TokenWindows& windows, int count) {
    std::vector<int> which(static_cast<std::size_t>(count));
    std::iota(which.begin(), which.end(), 0);
    return idsOf(windows, which, at::kCPU);
}

// A folder that goes away with the test.
class Scratch {
public:
    Scratch() {
        std::string pattern = (std::filesystem::temp_directory_path() / "secateur-heal-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace secateur::fixtures
