// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/unit_set.h"

#include <algorithm>

#include "core/base/error.h"

namespace secateur {

namespace {

constexpr std::size_t kMaxDigits = 9;  // what always fits an int

[[noreturn]] void fail(const std::string& where, const std::string& what) {
    throw Error(ErrorCode::InvalidArgument, where + ": " + what,
                "units are written as inclusive ranges, e.g. \"0-3,5\"");
}

// Reads the text from front to back.
class RangeReader {
public:
    RangeReader(std::string_view text, const std::string& where) : text_(text), where_(where) {}

    [[nodiscard]] bool atEnd() const noexcept { return position_ == text_.size(); }

    bool skip(char expected) noexcept {
        if (atEnd() || text_[position_] != expected) return false;
        ++position_;
        return true;
    }

    int number() {
        const std::size_t begin = position_;
        int value = 0;
        while (!atEnd() && text_[position_] >= '0' && text_[position_] <= '9') {
            if (position_ - begin == kMaxDigits) failHere("a number has too many digits");
            value = value * 10 + (text_[position_] - '0');
            ++position_;
        }
        if (position_ == begin) failHere("a number is missing");
        return value;
    }

    [[noreturn]] void failHere(const std::string& what) const {
        fail(where_, what + " at character " + std::to_string(position_ + 1));
    }

private:
    std::string_view text_;
    const std::string& where_;
    std::size_t position_ = 0;
};

}  // namespace

UnitMask parseUnits(std::string_view text, int units, const std::string& where) {
    UnitMask mask(static_cast<std::size_t>(std::max(units, 0)), 0);
    RangeReader reader(text, where);
    if (reader.atEnd()) return mask;
    do {
        const int first = reader.number();
        const int last = reader.skip('-') ? reader.number() : first;
        if (last < first)
            fail(where, "the range " + std::to_string(first) + "-" + std::to_string(last) + " descends");
        if (last >= units)
            fail(where,
                 "unit " + std::to_string(last) + " is out of range, there are " + std::to_string(units));
        for (int unit = first; unit <= last; ++unit) {
            if (mask[unit]) fail(where, "unit " + std::to_string(unit) + " appears twice");
            mask[unit] = 1;
        }
    } while (reader.skip(','));
    if (!reader.atEnd()) reader.failHere("an unexpected character");
    return mask;
}

std::string formatUnits(const UnitMask& mask) {
    std::string text;
    for (std::size_t begin = 0; begin < mask.size();) {
        if (!mask[begin]) {
            ++begin;
            continue;
        }
        std::size_t end = begin;
        while (end + 1 < mask.size() && mask[end + 1]) ++end;
        if (!text.empty()) text += ',';
        text += std::to_string(begin);
        if (end > begin) text += '-' + std::to_string(end);
        begin = end + 1;
    }
    return text;
}

UnitMask widened(const UnitMask& mask, int width) {
    UnitMask wide;
    wide.reserve(mask.size() * static_cast<std::size_t>(width));
    for (const std::uint8_t keep : mask) wide.insert(wide.end(), static_cast<std::size_t>(width), keep);
    return wide;
}

int countKept(const UnitMask& mask) {
    return static_cast<int>(
        std::count_if(mask.begin(), mask.end(), [](std::uint8_t kept) { return kept != 0; }));
}

std::vector<std::int64_t> keptIndices(const UnitMask& mask) {
    std::vector<std::int64_t> indices;
    for (std::size_t unit = 0; unit < mask.size(); ++unit)
        if (mask[unit]) indices.push_back(static_cast<std::int64_t>(unit));
    return indices;
}

}  // namespace secateur
