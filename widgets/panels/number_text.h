// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers as people type them.
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

namespace secateur {

[[nodiscard]] QString layerCount(int layers);  // "1 layer", "12 layers"

// "4.2 M", "4200000", "4,200,000", "8.2 MB", "1.5G": decimal units, as they are shown. Nothing for other text
// or a value <= 0.
[[nodiscard]] std::optional<std::int64_t> parseAmount(const QString& text);

// "0, 2-4" -> {0, 2, 3, 4}. Throws InvalidArgument for other text and layers that the network does not have.
[[nodiscard]] std::vector<int> parseLayers(const QString& text, int layers, const QString& where);
[[nodiscard]] QString formatLayers(const std::vector<int>& layers);  // "0, 2-4"

}  // namespace secateur
