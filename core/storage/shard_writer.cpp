// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/shard_writer.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace secateur {
namespace {

constexpr std::uint64_t kHeaderRoom = 256 * 1024;
constexpr std::uint64_t kEntryOverhead = 160;  // dtype, offsets and up to three dimensions, generously

std::string lengthPrefix(std::uint64_t length) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 0xff);
    return bytes;
}

}  // namespace

std::string safetensorsHeader(const std::vector<ShardEntry>& entries, std::uint64_t room) {
    nlohmann::ordered_json json;
    json["__metadata__"] = {{"format", "pt"}};
    std::uint64_t offset = 0;
    for (const ShardEntry& entry : entries) {
        json[entry.name] = {{"dtype", name(entry.dtype)},
                            {"shape", entry.shape},
                            {"data_offsets", {offset, offset + entry.size}}};
        offset += entry.size;
    }
    std::string header = json.dump();
    header.resize(std::max<std::uint64_t>(room, (header.size() + 7) / 8 * 8), ' ');
    return lengthPrefix(header.size()) + header;
}

ShardWriter::ShardWriter(std::filesystem::path file, std::filesystem::path shownAs, std::uint64_t heldBytes)
    : file_(std::move(file)), shownAs_(std::move(shownAs)), heldBytes_(heldBytes) {}

bool ShardWriter::fits(const std::string& tensor, Dtype dtype) const {
    if (entries_.empty()) return true;
    return headerEstimate_ + 2 * tensor.size() + kEntryOverhead <= kHeaderRoom &&
           dataBytes_ % byteSize(dtype) == 0;
}

void ShardWriter::add(const std::string& tensor, Dtype dtype, const std::vector<std::int64_t>& shape,
                      std::span<const std::byte> bytes) {
    entries_.push_back({tensor, dtype, shape, bytes.size()});
    dataBytes_ += bytes.size();
    headerEstimate_ += 2 * tensor.size() + kEntryOverhead;
    if (!output_ && dataBytes_ <= heldBytes_) {
        held_.insert(held_.end(), bytes.begin(), bytes.end());
        return;
    }
    if (!output_) spill();
    output_->write(bytes);
}

// Turns from holding to streaming; the header's room is filled when its content is known.
void ShardWriter::spill() {
    output_.emplace(file_, shownAs_);
    output_->write(std::string(8 + kHeaderRoom, ' '));
    output_->write(held_);
    held_ = {};
}

void ShardWriter::finish() {
    if (output_) {
        output_->writeAt(0, safetensorsHeader(entries_, kHeaderRoom));
    } else {
        output_.emplace(file_, shownAs_);
        output_->write(safetensorsHeader(entries_));
        output_->write(held_);
    }
    output_->finish();
}

}  // namespace secateur
