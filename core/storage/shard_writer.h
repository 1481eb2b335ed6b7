// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes one safetensors file tensor by tensor, although its header comes first and is known last: the first
// tensors are held in memory, and a file that outgrows that gets room for its header up front (the format
// allows blanks after it). Internal to storage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/shard_book.h"
#include "core/storage/output_file.h"

namespace secateur {

class ShardWriter {
public:
    // `shownAs` names the file in errors.
    ShardWriter(std::filesystem::path file, std::filesystem::path shownAs,
                std::uint64_t heldBytes = ShardBook::kHeldBytes);

    void add(const std::string& tensor, Dtype dtype, const std::vector<std::int64_t>& shape,
             std::span<const std::byte> bytes);
    [[nodiscard]] const ShardBook& book() const noexcept { return book_; }
    void finish();

private:
    void spill();

    std::filesystem::path file_;
    std::filesystem::path shownAs_;
    ShardBook book_;
    std::vector<std::byte> held_;  // data before streaming begins
    std::optional<OutputFile> output_;
};

}  // namespace secateur
