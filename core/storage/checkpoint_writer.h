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
#include "core/data/shard_book.h"
#include "core/data/stock_network.h"
#include "core/storage/checkpoint.h"

namespace secateur {

struct CheckpointWriterOptions {
    bool overwrite = false;                 // else an existing folder is Error{Exists}
    std::int64_t shardBytes = kShardBytes;  // several shards get an index, as HF writes them
};

// What kind of config.json goes with the tensors.
enum class HfLayout {
    Stock,     // one width for all layers; biases by attention_bias / mlp_bias; loads in stock transformers
    PerLayer,  // per-layer lists, plus a modelling file reached through auto_map (trust_remote_code)
};

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
    // Of the weight files as they lie on the disk, headers included. No tensor may be added afterwards.
    [[nodiscard]] std::int64_t fileBytes();
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
