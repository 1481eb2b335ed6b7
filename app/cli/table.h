// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows of text as aligned columns: the first column to the left, the others to the right unless said
// otherwise.
#pragma once

#include <string>
#include <vector>

namespace secateur::cli {

class Table {
public:
    Table() = default;
    explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}

    // Columns that are aligned to the left, by number.
    Table& leftAligned(std::vector<int> columns);
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    // Each row ends in a newline; no trailing blanks.
    [[nodiscard]] std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
    std::vector<int> left_{0};
};

// "name   value" lines.
class Facts {
public:
    void add(std::string name, std::string value) { table_.add({std::move(name), std::move(value)}); }
    [[nodiscard]] std::string text() const { return table_.text(); }

private:
    Table table_ = Table().leftAligned({0, 1});
};

}  // namespace secateur::cli
