// SPDX-License-Identifier: GPL-3.0-or-later
//
// What goes into which weight file, and how large the files become, to the byte: the one book that the writer
// of checkpoints keeps and that promises of sizes are made from. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/data/dtype.h"
#include "core/data/network_config.h"

namespace secateur {

inline constexpr std::int64_t kShardBytes = 5'000'000'000;  // of data; a larger checkpoint has several files

struct ShardEntry {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t size = 0;  // bytes
};

// One safetensors file, tensor after tensor.
class ShardBook {
public:
    // Data beyond this is not held in memory until the header is known: the header then gets a fixed room.
    static constexpr std::uint64_t kHeldBytes = std::uint64_t{32} << 20;
    static constexpr std::uint64_t kHeaderRoom = 256 * 1024;

    explicit ShardBook(std::uint64_t heldBytes = kHeldBytes) : heldBytes_(heldBytes) {}

    void add(ShardEntry entry);
    // False when the tensor must go into another file: no room left in the header, or it would not be aligned
    // to its elements.
    [[nodiscard]] bool fits(const std::string& tensor, Dtype dtype) const;
    // Whether the next tensor of a checkpoint goes into this file, which should hold `limit` bytes at most.
    [[nodiscard]] bool takes(const std::string& tensor, Dtype dtype, std::uint64_t size,
                             std::int64_t limit) const;
    [[nodiscard]] bool hasRoomUpFront() const noexcept { return dataBytes_ > heldBytes_; }
    [[nodiscard]] std::uint64_t dataBytes() const noexcept { return dataBytes_; }
    // Length prefix and header.
    [[nodiscard]] std::string header() const;
    // Of the whole file.
    [[nodiscard]] std::uint64_t fileBytes() const;

private:
    std::uint64_t heldBytes_;
    std::vector<ShardEntry> entries_;
    std::uint64_t dataBytes_ = 0;
    std::uint64_t headerEstimate_ = 64;
    std::uint64_t entryBytes_ = 0;  // of the entries in the header, as header() writes them
};

// Length prefix and header of a file that holds the tensors one after the other; padded with blanks to a
// multiple of 8 bytes, and to `room` bytes of header at least.
[[nodiscard]] std::string safetensorsHeader(const std::vector<ShardEntry>& entries, std::uint64_t room = 0);

struct ShardSizes {
    std::int64_t tensors = 0;  // bytes of the values
    std::int64_t files = 0;    // of the weight files, headers included
    int count = 0;             // of weight files
};
// What a checkpoint of the network takes, all tensors of one dtype, in the order of networkTensors().
[[nodiscard]] ShardSizes shardSizes(const NetworkConfig& network, Dtype dtype,
                                    std::int64_t limit = kShardBytes);

}  // namespace secateur
