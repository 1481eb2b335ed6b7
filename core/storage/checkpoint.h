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

#include "core/data/model_summary.h"

namespace secateur {

enum class Dtype { F32, F16, BF16, I32, I64, U8 };
[[nodiscard]] const char* name(Dtype dtype) noexcept;  // safetensors' word: "F32", ...
// As configurations spell it: "float32", ...; safetensors' word for those that no weights have.
[[nodiscard]] const char* torchName(Dtype dtype) noexcept;
[[nodiscard]] std::size_t byteSize(Dtype dtype) noexcept;

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

// Names of tensors as HF writes them, e.g. weightName(3, "self_attn.q_proj") ->
// "model.layers.3.self_attn.q_proj.weight".
[[nodiscard]] std::string weightName(int layer, const std::string& module);
[[nodiscard]] std::string biasName(int layer, const std::string& module);
// Factor 0 or 1 of a linear that is the product of two: "self_attn.q_proj" -> "self_attn.q_proj.a".
[[nodiscard]] std::string factorModule(const std::string& module, std::size_t factor);
inline constexpr const char* kEmbeddingName = "model.embed_tokens.weight";
inline constexpr const char* kFinalNormName = "model.norm.weight";
inline constexpr const char* kOutputHeadName = "lm_head.weight";

}  // namespace secateur
