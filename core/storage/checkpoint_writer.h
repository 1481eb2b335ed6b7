// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes a checkpoint folder shard by shard into a temporary sibling that is renamed when complete; a
// cancelled or failed job leaves nothing behind. Tensors are added in order and written at once: memory is
// one tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/network_config.h"
#include "core/storage/checkpoint.h"

namespace secateur {

struct CheckpointWriterOptions {
    bool overwrite = false;                   // else an existing folder is Error{Exists}
    std::int64_t shardBytes = 5'000'000'000;  // several shards get an index, as HF writes them
};

// What kind of config.json goes with the tensors.
enum class HfLayout {
    Stock,     // one width for all layers; biases by attention_bias / mlp_bias; loads in stock transformers
    PerLayer,  // per-layer lists, plus a modelling file reached through auto_map (trust_remote_code)
};

// The network as the stock layout can say it, for the compressor to write: transformers knows biases for all
// layers or none and for whole sublayers (attention_bias: q, k, v and o; mlp_bias: gate, up and down), so
// flags are raised to that, and Qwen2 and Mistral without a sliding window become Llama when they need flags
// that they lack. Every tensor that the result has and `network` lacks must be written as zeros. Throws
// Unsupported, saying why and what else to use: ragged widths, sublayers without units, biases or mixed
// sliding windows that the architecture has no place for.
[[nodiscard]] NetworkConfig stockNetwork(const NetworkConfig& network);

class CheckpointWriter {
public:
    // Checks the target (exists, parent writable, `expectedBytes` of disk free: OutOfDisk) before anything is
    // computed.
    CheckpointWriter(const std::filesystem::path& folder, std::int64_t expectedBytes,
                     const CheckpointWriterOptions& options);
    ~CheckpointWriter();  // removes the temporary folder when finish() was not reached
    CheckpointWriter(const CheckpointWriter&) = delete;
    CheckpointWriter& operator=(const CheckpointWriter&) = delete;

    // bytes.size() must equal the product of shape and dtype size. Throws OutOfDisk naming the file when a
    // write fails.
    void add(const std::string& tensor, Dtype dtype, const std::vector<std::int64_t>& shape,
             std::span<const std::byte> bytes);
    // config.json in the layout (Stock: stockNetwork(network)), version 4's and 5's keys; keeps keys of
    // `baseConfigJson` that still hold. `originalLayer` numbers are written and read back; lists with an
    // entry for each layer of the base keep those of the layers left. PerLayer adds the modelling files.
    void writeConfig(const NetworkConfig& network, Dtype dtype, HfLayout layout,
                     const std::string& baseConfigJson);
    void writeFile(const std::string& name, std::string_view content);
    // Tokenizer files, generation config and licence of the source checkpoint.
    void copyCompanions(const std::filesystem::path& sourceFolder);
    // Of all tensors so far, as they are stored.
    [[nodiscard]] std::int64_t tensorBytes() const noexcept;
    // Writes the index if there are several shards, flushes, and renames into place.
    void finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Writes one safetensors file atomically (logits, tokens).
struct NamedTensor {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};
void writeSafetensors(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                      bool overwrite);

}  // namespace secateur
