// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/shard_book.h"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/data/tensor_table.h"

namespace secateur {
namespace {

constexpr std::uint64_t kEntryOverhead = 160;  // dtype, offsets and up to three dimensions, generously
constexpr std::string_view kBeginning = R"({"__metadata__":{"format":"pt"}})";

std::string lengthPrefix(std::uint64_t length) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 0xff);
    return bytes;
}

std::uint64_t digits(std::uint64_t number) {
    std::uint64_t count = 1;
    for (; number >= 10; number /= 10) ++count;
    return count;
}

std::uint64_t quotedBytes(const std::string& text) {
    const bool plain =
        std::ranges::all_of(text, [](char c) { return c >= 0x20 && c != 0x7f && c != '"' && c != '\\'; });
    return plain ? text.size() + 2 : nlohmann::json(text).dump().size();
}

// ,"NAME":{"dtype":"F32","shape":[4,8],"data_offsets":[0,128]}
std::uint64_t entryBytes(const ShardEntry& entry, std::uint64_t offset) {
    constexpr std::string_view kRest = R"(,:{"dtype":"","shape":[],"data_offsets":[,]})";
    std::uint64_t bytes = kRest.size() + quotedBytes(entry.name) +
                          std::string_view(name(entry.dtype)).size() + digits(offset) +
                          digits(offset + entry.size);
    for (const std::int64_t size : entry.shape) bytes += digits(static_cast<std::uint64_t>(size)) + 1;
    return entry.shape.empty() ? bytes : bytes - 1;
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

void ShardBook::add(ShardEntry entry) {
    entryBytes_ += entryBytes(entry, dataBytes_);
    dataBytes_ += entry.size;
    headerEstimate_ += 2 * entry.name.size() + kEntryOverhead;
    entries_.push_back(std::move(entry));
}

bool ShardBook::fits(const std::string& tensor, Dtype dtype) const {
    if (entries_.empty()) return true;
    return headerEstimate_ + 2 * tensor.size() + kEntryOverhead <= kHeaderRoom &&
           dataBytes_ % byteSize(dtype) == 0;
}

bool ShardBook::takes(const std::string& tensor, Dtype dtype, std::uint64_t size, std::int64_t limit) const {
    if (entries_.empty()) return true;
    return dataBytes_ + size <= static_cast<std::uint64_t>(std::max<std::int64_t>(limit, 1)) &&
           fits(tensor, dtype);
}

std::string ShardBook::header() const {
    return safetensorsHeader(entries_, hasRoomUpFront() ? kHeaderRoom : 0);
}

std::uint64_t ShardBook::fileBytes() const {
    const std::uint64_t header = (kBeginning.size() + entryBytes_ + 7) / 8 * 8;
    return 8 + std::max(header, hasRoomUpFront() ? kHeaderRoom : 0) + dataBytes_;
}

ShardSizes shardSizes(const NetworkConfig& network, Dtype dtype, std::int64_t limit) {
    ShardSizes sizes;
    ShardBook book;
    const auto close = [&] {
        sizes.files += static_cast<std::int64_t>(book.fileBytes());
        ++sizes.count;
        book = ShardBook();
    };
    for (TensorSpec& spec : networkTensors(network)) {
        std::uint64_t bytes = byteSize(dtype);
        for (const std::int64_t size : spec.shape) bytes *= static_cast<std::uint64_t>(size);
        if (!book.takes(spec.name, dtype, bytes, limit)) close();
        sizes.tensors += static_cast<std::int64_t>(bytes);
        book.add({std::move(spec.name), dtype, std::move(spec.shape), bytes});
    }
    close();
    return sizes;
}

}  // namespace secateur
