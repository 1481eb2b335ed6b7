// SPDX-License-Identifier: GPL-3.0-or-later
//
// A formula as a tree, read from the part of TeX that the guide's cards use: letters, digits, sub- and
// superscripts, \frac, \sqrt, \sum with limits, \hat \bar \tilde, \text \mathrm \mathbf, \left \right fences,
// Greek letters, operators and relations. Plain values; any thread.
#pragma once

#include <QString>
#include <vector>

namespace secateur {

struct Formula {
    enum class Kind {
        Row,       // parts, one after the other
        Symbol,    // `text`
        Space,     // `amount` of the font's size
        Fraction,  // parts: numerator, denominator
        Root,      // parts: what stands under it
        Scripts,   // parts: nucleus, below, above; the latter two may be empty rows
        Accent,    // `text` (one of ^ - ~) over the part
        Fence,     // `text`: the two delimiters, '.' for none; parts: what they enclose
    };
    // What a symbol is among its neighbours; decides the space around it.
    enum class Role { Ordinary, Operator, Binary, Relation, Opening, Closing, Punctuation };

    Kind kind = Kind::Row;
    Role role = Role::Ordinary;
    QString text{};
    bool italic = false;  // variables are, words and digits are not
    bool bold = false;
    bool limits = false;  // of Scripts: below and above stand under and over the nucleus, where there is room
    double amount = 0.0;
    std::vector<Formula> parts{};

    [[nodiscard]] bool isEmpty() const noexcept { return kind == Kind::Row && parts.empty(); }
};

struct ParsedFormula {
    Formula formula;
    QString problem;  // what could not be read and where; empty when all of it was
};

[[nodiscard]] ParsedFormula parseFormula(const QString& tex);

// In one line, for readers of text and of screens: "WIFV_j = F_j · Σ_i (W_ij)^2".
[[nodiscard]] QString formulaText(const Formula& formula);

}  // namespace secateur
