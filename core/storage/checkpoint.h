// SPDX-License-Identifier: GPL-3.0-or-later
//
// A HF checkpoint folder, opened by its headers: config.json, the safetensors shards memory-mapped, every
// tensor's place checked before it is used. Opening costs milliseconds at any size. No LibTorch here: tensors
// are dtype, shape and bytes. Thread rule: const methods may be called from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/dtype.h"
#include "core/data/model_summary.h"
#include "core/data/tensor_table.h"

namespace secateur {

// One tensor inside a mapped file; valid as long as the SafetensorsFile lives.
struct TensorView {
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

// One .safetensors file, mapped read-only. Throws NotFound or Corrupt (header length, JSON, offsets,
// overlaps, shapes), naming file and tensor. Tensors of dtypes that nothing here computes with do no harm.
class SafetensorsFile {
public:
    explicit SafetensorsFile(const std::filesystem::path& file);
    ~SafetensorsFile();
    SafetensorsFile(const SafetensorsFile&) = delete;
    SafetensorsFile& operator=(const SafetensorsFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept;
    [[nodiscard]] const std::map<std::string, TensorView>& tensors() const noexcept;
    // Name and dtype of the tensors that are not in tensors(): F64, BOOL, I8, I16, F8 and the like.
    [[nodiscard]] const std::map<std::string, std::string>& unread() const noexcept;
    [[nodiscard]] const TensorView& tensor(
        const std::string& name) const;  // throws NotFound, or Unsupported for one of unread()
    // Tells the system that the mapped pages of a tensor will not be needed soon, so that streaming stays
    // small.
    void release(const TensorView& tensor) const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

class Checkpoint {
public:
    // Throws NotFound (folder, config.json, shards), Corrupt, Unsupported (architecture, pickled or quantized
    // weights, folders of another kind: with a hint what to do), InvalidArgument (config.json that
    // contradicts the tensors, naming both). What is odd but can be worked with is in summary().warnings.
    [[nodiscard]] static std::shared_ptr<const Checkpoint> open(const std::filesystem::path& folder);
    ~Checkpoint();

    [[nodiscard]] const ModelSummary& summary() const noexcept;
    [[nodiscard]] const NetworkConfig& config() const noexcept { return summary().config; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept;
    [[nodiscard]] const std::string& configJson()
        const noexcept;  // text of config.json, for writers that keep unknown keys

    [[nodiscard]] bool has(const std::string& tensor) const noexcept;
    [[nodiscard]] const TensorView& tensor(
        const std::string& name) const;                          // throws NotFound naming the tensor
    [[nodiscard]] std::vector<std::string> tensorNames() const;  // as HF writes them
    // Drops the mapped pages of a tensor from this process (madvise), so that peak memory stays one layer.
    void release(const std::string& tensor) const noexcept;

private:
    Checkpoint();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace secateur
