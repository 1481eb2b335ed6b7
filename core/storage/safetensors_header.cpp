// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/safetensors_header.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <vector>

#include "core/base/error.h"
#include "core/storage/bounded_json.h"

namespace secateur {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxRank = 16;
constexpr std::array kDtypes = {Dtype::F32, Dtype::F16, Dtype::BF16, Dtype::I32, Dtype::I64, Dtype::U8};
// Words of the format that exist but that nothing here computes with, and the bits of one value.
struct OtherDtype {
    std::string_view word;
    std::uint64_t bits;
};
constexpr std::array kOtherDtypes = {
    OtherDtype{"F64", 64},    OtherDtype{"I8", 8},          OtherDtype{"I16", 16},
    OtherDtype{"U16", 16},    OtherDtype{"U32", 32},        OtherDtype{"U64", 64},
    OtherDtype{"BOOL", 8},    OtherDtype{"F8_E4M3", 8},     OtherDtype{"F8_E5M2", 8},
    OtherDtype{"F8_E8M0", 8}, OtherDtype{"F8_E4M3FNUZ", 8}, OtherDtype{"F8_E5M2FNUZ", 8},
    OtherDtype{"C64", 64},    OtherDtype{"F4", 4},          OtherDtype{"F6_E2M3", 6},
    OtherDtype{"F6_E3M2", 6}};

struct Extent {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    const std::string* tensor = nullptr;
};

[[noreturn]] void corrupt(const std::string& where, const std::string& tensor, const std::string& problem) {
    throw Error(ErrorCode::Corrupt, where + ": tensor \"" + tensor + "\" " + problem,
                "the file is damaged or truncated; copy or download it again");
}

std::uint64_t headerLength(std::span<const std::byte> file, const std::string& where) {
    if (file.size() < 8)
        throw Error(
            ErrorCode::Corrupt,
            where + " is too short (" + std::to_string(file.size()) + " bytes) to be a safetensors file",
            "the file is damaged or truncated; copy or download it again");
    std::uint64_t length = 0;
    for (int i = 7; i >= 0; --i)
        length = length << 8 | std::to_integer<std::uint64_t>(file[static_cast<std::size_t>(i)]);
    if (length > kMaxHeaderBytes || length > file.size() - 8)
        throw Error(ErrorCode::Corrupt,
                    where + ": the header length at byte 0 says " + std::to_string(length) +
                        " bytes, but the file has " + std::to_string(file.size()) + " and a header at most " +
                        std::to_string(kMaxHeaderBytes),
                    "the file is damaged, truncated or not a safetensors file");
    return length;
}

std::string readDtypeWord(const Json& entry, const std::string& where, const std::string& tensor) {
    const auto found = entry.find("dtype");
    if (found == entry.end() || !found->is_string()) corrupt(where, tensor, "has no \"dtype\"");
    return found->get<std::string>();
}

std::uint64_t bitsOf(const std::string& word, const std::string& where, const std::string& tensor) {
    if (const std::optional<Dtype> dtype = dtypeFromName(word)) return 8 * byteSize(*dtype);
    for (const OtherDtype& other : kOtherDtypes)
        if (word == other.word) return other.bits;
    corrupt(where, tensor, "has the unknown dtype \"" + word + "\"");
}

std::vector<std::int64_t> readShape(const Json& entry, const std::string& where, const std::string& tensor) {
    const auto found = entry.find("shape");
    if (found == entry.end() || !found->is_array() || found->size() > kMaxRank)
        corrupt(where, tensor, "has no \"shape\" of at most " + std::to_string(kMaxRank) + " dimensions");
    std::vector<std::int64_t> shape;
    for (const Json& size : *found) {
        if (!size.is_number_unsigned() ||
            size.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
            corrupt(where, tensor, "has a dimension that is no size: " + size.dump());
        shape.push_back(size.get<std::int64_t>());
    }
    return shape;
}

// Bytes that so many bits a value ask for; saturates instead of overflowing.
std::uint64_t neededBytes(const std::vector<std::int64_t>& shape, std::uint64_t bits) {
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
    for (const std::int64_t size : shape)
        if (__builtin_mul_overflow(bits, static_cast<std::uint64_t>(size), &bits))
            return std::numeric_limits<std::uint64_t>::max();
    return bits / 8 + (bits % 8 == 0 ? 0 : 1);
}

Extent readExtent(const Json& entry, std::uint64_t dataBytes, const std::string& where,
                  const std::string& tensor) {
    const auto found = entry.find("data_offsets");
    if (found == entry.end() || !found->is_array() || found->size() != 2 ||
        !(*found)[0].is_number_unsigned() || !(*found)[1].is_number_unsigned())
        corrupt(where, tensor, "has no \"data_offsets\" of two numbers");
    const Extent extent{(*found)[0].get<std::uint64_t>(), (*found)[1].get<std::uint64_t>(), &tensor};
    if (extent.begin > extent.end) corrupt(where, tensor, "ends before it begins in \"data_offsets\"");
    if (extent.end > dataBytes)
        corrupt(where, tensor,
                "reaches to byte " + std::to_string(extent.end) + " of the data, but the file holds only " +
                    std::to_string(dataBytes));
    return extent;
}

// The format allows neither overlaps nor holes.
void checkExtents(std::vector<Extent>& extents, std::uint64_t dataBytes, const std::string& where) {
    std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t end = 0;
    for (const Extent& extent : extents) {
        if (extent.begin < end) corrupt(where, *extent.tensor, "overlaps another tensor in \"data_offsets\"");
        if (extent.begin > end)
            corrupt(where, *extent.tensor,
                    "leaves a hole of " + std::to_string(extent.begin - end) +
                        " bytes before it in \"data_offsets\"");
        end = extent.end;
    }
    if (end != dataBytes)
        throw Error(ErrorCode::Corrupt,
                    where + " has " + std::to_string(dataBytes - end) +
                        " bytes after its last tensor that belong to none",
                    "the file is damaged; copy or download it again");
}

}  // namespace

std::optional<Dtype> dtypeFromName(std::string_view word) noexcept {
    for (const Dtype dtype : kDtypes)
        if (word == name(dtype)) return dtype;
    return std::nullopt;
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

SafetensorsContent parseSafetensors(std::span<const std::byte> file, const std::string& where) {
    const std::uint64_t length = headerLength(file, where);
    const std::string_view text(reinterpret_cast<const char*>(file.data()) + 8, length);
    const Json header = parseBoundedJson(text, where + " (header)", 4);
    if (!header.is_object()) throw Error(ErrorCode::Corrupt, where + ": the header is not a JSON object");
    const std::span<const std::byte> data = file.subspan(8 + length);
    SafetensorsContent content;
    std::vector<Extent> extents;
    for (const auto& [tensor, entry] : header.items()) {
        if (tensor == "__metadata__") continue;
        if (!entry.is_object()) corrupt(where, tensor, "is not described by a JSON object");
        const std::string word = readDtypeWord(entry, where, tensor);
        const std::uint64_t bits = bitsOf(word, where, tensor);
        TensorView view{Dtype::U8, readShape(entry, where, tensor), {}};
        Extent extent = readExtent(entry, data.size(), where, tensor);
        if (extent.end - extent.begin != neededBytes(view.shape, bits))
            corrupt(where, tensor,
                    "has " + std::to_string(extent.end - extent.begin) + " bytes, not what shape " +
                        shapeText(view.shape) + " and dtype " + word + " need");
        view.bytes = data.subspan(extent.begin, extent.end - extent.begin);
        if (const std::optional<Dtype> dtype = dtypeFromName(word)) {
            view.dtype = *dtype;
            extent.tensor = &content.tensors.emplace(tensor, std::move(view)).first->first;
        } else {
            extent.tensor = &content.unread.emplace(tensor, word).first->first;
        }
        extents.push_back(extent);
    }
    checkExtents(extents, data.size(), where);
    return content;
}

}  // namespace secateur
