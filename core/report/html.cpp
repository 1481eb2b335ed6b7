// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/html.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/text.h"

namespace secateur::report {

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : printableWhole(text, LineBreaks::Keep)) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else if (c == '\'') {
            out += "&#39;";
        } else {
            out += c;
        }
    }
    return out;
}

std::string exactly(double value) {
    if (!std::isfinite(value)) return "null";
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

Cell cell(std::string text) {
    return {std::move(text), {}};
}

Cell number(double value, std::string shown) {
    return {std::move(shown), exactly(value)};
}

Cell number(std::int64_t value, std::string shown) {
    return {std::move(shown), std::to_string(value)};
}

Cell number(std::int64_t value) {
    return {std::to_string(value), std::to_string(value)};
}

HtmlTable::HtmlTable(std::string id, std::vector<std::string> head)
    : id_(std::move(id)), head_(std::move(head)) {}

void HtmlTable::add(std::vector<Cell> row) {
    body_ += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
        const char* tag = i == 0 ? "th scope=\"row\"" : "td";
        body_ += std::string("<") + tag;
        if (!row[i].exact.empty()) body_ += " class=\"n\" data-value=\"" + row[i].exact + "\"";
        body_ += ">" + escaped(row[i].shown) + (i == 0 ? "</th>" : "</td>");
    }
    body_ += "</tr>\n";
    ++rows_;
}

std::string HtmlTable::html() const {
    std::string text = "<div class=\"wide\"><table id=\"" + id_ + "\">\n<thead><tr>";
    for (const std::string& title : head_) text += "<th scope=\"col\">" + escaped(title) + "</th>";
    return text + "</tr></thead>\n<tbody>\n" + body_ + "</tbody>\n</table></div>\n";
}

std::string paragraph(const std::string& text, const char* style) {
    const std::string class_ = *style == '\0' ? "" : std::string(" class=\"") + style + "\"";
    return "<p" + class_ + ">" + escaped(text) + "</p>\n";
}

std::string bullets(const std::vector<std::string>& lines) {
    std::string text = "<ul>\n";
    for (const std::string& line : lines) text += "<li>" + escaped(line) + "</li>\n";
    return lines.empty() ? std::string() : text + "</ul>\n";
}

std::string folded(const std::string& title, const std::string& content) {
    return "<details><summary>" + escaped(title) + "</summary>\n" + content + "</details>\n";
}

std::string preformatted(const std::string& text) {
    return "<pre>" + escaped(text) + "</pre>\n";
}

std::string section(const char* id, const std::string& title, const std::string& content) {
    if (content.empty()) return {};
    return std::string("<section id=\"") + id + "\">\n<h2>" + escaped(title) + "</h2>\n" + content +
           "</section>\n";
}

std::string figure(const char* id, const std::string& title, const std::string& svg,
                   const std::string& caption, const HtmlTable& numbers) {
    return std::string("<figure id=\"") + id + "\">\n<h3>" + escaped(title) + "</h3>\n<div class=\"wide\">" +
           svg + "</div>\n<figcaption>" + escaped(caption) + "</figcaption>\n" +
           (numbers.empty() ? std::string() : folded("Numbers", numbers.html())) + "</figure>\n";
}

}  // namespace secateur::report
