// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/checkpoint_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "core/base/error.h"
#include "core/storage/companion_files.h"
#include "core/storage/file_io.h"
#include "core/storage/hf_config.h"
#include "core/storage/modelling_files.h"
#include "core/storage/output_file.h"
#include "core/storage/shard_index.h"
#include "core/storage/shard_writer.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

fs::path withoutTrailingSlash(const fs::path& folder) {
    const fs::path normal = fs::absolute(folder).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

// What may be there already: nothing, or, when overwriting, an empty folder or a checkpoint. Anything else
// would be a loss.
void checkTarget(const fs::path& target, bool overwrite) {
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(target, ignored))) return;
    if (!overwrite)
        throw Error(ErrorCode::Exists, "the output folder " + target.string() + " exists already",
                    "choose another name, or allow overwriting (--force)");
    if (!fs::is_directory(target, ignored))
        throw Error(ErrorCode::Exists,
                    target.string() + " exists and is not a folder, so that it is not overwritten",
                    "choose another name");
    if (!fs::is_empty(target, ignored) && !fs::exists(target / "config.json", ignored))
        throw Error(ErrorCode::Exists,
                    target.string() + " is not a checkpoint folder, so that it is not overwritten",
                    "choose another name");
}

void requireFittingBytes(const std::string& tensor, Dtype dtype, const std::vector<std::int64_t>& shape,
                         std::size_t bytes) {
    std::int64_t expected = static_cast<std::int64_t>(byteSize(dtype));
    for (const std::int64_t size : shape) expected *= size;
    if (expected != static_cast<std::int64_t>(bytes))
        throw Error(ErrorCode::Internal,
                    "tensor \"" + tensor + "\" was given with bytes that do not fit its shape");
}

// HF's name of shard `index` (from 0) of `count`.
std::string shardName(std::size_t index, std::size_t count) {
    if (count == 1) return kSingleFileName;
    char name[64];
    std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
    return name;
}

// Removes the unfinished folder again.
class TemporaryFolder {
public:
    explicit TemporaryFolder(const fs::path& target) : path_(temporarySibling(target)) {
        if (::mkdir(path_.c_str(), 0777) != 0) throwWriteError(target, errno);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

}  // namespace

struct CheckpointWriter::Impl {
    CheckpointWriterOptions options;
    fs::path target;
    ParentFolders parents;
    TemporaryFolder folder;
    std::unique_ptr<ShardWriter> shard;
    std::vector<fs::path> shards;                // provisional files, in order
    std::map<std::string, std::size_t> shardOf;  // tensor -> shard
    std::uint64_t totalBytes = 0;

    Impl(const fs::path& target_, const CheckpointWriterOptions& options_)
        : options(options_), target(target_), parents(target), folder(target) {}

    void beginShard();
    void endShard();
    void writeIndex(const std::vector<std::string>& names);
    void copy(const fs::path& name, std::string_view content);
};

// `name` may lie in a folder below; what is there already stays.
void CheckpointWriter::Impl::copy(const fs::path& name, std::string_view content) {
    const fs::path written = folder.path() / name;
    std::error_code failure;
    if (fs::exists(written, failure)) return;
    if (name.has_parent_path() && !fs::create_directories(written.parent_path(), failure) && failure)
        throwWriteError(target / name, failure.value());
    OutputFile file(written, target / name);
    file.write(content);
    file.finish();
}

void CheckpointWriter::Impl::beginShard() {
    const std::string provisional = "shard-" + std::to_string(shards.size() + 1) + ".safetensors";
    shards.push_back(folder.path() / provisional);
    shard = std::make_unique<ShardWriter>(shards.back(), target / provisional);
}

void CheckpointWriter::Impl::endShard() {
    if (!shard) return;
    shard->finish();
    shard.reset();
}

void CheckpointWriter::Impl::writeIndex(const std::vector<std::string>& names) {
    nlohmann::ordered_json index;
    index["metadata"] = {{"total_size", totalBytes}};
    for (const auto& [tensor, position] : shardOf) index["weight_map"][tensor] = names[position];
    OutputFile file(folder.path() / kIndexFileName, target / kIndexFileName);
    file.write(index.dump(2) + "\n");
    file.finish();
}

CheckpointWriter::CheckpointWriter(const fs::path& folder, std::int64_t expectedBytes,
                                   const CheckpointWriterOptions& options) {
    const fs::path target = withoutTrailingSlash(folder);
    checkTarget(target, options.overwrite);
    impl_ = std::make_unique<Impl>(target, options);
    requireDiskSpace(target, expectedBytes);
}

CheckpointWriter::~CheckpointWriter() = default;

void CheckpointWriter::add(const std::string& tensor, Dtype dtype, const std::vector<std::int64_t>& shape,
                           std::span<const std::byte> bytes) {
    requireFittingBytes(tensor, dtype, shape, bytes.size());
    if (impl_->shardOf.contains(tensor))
        throw Error(ErrorCode::Internal, "tensor \"" + tensor + "\" was given twice");
    if (impl_->shard && !impl_->shard->book().takes(tensor, dtype, bytes.size(), impl_->options.shardBytes))
        impl_->endShard();
    if (!impl_->shard) impl_->beginShard();
    impl_->shard->add(tensor, dtype, shape, bytes);
    impl_->shardOf[tensor] = impl_->shards.size() - 1;
    impl_->totalBytes += bytes.size();
}

void CheckpointWriter::writeConfig(const NetworkConfig& network, Dtype dtype, HfLayout layout,
                                   const std::string& baseConfigJson) {
    writeFile("config.json", writeHfConfig(network, dtype, layout, baseConfigJson));
    if (layout != HfLayout::PerLayer) return;
    for (const ModellingFile& file : modellingFiles()) writeFile(file.name, file.content);
}

void CheckpointWriter::writeFile(const std::string& name, std::string_view content) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
        throw Error(ErrorCode::Internal,
                    "\"" + name + "\" is not the name of a file in " + impl_->target.string());
    OutputFile file(impl_->folder.path() / name, impl_->target / name);
    file.write(content);
    file.finish();
}

void CheckpointWriter::copyCompanions(const fs::path& sourceFolder) {
    for (const fs::path& file : companionFiles(sourceFolder)) {
        const fs::path name = file.lexically_relative(sourceFolder);
        impl_->copy(name, readFileAsItIs(file, kMaxCompanionBytes));
    }
}

std::int64_t CheckpointWriter::tensorBytes() const noexcept {
    return static_cast<std::int64_t>(impl_->totalBytes);
}

std::int64_t CheckpointWriter::fileBytes() {
    impl_->endShard();
    std::int64_t bytes = 0;
    for (const fs::path& shard : impl_->shards) bytes += static_cast<std::int64_t>(fs::file_size(shard));
    return bytes;
}

void CheckpointWriter::finish() {
    impl_->endShard();
    if (impl_->shards.empty())
        throw Error(ErrorCode::Internal, "no tensor was written to " + impl_->target.string());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < impl_->shards.size(); ++i) {
        names.push_back(shardName(i, impl_->shards.size()));
        if (std::rename(impl_->shards[i].c_str(), (impl_->folder.path() / names[i]).c_str()) != 0)
            throwWriteError(impl_->target / names[i], errno);
    }
    if (names.size() > 1) impl_->writeIndex(names);
    renameInto(impl_->folder.path(), impl_->target, impl_->options.overwrite);
    impl_->parents.keep();
}

void writeSafetensors(const fs::path& file, const std::vector<NamedTensor>& tensors, bool overwrite) {
    std::vector<ShardEntry> entries;
    for (const NamedTensor& tensor : tensors) {
        requireFittingBytes(tensor.name, tensor.dtype, tensor.shape, tensor.bytes.size());
        entries.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes.size()});
    }
    writeFileAtomically(file, overwrite, [&](OutputFile& output) {
        output.write(safetensorsHeader(entries));
        for (const NamedTensor& tensor : tensors) output.write(tensor.bytes);
    });
}

}  // namespace secateur
