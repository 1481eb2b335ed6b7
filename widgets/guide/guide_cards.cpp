// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guide_cards.h"

#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QtGlobal>
#include <algorithm>

#include "widgets/guide/guide_keys.h"

// Of a static library, which the linker would leave out otherwise. A macro that wants no namespace.
static void useGuideResource() {
    Q_INIT_RESOURCE(guide);
}

namespace secateur {
namespace {

QByteArray resource(const char* name) {
    useGuideResource();
    QFile file(QStringLiteral(":/guide/") + QLatin1String(name));
    if (!file.open(QIODevice::ReadOnly)) qFatal("the resource %s is missing", name);
    return file.readAll();
}

QJsonArray entriesOf(const char* name, const char* key) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(resource(name), &error);
    if (document.isNull()) qFatal("%s: %s", name, qPrintable(error.errorString()));
    return document.object().value(QLatin1String(key)).toArray();
}

QString textOf(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toString();
}

QStringList listOf(const QJsonObject& object, const char* key) {
    QStringList list;
    for (const QJsonValue& value : object.value(QLatin1String(key)).toArray()) list << value.toString();
    return list;
}

GuideCard cardOf(const QJsonObject& object) {
    GuideCard card{textOf(object, "id"),      textOf(object, "name"),
                   textOf(object, "group"),   listOf(object, "also"),
                   listOf(object, "of"),      textOf(object, "short"),
                   textOf(object, "words"),   textOf(object, "when"),
                   listOf(object, "formula"), {},
                   textOf(object, "docs"),    textOf(object, "seen"),
                   listOf(object, "see")};
    for (const QJsonValue& value : object.value(QLatin1String("source")).toArray()) {
        const QJsonObject source = value.toObject();
        card.sources.push_back({textOf(source, "text"), textOf(source, "part"), textOf(source, "url")});
    }
    return card;
}

template <class Entry, class Matches>
const Entry* find(const std::vector<Entry>& entries, const Matches& matches) {
    const auto found = std::find_if(entries.begin(), entries.end(), matches);
    return found == entries.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<GuideCard>& guideCards() {
    static const std::vector<GuideCard> kCards = [] {
        std::vector<GuideCard> cards;
        for (const QJsonValue& value : entriesOf("cards.json", "cards"))
            cards.push_back(cardOf(value.toObject()));
        return cards;
    }();
    return kCards;
}

const GuideCard* findCard(const QString& id) {
    return find(guideCards(), [&](const GuideCard& card) { return card.id == id; });
}

const GuideCard* cardOfKey(const QString& key) {
    if (key.startsWith(QLatin1String(kCardKey))) return findCard(key.mid(QLatin1String(kCardKey).size()));
    return find(guideCards(), [&](const GuideCard& card) { return card.keys.contains(key); });
}

const GuideCard* cardNamed(const QString& name) {
    if (name.isEmpty()) return nullptr;
    return find(guideCards(), [&](const GuideCard& card) {
        const bool strategy = std::any_of(card.keys.begin(), card.keys.end(), [](const QString& key) {
            return key.startsWith(QStringLiteral("by:"));
        });
        return (!strategy && card.name.compare(name, Qt::CaseInsensitive) == 0) ||
               card.also.contains(name, Qt::CaseInsensitive);
    });
}

QString panelsProse() {
    return QString::fromUtf8(resource("panels.md"));
}

QString panelSection(const QString& title) {
    static const QString kText = panelsProse();
    const QString heading = QStringLiteral("\n## ") + title + QLatin1Char('\n');
    const auto begin = kText.indexOf(heading);
    if (begin < 0) return {};
    const auto from = begin + heading.size();
    const auto end = kText.indexOf(QStringLiteral("\n## "), from);
    QString section = kText.mid(from, end < 0 ? -1 : end - from);
    static const QRegularExpression kPicture(QStringLiteral("!\\[[^\\]]*\\]\\([^)]*\\)"));
    section.remove(kPicture);
    // Other documents are not in the program: their names stay.
    static const QRegularExpression kLink(QStringLiteral("\\[([^\\]]*)\\]\\((?!https?:)[^)]*\\)"));
    section.replace(kLink, QStringLiteral("\\1"));
    return section.trimmed();
}

const std::vector<GuidePanelPage>& guidePanels() {
    static const std::vector<GuidePanelPage> kPages = [] {
        std::vector<GuidePanelPage> pages;
        for (const QJsonValue& value : entriesOf("panels.json", "panels")) {
            const QJsonObject page = value.toObject();
            pages.push_back({textOf(page, "title"), textOf(page, "question"), listOf(page, "read"),
                             listOf(page, "do"), listOf(page, "terms")});
        }
        return pages;
    }();
    return kPages;
}

const GuidePanelPage* findPanelPage(const QString& title) {
    return find(guidePanels(), [&](const GuidePanelPage& page) { return page.title == title; });
}

}  // namespace secateur
