// SPDX-License-Identifier: GPL-3.0-or-later
//
// The cards of the guide: what a term means, its formula, where it comes from and where it is seen. They are
// data (resources/guide/cards.json), of which docs/glossary.md is made too. Read once; any thread after that.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

namespace secateur {

struct GuideSource {
    QString text;  // authors, title, year
    QString part;  // which part of it; may be empty
    QString link;  // may be empty
};

struct GuideCard {
    QString id;           // "wifv"
    QString name;         // "WIFV"
    QString group;        // "Scores of channels"
    QStringList also;     // words that texts use for it
    QStringList keys;     // what it explains, see guideKey()
    QString brief;        // a few words for lists of choices; may be empty
    QString words;        // one to three sentences
    QString when;         // for what a method is good; empty for other terms
    QStringList formula;  // lines of TeX, see parseFormula(); may be empty
    std::vector<GuideSource> sources;
    QString docs;     // section of docs/metrics.md; may be empty
    QString seen;     // where in the program
    QStringList see;  // ids of others
};

// In the order of the file, which is that of groups.
[[nodiscard]] const std::vector<GuideCard>& guideCards();
// Null where there is none.
[[nodiscard]] const GuideCard* findCard(const QString& id);
[[nodiscard]] const GuideCard* cardOfKey(const QString& key);
// By its name or a word for it, as labels and headings have it. Strategies have names that mean other things
// too ("Input"): they are found by their words alone.
[[nodiscard]] const GuideCard* cardNamed(const QString& name);

// What is written of the panels, as Markdown: resources/guide/panels.md, with its pictures and its links.
[[nodiscard]] QString panelsProse();
// What it says below the heading of a panel, without its pictures; empty where there is no such heading.
[[nodiscard]] QString panelSection(const QString& title);

// What a panel answers, how to read it, and what to do there.
struct GuidePanelPage {
    QString title;     // of the dock
    QString question;  // with its mark
    QStringList read;
    QStringList steps;
    QStringList terms;  // ids of cards
};
[[nodiscard]] const std::vector<GuidePanelPage>& guidePanels();
[[nodiscard]] const GuidePanelPage* findPanelPage(const QString& title);

}  // namespace secateur
