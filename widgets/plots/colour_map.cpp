// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/colour_map.h"

#include <QCoreApplication>

namespace secateur {

namespace {

using Table = std::array<QRgb, kColourSteps>;
using Anchors = std::array<QRgb, 10>;

// Evenly spaced colours of each map, straight lines between them.
constexpr Anchors kViridis{0xff440154, 0xff482878, 0xff3e4989, 0xff31688e, 0xff26828e,
                           0xff1f9e89, 0xff35b779, 0xff6ece58, 0xffb5de2b, 0xfffde725};
constexpr Anchors kCividis{0xff00224e, 0xff123570, 0xff3b496c, 0xff575d6d, 0xff707173,
                           0xff8a8678, 0xffa59c74, 0xffc3b369, 0xffe1cc55, 0xfffee838};
constexpr Anchors kBatlow{0xff011959, 0xff103f60, 0xff1c5a62, 0xff3c6d56, 0xff687b3e,
                          0xff9d892b, 0xffd29343, 0xfff8a17b, 0xfffdb7bc, 0xfffaccfa};
constexpr Anchors kGrey{0xff161616, 0xff2f2f2f, 0xff484848, 0xff616161, 0xff7a7a7a,
                        0xff949494, 0xffadadad, 0xffc6c6c6, 0xffdfdfdf, 0xfff8f8f8};

Table tableOf(const Anchors& anchors) {
    Table table{};
    const double step = static_cast<double>(anchors.size() - 1) / (kColourSteps - 1);
    for (int i = 0; i < kColourSteps; ++i) {
        const double place = i * step;
        const auto from = std::min<std::size_t>(static_cast<std::size_t>(place), anchors.size() - 2);
        const double share = place - static_cast<double>(from);
        const auto blend = [share](int a, int b) { return static_cast<int>(a + (b - a) * share + 0.5); };
        const QRgb a = anchors[from];
        const QRgb b = anchors[from + 1];
        table[static_cast<std::size_t>(i)] =
            qRgb(blend(qRed(a), qRed(b)), blend(qGreen(a), qGreen(b)), blend(qBlue(a), qBlue(b)));
    }
    return table;
}

}  // namespace

QString name(ColourMap map) {
    switch (map) {
        case ColourMap::Viridis:
            return QCoreApplication::translate("ColourMap", "viridis");
        case ColourMap::Cividis:
            return QCoreApplication::translate("ColourMap", "cividis");
        case ColourMap::Batlow:
            return QCoreApplication::translate("ColourMap", "batlow");
        case ColourMap::Grey:
            return QCoreApplication::translate("ColourMap", "grey");
    }
    return {};
}

std::span<const QRgb, kColourSteps> colours(ColourMap map) {
    static const std::array<Table, 4> kTables{tableOf(kViridis), tableOf(kCividis), tableOf(kBatlow),
                                              tableOf(kGrey)};
    return kTables[static_cast<std::size_t>(map)];
}

}  // namespace secateur
