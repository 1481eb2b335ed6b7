// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pieces of an HTML page that is XML too. Whatever comes from a file is escaped here. Internal to the report.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace secateur::report {

// Text between tags or in a quoted attribute; control characters are shown as escapes.
[[nodiscard]] std::string escaped(const std::string& text);
// A number that reads back as the same double, as JSON writes it; "null" for what is not finite.
[[nodiscard]] std::string exactly(double value);

// A cell of a table: what people read, and for numbers the exact value beside it.
struct Cell {
    std::string shown;
    std::string exact;  // empty: text
};
[[nodiscard]] Cell cell(std::string text);
[[nodiscard]] Cell number(double value, std::string shown);
[[nodiscard]] Cell number(std::int64_t value, std::string shown);
[[nodiscard]] Cell number(std::int64_t value);

class HtmlTable {
public:
    // `id` names the table for readers by machine.
    HtmlTable(std::string id, std::vector<std::string> head);
    void add(std::vector<Cell> row);
    [[nodiscard]] bool empty() const noexcept { return rows_ == 0; }
    // Cells with exact values have them as the attribute data-value.
    [[nodiscard]] std::string html() const;

private:
    std::string id_;
    std::vector<std::string> head_;
    std::string body_;
    std::size_t rows_ = 0;
};

[[nodiscard]] std::string paragraph(const std::string& text, const char* style = "");
[[nodiscard]] std::string bullets(const std::vector<std::string>& lines);
// Folded away until it is asked for; `content` is HTML.
[[nodiscard]] std::string folded(const std::string& title, const std::string& content);
[[nodiscard]] std::string preformatted(const std::string& text);
[[nodiscard]] std::string section(const char* id, const std::string& title, const std::string& content);
// A picture with its caption, and the numbers behind it folded below.
[[nodiscard]] std::string figure(const char* id, const std::string& title, const std::string& svg,
                                 const std::string& caption, const HtmlTable& numbers);

}  // namespace secateur::report
