// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/sentencepiece_check.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>

namespace secateur::tokenizer {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint64_t kNormalizer = 3;  // field of the model

// One field of a protobuf message; `bytes` only for length-delimited ones.
struct Field {
    std::uint64_t number = 0;
    std::string_view bytes;
};

class MessageReader {
public:
    explicit MessageReader(std::string_view bytes) : left_(bytes) {}
    [[nodiscard]] bool broken() const noexcept { return broken_; }

    std::optional<Field> next() {
        if (left_.empty() || broken_) return std::nullopt;
        const std::uint64_t tag = varint();
        Field field{tag >> 3, {}};
        switch (tag & 7) {
            case 0:
                varint();
                break;
            case 1:
                take(8);
                break;
            case 2:
                field.bytes = take(varint());
                break;
            case 5:
                take(4);
                break;
            default:
                broken_ = true;
        }
        if (broken_) return std::nullopt;
        return field;
    }

private:
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64 && !left_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(left_.front());
            left_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        broken_ = true;
        return 0;
    }

    std::string_view take(std::uint64_t length) {
        if (broken_ || length > left_.size()) {
            broken_ = true;
            return {};
        }
        const std::string_view taken = left_.substr(0, length);
        left_.remove_prefix(length);
        return taken;
    }

    std::string_view left_;
    bool broken_ = false;
};

// A length, a double-array trie of that many bytes, and zero-terminated replacements that its leaves point
// to. A unit with the top bit set is a leaf's value; every other one leads to a block of 256 units.
std::string checkCharacterMap(std::string_view map) {
    constexpr std::size_t kUnit = sizeof(std::uint32_t);
    std::uint32_t trieBytes = 0;
    if (map.empty()) return {};
    if (map.size() < kUnit) return "its character map is cut short";
    std::memcpy(&trieBytes, map.data(), kUnit);
    if (trieBytes > map.size() - kUnit || trieBytes % kUnit != 0) return "its character map is cut short";
    const std::string_view trie = map.substr(kUnit, trieBytes);
    const std::string_view replacements = map.substr(kUnit + trieBytes);
    if (trie.empty() || replacements.empty() || replacements.back() != '\0')
        return "its character map is incomplete";
    const std::size_t units = trie.size() / kUnit;
    for (std::size_t i = 0; i < units; ++i) {
        std::uint32_t unit = 0;
        std::memcpy(&unit, trie.data() + i * kUnit, kUnit);
        if (unit >> 31 != 0) {
            if ((unit & 0x7FFFFFFF) >= replacements.size()) return "its character map points outside itself";
            continue;
        }
        const std::uint64_t offset = static_cast<std::uint64_t>(unit >> 10) << ((unit & 1u << 9) >> 6);
        if (((i ^ offset) | 0xFF) >= units) return "its character map points outside itself";
    }
    return {};
}

std::string checkNormalizer(std::string_view message) {
    constexpr std::uint64_t kCharacterMap = 2;
    MessageReader reader(message);
    while (const auto field = reader.next()) {
        if (field->number != kCharacterMap) continue;
        std::string complaint = checkCharacterMap(field->bytes);
        if (!complaint.empty()) return complaint;
    }
    return reader.broken() ? "its normalizer is damaged" : "";
}

}  // namespace

std::string_view normalizerOfSentencePieceModel(std::string_view bytes) {
    MessageReader reader(bytes);
    while (const auto field = reader.next())
        if (field->number == kNormalizer) return field->bytes;
    return {};
}

std::string checkSentencePieceModel(std::string_view bytes) {
    constexpr std::uint64_t kDenormalizer = 5;
    MessageReader reader(bytes);
    bool any = false;
    while (const auto field = reader.next()) {
        any = true;
        if (field->number != kNormalizer && field->number != kDenormalizer) continue;
        std::string complaint = checkNormalizer(field->bytes);
        if (!complaint.empty()) return complaint;
    }
    if (reader.broken()) return "its fields do not fit the file";
    return any ? "" : "it is empty";
}

}  // namespace secateur::tokenizer
