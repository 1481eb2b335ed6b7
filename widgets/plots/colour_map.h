// SPDX-License-Identifier: GPL-3.0-or-later
//
// Colour maps that stay ordered in lightness and safe for colour-blind readers.
#pragma once

#include <QRgb>
#include <QString>
#include <array>
#include <span>

namespace secateur {

enum class ColourMap { Viridis, Cividis, Batlow, Grey };

inline constexpr std::array kColourMaps{ColourMap::Viridis, ColourMap::Cividis, ColourMap::Batlow,
                                        ColourMap::Grey};
inline constexpr int kColourSteps = 256;

[[nodiscard]] QString name(ColourMap map);
// 256 opaque colours, dark to light.
[[nodiscard]] std::span<const QRgb, kColourSteps> colours(ColourMap map);

}  // namespace secateur
