// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/json_lines.h"

#include <algorithm>

#include "core/storage/bounded_json.h"

namespace secateur {

namespace {

constexpr std::string_view kSpace = " \t\r";
constexpr int kMaxDepth = 32;

}  // namespace

void forEachJsonLine(const std::filesystem::path& file, std::string_view text, const OnJsonLine& onLine) {
    for (std::int64_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find_first_not_of(kSpace) == std::string_view::npos) continue;
        const std::string where = file.string() + ", line " + std::to_string(number);
        onLine(parseBoundedJson(line, where, kMaxDepth, JsonDialect::Python), where, number);
    }
}

}  // namespace secateur
