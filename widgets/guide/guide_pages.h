// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pages of the guide as HTML for a text browser. A page has an address: "home:", "panel:Layers", "card:wifv",
// "glossary:", "methods:", "search:WORDS". Formulas are pictures at "formula:ID" and "formula:method/NAME",
// which the browser asks formulaOf() for. GUI thread only.
#pragma once

#include <QColor>
#include <QFont>
#include <QString>
#include <QStringList>
#include <vector>

#include "core/data/method_info.h"

namespace secateur {

struct GuideCard;

// What pages are made for.
struct GuideStyle {
    QFont font{};
    QColor text{};
    QColor muted{};
    double room = 0.0;  // width that a formula may have; 0: any
};

class GuidePages {
public:
    // `methods`: the registry, which outlives this; `panels`: titles of the docks that there are.
    GuidePages(const std::vector<MethodInfo>& methods, QStringList panels);

    [[nodiscard]] QString title(const QString& address) const;
    [[nodiscard]] bool exists(const QString& address) const;
    [[nodiscard]] QString html(const QString& address, const GuideStyle& style) const;
    // What its formulas say, a line each: for screen readers.
    [[nodiscard]] QStringList formulas(const QString& address) const;
    // Names that a search completes, and where they lead.
    struct Entry {
        QString name;
        QString address;
    };
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    // The page of the entry with that name, in any case of letters; else a page of what mentions the words.
    [[nodiscard]] QString addressFor(const QString& words) const;

private:
    [[nodiscard]] QString homeHtml() const;
    [[nodiscard]] QString panelHtml(const QString& title) const;
    [[nodiscard]] QString cardHtml(const GuideCard& card, const GuideStyle& style) const;
    [[nodiscard]] QString seenHtml(const GuideCard& card) const;
    [[nodiscard]] QString glossaryHtml() const;
    [[nodiscard]] QString methodsHtml(const GuideStyle& style) const;
    [[nodiscard]] QString searchHtml(const QString& words) const;

    const std::vector<MethodInfo>& methods_;
    QStringList panels_;
    std::vector<Entry> entries_;
};

// A card in a few lines with its formula, for a tool tip. `beside`: what the tool tip says without the guide.
[[nodiscard]] QString cardTip(const GuideCard& card, const GuideStyle& style, const QString& beside);
// The size that a card's formula is shown with.
[[nodiscard]] QSizeF formulaSize(const QStringList& tex, const GuideStyle& style);
// Its picture for a screen with so many device pixels a unit, of formulaSize().
[[nodiscard]] QImage formulaImage(const QStringList& tex, const GuideStyle& style, double scale);

}  // namespace secateur
