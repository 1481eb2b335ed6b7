// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/shard_writer.h"

#include <utility>

namespace secateur {

ShardWriter::ShardWriter(std::filesystem::path file, std::filesystem::path shownAs, std::uint64_t heldBytes)
    : file_(std::move(file)), shownAs_(std::move(shownAs)), book_(heldBytes) {}

void ShardWriter::add(const std::string& tensor, Dtype dtype, const std::vector<std::int64_t>& shape,
                      std::span<const std::byte> bytes) {
    book_.add({tensor, dtype, shape, bytes.size()});
    if (!output_ && !book_.hasRoomUpFront()) {
        held_.insert(held_.end(), bytes.begin(), bytes.end());
        return;
    }
    if (!output_) spill();
    output_->write(bytes);
}

// Turns from holding to streaming; the header's room is filled when its content is known.
void ShardWriter::spill() {
    output_.emplace(file_, shownAs_);
    output_->write(std::string(8 + ShardBook::kHeaderRoom, ' '));
    output_->write(held_);
    held_ = {};
}

void ShardWriter::finish() {
    if (output_) {
        output_->writeAt(0, book_.header());
    } else {
        output_.emplace(file_, shownAs_);
        output_->write(book_.header());
        output_->write(held_);
    }
    output_->finish();
}

}  // namespace secateur
