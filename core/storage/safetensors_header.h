// SPDX-License-Identifier: GPL-3.0-or-later
//
// The safetensors format (https://github.com/huggingface/safetensors): 8 bytes little-endian header length, a
// JSON header {name: {dtype, shape, data_offsets}}, then the tensors' bytes without overlaps or holes.
// Internal to storage.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/storage/checkpoint.h"

namespace secateur {

inline constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the format's own limit

struct SafetensorsContent {
    std::map<std::string, TensorView> tensors;
    std::map<std::string, std::string> unread;  // tensor -> dtype, of those that nothing here computes with
};

// Places of all tensors of a whole file in memory; the views point into `file`. `where` names the file in
// errors. Throws Corrupt, as SafetensorsFile does.
[[nodiscard]] SafetensorsContent parseSafetensors(std::span<const std::byte> file, const std::string& where);

[[nodiscard]] std::optional<Dtype> dtypeFromName(std::string_view name) noexcept;
// "[2, 3]", for messages.
[[nodiscard]] std::string shapeText(const std::vector<std::int64_t>& shape);

}  // namespace secateur
