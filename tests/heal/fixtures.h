// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/job_context.h"
#include "core/heal/batches.h"
#include "core/heal/trainable_network.h"
#include "core/heal/trainer.h"
#include "core/model/tensors.h"
#include "core/storage/checkpoint_writer.h"
#include "core/storage/token_source.h"

namespace secateur::fixtures {

inline constexpr std::int64_t kRoomy = std::int64_t{1} << 30;  // bytes

// Folders of tests/golden.
inline constexpr const char* kLlamaMha = "llama-mha";
inline constexpr const char* kLlama3Gqa = "llama3-gqa";
inline constexpr const char* kQwen2 = "qwen2";
inline constexpr const char* kQwen3 = "qwen3";

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

// Values into a new checkpoint folder, with what `source` has beside them.
class NewCheckpoint {
public:
    NewCheckpoint(const Checkpoint& source, const std::filesystem::path& folder)
        : source_(source),
          folder_(folder),
          writer_(folder, 2 * source.summary().bytes, {.overwrite = true}) {}
    void add(const std::string& name, const at::Tensor& value, Dtype dtype) {
        const at::Tensor whole = value.contiguous();
        writer_.add(name, dtype, whole.sizes().vec(), bytesOf(whole));
    }
    std::shared_ptr<const Checkpoint> finish(const NetworkConfig& config) {
        writer_.writeConfig(config, Dtype::F32, HfLayout::Stock, source_.configJson());
        writer_.copyCompanions(source_.folder());
        writer_.finish();
        return Checkpoint::open(folder_);
    }

private:
    const Checkpoint& source_;
    std::filesystem::path folder_;
    CheckpointWriter writer_;
};

// What is left of the checkpoint when only the layers at these positions stay. `change` (may be empty) sees
// every tensor under its new name, as a copy.
inline std::shared_ptr<const Checkpoint> chopped(
    const Checkpoint& source, const std::vector<int>& kept, const std::filesystem::path& folder,
    const std::function<void(const std::string&, const at::Tensor&)>& change = {}) {
    NetworkConfig config = source.config();
    NewCheckpoint made(source, folder);
    const auto copy = [&](const std::string& from, const std::string& to) {
        const TensorView& view = source.tensor(from);
        const at::Tensor value = viewOf(view).clone();
        if (change) change(to, value);
        made.add(to, value, view.dtype);
    };
    config.layers.clear();
    for (std::size_t i = 0; i < kept.size(); ++i) {
        config.layers.push_back(source.config().layers[static_cast<std::size_t>(kept[i])]);
        const std::string stem = "model.layers." + std::to_string(kept[i]) + ".";
        for (const std::string& name : source.tensorNames())
            if (name.starts_with(stem))
                copy(name, "model.layers." + std::to_string(i) + "." + name.substr(stem.size()));
    }
    for (const std::string& name : source.tensorNames())
        if (!name.starts_with("model.layers.")) copy(name, name);
    return made.finish(config);
}

}  // namespace secateur::fixtures
