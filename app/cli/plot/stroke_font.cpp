// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plot/stroke_font.h"

#include <array>

namespace secateur::cli {

namespace {

// Glyphs of ' ' to '~'. Two digits are a point: x 0..4 from the left, y 0..8 from the top, the baseline at 6;
// a blank lifts the pen.
constexpr std::array<const char*, 95> kGlyphs{
    "",                                  // space
    "2024 2626",                         // !
    "1012 3032",                         // "
    "1016 3036 0242 0444",               // #
    "413010010213334445361605 2026",     // $
    "0640 1021120110 3445363534",        // %
    "46021120312205163644",              // &
    "2022",                              // '
    "30121436",                          // (
    "10323416",                          // )
    "2125 0343 1234 3214",               // *
    "2125 0343",                         // +
    "262517",                            // ,
    "0343",                              // -
    "2626",                              // .
    "4006",                              // /
    "103041453616050110",                // 0
    "112026 1636",                       // 1
    "01103041420646",                    // 2
    "011030414233 13334445361605",       // 3
    "36300444",                          // 4
    "400002334445361605",                // 5
    "4130100105163645443303",            // 6
    "00404116",                          // 7
    "13020110304142331304051636454433",  // 8
    "051636454130100102133342",          // 9
    "2323 2626",                         // :
    "2323 262517",                       // ;
    "410345",                            // <
    "0242 0444",                         // =
    "014305",                            // >
    "01103041423324 2626",               // ?
    "45361605011030414434231434",        // @
    "062046 1434",                       // A
    "06003041423303 3344453606",         // B
    "4130100105163645",                  // C
    "06003041453606",                    // D
    "40000646 0333",                     // E
    "400006 0333",                       // F
    "41301001051636454323",              // G
    "0006 4046 0343",                    // H
    "1030 2026 1636",                    // I
    "4045361605",                        // J
    "0006 4003 1246",                    // K
    "000646",                            // L
    "0600234046",                        // M
    "06004640",                          // N
    "103041453616050110",                // O
    "06003041423303",                    // P
    "103041453616050110 2446",           // Q
    "06003041423303 2346",               // R
    "413010010213334445361605",          // S
    "0040 2026",                         // T
    "000516364540",                      // U
    "002640",                            // V
    "0016233640",                        // W
    "0046 4006",                         // X
    "002340 2326",                       // Y
    "00400646",                          // Z
    "30101636",                          // [
    "0046",                              // backslash
    "10303616",                          // ]
    "022042",                            // ^
    "0747",                              // _
    "1021",                              // `
    "12324346 441405163645",             // a
    "0006 0312324345361605",             // b
    "4332120305163645",                  // c
    "4046 4332120305163645",             // d
    "04444332120305163645",              // e
    "41302126 1242",                     // f
    "4247381807 4332120305163645",       // g
    "0006 0312324346",                   // h
    "2226 2020",                         // i
    "32372818 3030",                     // j
    "0006 4204 1446",                    // k
    "10202536",                          // l
    "0602 03122326 23324346",            // m
    "0602 0312324346",                   // n
    "123243453616050312",                // o
    "0208 0312324345361605",             // p
    "4248 4332120305163645",             // q
    "0602 04123243",                     // r
    "43321203143445361605",              // s
    "20253645 0242",                     // t
    "0205163645 4246",                   // u
    "022642",                            // v
    "0216243642",                        // w
    "0246 4206",                         // x
    "0226 4218",                         // y
    "02420646",                          // z
    "30212213242536",                    // {
    "2028",                              // |
    "10212233242516",                    // }
    "0413243342",                        // ~
};

constexpr std::string_view kUnknown = "1030361610";
constexpr double kAdvance = 6.0;  // cells from one glyph to the next
constexpr double kCells = 11.0;   // cells in a line's height

std::string_view glyph(char c) {
    const auto index = static_cast<std::size_t>(static_cast<unsigned char>(c)) - ' ';
    return index < kGlyphs.size() ? kGlyphs[index] : kUnknown;
}

void addGlyph(std::vector<std::vector<Point>>& strokes, std::string_view code, double left, double cell) {
    bool penDown = false;
    for (std::size_t i = 0; i + 1 < code.size(); i += 2) {
        if (code[i] == ' ') {
            penDown = false;
            ++i;
        }
        if (!penDown) strokes.emplace_back();
        penDown = true;
        strokes.back().push_back({left + (code[i] - '0') * cell, (code[i + 1] - '6') * cell});
    }
}

}  // namespace

std::vector<std::vector<Point>> strokeText(std::string_view text, double size) {
    const double cell = size / kCells;
    std::vector<std::vector<Point>> strokes;
    double left = 0.0;
    for (const char c : text) {
        addGlyph(strokes, glyph(c), left, cell);
        left += kAdvance * cell;
    }
    return strokes;
}

double strokeTextWidth(std::string_view text, double size) {
    return text.empty() ? 0.0 : (static_cast<double>(text.size()) * kAdvance - 2.0) * size / kCells;
}

}  // namespace secateur::cli
