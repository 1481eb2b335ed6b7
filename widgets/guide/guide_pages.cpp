// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guide_pages.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImage>
#include <QRegularExpression>
#include <QTextDocument>
#include <algorithm>
#include <cmath>

#include "widgets/guide/formula.h"
#include "widgets/guide/formula_layout.h"
#include "widgets/guide/guide_cards.h"

namespace secateur {
namespace {

QString guideTr(const char* text) {
    return QCoreApplication::translate("Guide", text);
}

QString cardAddress(const GuideCard& card) {
    return QStringLiteral("card:") + card.id;
}

QString link(const QString& address, const QString& text) {
    return QStringLiteral("<a href=\"%1\">%2</a>").arg(address.toHtmlEscaped(), text.toHtmlEscaped());
}

QString paragraph(const QString& html) {
    return QStringLiteral("<p>%1</p>").arg(html);
}

QString list(const QStringList& lines) {
    QString html = QStringLiteral("<ul>");
    for (const QString& line : lines) html += QStringLiteral("<li>%1</li>").arg(line.toHtmlEscaped());
    return html + QStringLiteral("</ul>");
}

QString heading(int level, const QString& text) {
    return QStringLiteral("<h%1>%2</h%1>").arg(level).arg(text.toHtmlEscaped());
}

QString formulaHtml(const GuideCard& card, const GuideStyle& style) {
    const QSizeF size = formulaSize(card.formula, style);
    return QStringLiteral(
               "<p style=\"margin-left:12px\"><img src=\"formula:%1\" width=\"%2\" height=\"%3\"></p>")
        .arg(card.id)
        .arg(std::ceil(size.width()))
        .arg(std::ceil(size.height()));
}

QString sourcesHtml(const GuideCard& card) {
    QStringList sources;
    for (const GuideSource& source : card.sources) {
        QString text = source.link.isEmpty() ? source.text.toHtmlEscaped() : link(source.link, source.text);
        if (!source.part.isEmpty()) text += QStringLiteral(" (%1)").arg(source.part.toHtmlEscaped());
        sources << text;
    }
    return sources.join(QStringLiteral("; "));
}

QString muted(const QString& html, const GuideStyle& style) {
    return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(style.muted.name(), html);
}

QString needsWords(Needs needs) {
    switch (needs) {
        case Needs::Weights:
            return guideTr("Needs the weights alone.");
        case Needs::Analysis:
            return guideTr("Needs a measurement.");
        case Needs::Text:
            return guideTr("Needs text.");
        case Needs::Gradients:
            return guideTr("Needs text, for a pass backwards, or a measurement with gradients.");
    }
    return {};
}

QString firstSentence(const QString& words) {
    const auto end = words.indexOf(QStringLiteral(". "));
    return end < 0 ? words : words.left(end + 1);
}

// Ids of the cards whose name, or a word for it, is in the text.
QStringList termsIn(const QString& text) {
    QStringList ids;
    for (const GuideCard& card : guideCards()) {
        QStringList words = card.also;
        // Strategies are named by words that mean other things too: "input", "both".
        const bool strategy = std::any_of(card.keys.begin(), card.keys.end(), [](const QString& key) {
            return key.startsWith(QStringLiteral("by:"));
        });
        if (!strategy) words << card.name;
        const bool said = std::any_of(words.begin(), words.end(), [&](const QString& word) {
            const QRegularExpression whole(QStringLiteral("(?<![\\w-])") + QRegularExpression::escape(word) +
                                               QStringLiteral("(?![\\w-])"),
                                           QRegularExpression::CaseInsensitiveOption);
            return text.contains(whole);
        });
        if (said) ids << card.id;
    }
    return ids;
}

QString linksTo(const QStringList& ids) {
    QStringList links;
    for (const QString& id : ids)
        if (const GuideCard* card = findCard(id)) links << link(cardAddress(*card), card->name);
    return links.join(QStringLiteral(" \u00b7 "));
}

// The body of what a document makes of Markdown.
QString fromMarkdown(const QString& markdown) {
    QTextDocument document;
    document.setMarkdown(markdown, QTextDocument::MarkdownDialectGitHub);
    const QString html = document.toHtml();
    const auto begin = html.indexOf(QLatin1Char('>'), html.indexOf(QStringLiteral("<body"))) + 1;
    QString body = html.mid(begin, html.indexOf(QStringLiteral("</body>")) - begin);
    // Sizes and families are those of the page.
    static const QRegularExpression kFont(QStringLiteral("font-(family|size):[^;\"]*;?"));
    return body.remove(kFont);
}

QString argument(const QString& address) {
    return address.mid(address.indexOf(QLatin1Char(':')) + 1);
}

bool isA(const QString& address, const char* kind) {
    return address.startsWith(QLatin1String(kind) + QLatin1Char(':'));
}

QString plainWords(const QString& text) {
    return text.trimmed().toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

}  // namespace

GuidePages::GuidePages(const std::vector<MethodInfo>& methods, QStringList panels)
    : methods_(methods), panels_(std::move(panels)) {
    for (const QString& panel : panels_) entries_.push_back({panel, QStringLiteral("panel:") + panel});
    for (const GuideCard& card : guideCards()) {
        entries_.push_back({card.name, cardAddress(card)});
        for (const QString& word : card.also)
            if (word.compare(card.name, Qt::CaseInsensitive) != 0)
                entries_.push_back({word, cardAddress(card)});
    }
    entries_.push_back({guideTr("Glossary"), QStringLiteral("glossary:")});
    entries_.push_back({guideTr("Methods"), QStringLiteral("methods:")});
}

bool GuidePages::exists(const QString& address) const {
    if (isA(address, "card")) return findCard(argument(address)) != nullptr;
    if (isA(address, "panel")) return panels_.contains(argument(address));
    return isA(address, "home") || isA(address, "glossary") || isA(address, "methods") ||
           isA(address, "search");
}

QString GuidePages::title(const QString& address) const {
    if (isA(address, "card")) {
        const GuideCard* card = findCard(argument(address));
        return card != nullptr ? card->name : QString();
    }
    if (isA(address, "panel")) return argument(address);
    if (isA(address, "glossary")) return guideTr("Glossary");
    if (isA(address, "methods")) return guideTr("Methods");
    if (isA(address, "search")) return guideTr("Search: %1").arg(argument(address));
    return guideTr("Guide");
}

QString GuidePages::html(const QString& address, const GuideStyle& style) const {
    if (isA(address, "card")) {
        const GuideCard* card = findCard(argument(address));
        return card != nullptr ? cardHtml(*card, style) : homeHtml();
    }
    if (isA(address, "panel")) return panelHtml(argument(address));
    if (isA(address, "glossary")) return glossaryHtml();
    if (isA(address, "methods")) return methodsHtml(style);
    if (isA(address, "search")) return searchHtml(argument(address));
    return homeHtml();
}

QStringList GuidePages::formulas(const QString& address) const {
    QStringList lines;
    const auto add = [&](const GuideCard* card) {
        if (card == nullptr) return;
        for (const QString& tex : card->formula) lines << formulaText(parseFormula(tex).formula);
    };
    if (isA(address, "card")) add(findCard(argument(address)));
    if (isA(address, "methods"))
        for (const MethodInfo& method : methods_)
            add(cardOfKey(QStringLiteral("method:") + QString::fromStdString(method.name)));
    return lines;
}

QString GuidePages::addressFor(const QString& words) const {
    const QString wanted = words.trimmed();
    if (wanted.isEmpty()) return QStringLiteral("home:");
    for (const Entry& entry : entries_)
        if (entry.name.compare(wanted, Qt::CaseInsensitive) == 0) return entry.address;
    return QStringLiteral("search:") + wanted;
}

QString GuidePages::homeHtml() const {
    QString html = heading(2, guideTr("Guide"));
    html +=
        paragraph(guideTr("Press F1 anywhere to read about what has the focus. Names with a line below lead "
                          "to what they mean.")
                      .toHtmlEscaped());
    html += paragraph(link(QStringLiteral("tour:"), guideTr("Guided tour of the demo")) +
                      QStringLiteral(" \u00b7 ") + link(QStringLiteral("glossary:"), guideTr("Glossary")) +
                      QStringLiteral(" \u00b7 ") + link(QStringLiteral("methods:"), guideTr("Methods")));
    html += heading(3, guideTr("Panels"));
    QStringList rows;
    for (const QString& panel : panels_) {
        const GuidePanelPage* page = findPanelPage(panel);
        rows << QStringLiteral("<li>%1 %2</li>")
                    .arg(link(QStringLiteral("panel:") + panel, panel),
                         page != nullptr ? page->question.toHtmlEscaped() : QString());
    }
    return html + QStringLiteral("<ul>") + rows.join(QString()) + QStringLiteral("</ul>");
}

QString GuidePages::panelHtml(const QString& title) const {
    QString html = heading(2, title);
    const QString section = panelSection(title);
    QStringList terms;
    if (const GuidePanelPage* page = findPanelPage(title)) {
        html += paragraph(QStringLiteral("<b>%1</b>").arg(page->question.toHtmlEscaped()));
        html += heading(4, guideTr("How to read it")) + list(page->read);
        html += heading(4, guideTr("What to do")) + list(page->steps);
        terms = page->terms;
    }
    if (!section.isEmpty()) html += heading(4, guideTr("More")) + fromMarkdown(section);
    for (const QString& term : termsIn(section))
        if (!terms.contains(term)) terms << term;
    if (!terms.isEmpty()) html += heading(4, guideTr("Words on this page")) + paragraph(linksTo(terms));
    return html;
}

// Panels that it names are linked.
QString GuidePages::seenHtml(const GuideCard& card) const {
    QStringList places;
    for (const QString& place : card.seen.split(QStringLiteral("; "))) {
        static const QRegularExpression kEnd(QStringLiteral("( > |, )"));
        const QString panel = place.left(place.indexOf(kEnd) < 0 ? place.size() : place.indexOf(kEnd));
        places << (panels_.contains(panel) ? link(QStringLiteral("panel:") + panel, panel) +
                                                 place.mid(panel.size()).toHtmlEscaped()
                                           : place.toHtmlEscaped());
    }
    return places.join(QStringLiteral("; "));
}

QString GuidePages::cardHtml(const GuideCard& card, const GuideStyle& style) const {
    QString html = heading(2, card.name);
    html += paragraph(card.words.toHtmlEscaped());
    if (!card.formula.isEmpty()) html += formulaHtml(card, style);
    const auto line = [&](const QString& what, const QString& value) {
        if (!value.isEmpty())
            html += paragraph(muted(what.toHtmlEscaped(), style) + QLatin1Char(' ') + value);
    };
    if (const GuideCard* symbols = findCard(QStringLiteral("symbols"));
        symbols != nullptr && symbols != &card && !card.formula.isEmpty())
        line(guideTr("What the letters are:"), link(cardAddress(*symbols), symbols->name));
    line(guideTr("When to use it:"), card.when.toHtmlEscaped());
    line(guideTr("Seen in:"), seenHtml(card));
    line(guideTr("Source:"), sourcesHtml(card));
    if (!card.docs.isEmpty())
        line(guideTr("Written out:"), guideTr("docs/metrics.md, section %1").arg(card.docs));
    line(guideTr("See also:"), linksTo(card.see));
    return html;
}

QString GuidePages::glossaryHtml() const {
    QString html = heading(2, guideTr("Glossary"));
    QString group;
    for (const GuideCard& card : guideCards()) {
        if (card.group != group) html += heading(3, card.group);
        group = card.group;
        html += paragraph(link(cardAddress(card), card.name) + QStringLiteral(": ") +
                          firstSentence(card.words).toHtmlEscaped());
    }
    return html;
}

// The registry is the list; a method without a card speaks for itself.
QString GuidePages::methodsHtml(const GuideStyle& style) const {
    QString html = heading(2, guideTr("Methods"));
    for (const MethodInfo& method : methods_) {
        const QString label = QString::fromStdString(method.label);
        const GuideCard* card = cardOfKey(QStringLiteral("method:") + QString::fromStdString(method.name));
        html += card != nullptr ? QStringLiteral("<h3>%1</h3>").arg(link(cardAddress(*card), label))
                                : heading(3, label);
        html += paragraph(QString::fromStdString(method.summary).toHtmlEscaped());
        if (card != nullptr && !card->formula.isEmpty())
            html += formulaHtml(*card, style);
        else
            html += paragraph(QString::fromStdString(method.formula).toHtmlEscaped());
        html += paragraph(
            muted((needsWords(method.needs) + QLatin1Char(' ') + QString::fromStdString(method.citation))
                      .toHtmlEscaped(),
                  style));
    }
    return html;
}

QString GuidePages::searchHtml(const QString& words) const {
    QString html = heading(2, guideTr("What mentions \"%1\"").arg(words));
    QStringList rows;
    for (const QString& panel : panels_) {
        const GuidePanelPage* page = findPanelPage(panel);
        QString text = panel + panelSection(panel);
        if (page != nullptr)
            text += page->question + page->read.join(QString()) + page->steps.join(QString());
        if (text.contains(words, Qt::CaseInsensitive))
            rows << QStringLiteral("<li>%1</li>").arg(link(QStringLiteral("panel:") + panel, panel));
    }
    for (const GuideCard& card : guideCards()) {
        const QString text = card.name + card.also.join(QLatin1Char(' ')) + card.words + card.seen;
        if (text.contains(words, Qt::CaseInsensitive))
            rows << QStringLiteral("<li>%1: %2</li>")
                        .arg(link(cardAddress(card), card.name), firstSentence(card.words).toHtmlEscaped());
    }
    if (rows.isEmpty())
        return html + paragraph(guideTr("Nothing does. The glossary lists all terms.").toHtmlEscaped()) +
               paragraph(link(QStringLiteral("glossary:"), guideTr("Glossary")));
    return html + QStringLiteral("<ul>") + rows.join(QString()) + QStringLiteral("</ul>");
}

QSizeF formulaSize(const QStringList& tex, const GuideStyle& style) {
    const QSizeF size = formulaPicture(tex, style.font, style.text, 1.0).size();
    return style.room > 0.0 && size.width() > style.room ? size * (style.room / size.width()) : size;
}

QImage formulaImage(const QStringList& tex, const GuideStyle& style, double scale) {
    const QSizeF natural = formulaPicture(tex, style.font, style.text, 1.0).size();
    const double shrink = formulaSize(tex, style).width() / natural.width();
    QImage picture = formulaPicture(tex, style.font, style.text, scale * shrink);
    picture.setDevicePixelRatio(scale);
    return picture;
}

QString cardTip(const GuideCard& card, const GuideStyle& style, const QString& beside) {
    QString html = QStringLiteral("<p><b>%1</b></p>").arg(card.name.toHtmlEscaped()) +
                   paragraph(card.words.toHtmlEscaped());
    if (!card.formula.isEmpty()) {
        // Tool tips know no pictures but those in their text; twice the pixels are enough for any screen.
        const QSizeF size = formulaSize(card.formula, style);
        QByteArray bytes;
        QBuffer buffer(&bytes);
        formulaImage(card.formula, style, 2.0).save(&buffer, "PNG");
        html += QStringLiteral("<p><img width=\"%1\" height=\"%2\" src=\"data:image/png;base64,%3\"></p>")
                    .arg(std::ceil(size.width()))
                    .arg(std::ceil(size.height()))
                    .arg(QString::fromLatin1(bytes.toBase64()));
    }
    if (!beside.trimmed().isEmpty() && beside != card.words) html += paragraph(plainWords(beside));
    return html + paragraph(muted(guideTr("F1 opens the guide."), style));
}

}  // namespace secateur
