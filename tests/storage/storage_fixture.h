// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the tests of storage share: scratch folders, damaged files, small checkpoints made from the goldens.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/base/error.h"
#include "core/storage/checkpoint_writer.h"
#include "core/storage/shard_index.h"
#include "tests/read_text.h"

namespace secateur::test {

namespace fs = std::filesystem;

inline fs::path golden(const std::string& family) {
    return fs::path(SECATEUR_GOLDEN_DIR) / family;
}

// A new empty folder, removed with everything in it.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string pattern = (fs::temp_directory_path() / "secateur-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }
    fs::path operator/(const std::string& name) const { return path_ / name; }
    // Names of everything in it, hidden temporaries included.
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
    }

private:
    fs::path path_;
};

inline void writeText(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

// The Error that `action` throws; a test failure when it throws none.
inline Error errorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no Error was thrown";
    return {ErrorCode::Internal, "no error"};
}

// The code is `code`, and the message holds every one of `parts`.
inline void expectError(const std::function<void()>& action, ErrorCode code,
                        const std::vector<std::string>& parts) {
    const Error error = errorOf(action);
    EXPECT_STREQ(name(error.code()), name(code)) << error.message();
    for (const std::string& part : parts)
        EXPECT_NE(error.message().find(part), std::string::npos)
            << "\"" << part << "\" is not in: " << error.message();
}

// A whole safetensors file: the header as it stands, then `dataBytes` zeros.
inline std::string safetensorsText(const std::string& header, std::size_t dataBytes) {
    std::string text;
    for (int i = 0; i < 8; ++i) text += static_cast<char>(header.size() >> (8 * i) & 0xff);
    return text + header + std::string(dataBytes, '\0');
}

inline fs::path copyGolden(const std::string& family, const ScratchFolder& scratch) {
    const fs::path folder = scratch / family;
    fs::create_directory(folder);
    for (const char* file : {"config.json", "model.safetensors"})
        fs::copy_file(golden(family) / file, folder / file);
    return folder;
}

inline nlohmann::json readConfig(const fs::path& folder) {
    return nlohmann::json::parse(readText(folder / "config.json"));
}

inline void changeConfig(const fs::path& folder, const std::function<void(nlohmann::json&)>& change) {
    nlohmann::json config = readConfig(folder);
    change(config);
    writeText(folder / "config.json", config.dump());
}

// All tensors of `source` under a stock config, in shards of at most `shardBytes`.
inline void writeCopy(const Checkpoint& source, const fs::path& folder, std::int64_t shardBytes,
                      bool overwrite = false) {
    CheckpointWriter writer(folder, source.summary().bytes,
                            {.overwrite = overwrite, .shardBytes = shardBytes});
    for (const std::string& tensor : source.tensorNames()) {
        const TensorView& view = source.tensor(tensor);
        writer.add(tensor, view.dtype, view.shape, view.bytes);
    }
    writer.writeConfig(source.config(), Dtype::F32, HfLayout::Stock, source.configJson());
    writer.copyCompanions(source.folder());
    writer.finish();
}

}  // namespace secateur::test
