// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guide_cards.h"

#include <QRegularExpression>
#include <QSet>

#include <gtest/gtest.h>

#include "core/data/heal.h"
#include "core/planning/planner.h"
#include "tests/widgets/fake_engine.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/guide/guide_pages.h"

namespace secateur {
namespace {

void expectCard(const std::string& kind, const std::string& name, bool formula = true) {
    const GuideCard* card = cardOfKey(guideKey(kind, name));
    ASSERT_NE(card, nullptr) << kind << ' ' << name;
    EXPECT_TRUE(!formula || !card->formula.isEmpty()) << kind << ' ' << name;
}

TEST(GuideCards, AreThereForEveryMetricStructureStrategyAndMethod) {
    for (const std::string& metric : widthMetrics()) expectCard("metric", metric);
    for (const std::string& structure : widthStructures()) expectCard("structure", structure);
    for (const std::string& metric : layerMetrics()) expectCard("layer-metric", metric);
    for (const std::string& strategy : chopStrategies()) expectCard("by", strategy);
    for (const MethodInfo& method : methods()) expectCard("method", method.name);
    for (const HealMethod method :
         {HealMethod::Continued, HealMethod::Lora, HealMethod::Distill, HealMethod::Scratch})
        expectCard("heal", name(method));
}

TEST(GuideCards, AreThereForEveryChoiceOfAWidthAndAChop) {
    for (const MethodInfo& method : methods())
        for (const OptionSpec& spec : method.options)
            for (const std::string& choice : spec.choices) expectCard(spec.key, choice, false);
}

TEST(GuideCards, SayWhatEachStructureMeansInWords) {
    for (const std::string& structure : widthStructures()) {
        const GuideCard* card = cardOfKey(guideKey("structure", structure));
        ASSERT_NE(card, nullptr);
        EXPECT_GT(card->brief.size(), 20) << structure;
    }
}

TEST(GuideCards, AreWholeAndLeadToEachOther) {
    QSet<QString> ids;
    QSet<QString> keys;
    for (const GuideCard& card : guideCards()) {
        const std::string id = card.id.toStdString();
        EXPECT_FALSE(ids.contains(card.id)) << id;
        ids.insert(card.id);
        for (const QString& key : card.keys) {
            EXPECT_FALSE(keys.contains(key)) << key.toStdString();
            keys.insert(key);
        }
        EXPECT_FALSE(card.name.isEmpty()) << id;
        EXPECT_FALSE(card.group.isEmpty()) << id;
        EXPECT_TRUE(card.words.endsWith(QLatin1Char('.')) || card.words.endsWith(QLatin1Char(')'))) << id;
        EXPECT_LE(card.words.count(QRegularExpression(QStringLiteral("[.;](\\s|$)"))), 4) << id;
        EXPECT_FALSE(card.seen.isEmpty()) << id;
        for (const GuideSource& source : card.sources) {
            EXPECT_FALSE(source.text.isEmpty()) << id;
            EXPECT_TRUE(source.text.contains(QRegularExpression(QStringLiteral("(19|20)\\d\\d")))) << id;
            EXPECT_TRUE(source.link.startsWith(QStringLiteral("https://"))) << id;
        }
    }
    for (const GuideCard& card : guideCards())
        for (const QString& other : card.see) {
            EXPECT_NE(findCard(other), nullptr) << card.id.toStdString() << " -> " << other.toStdString();
            EXPECT_NE(other, card.id);
        }
}

TEST(GuideCards, OfPanelsNameTermsThatThereAre) {
    EXPECT_GE(guidePanels().size(), 15U);
    for (const GuidePanelPage& page : guidePanels()) {
        EXPECT_TRUE(page.question.endsWith(QLatin1Char('?'))) << page.title.toStdString();
        EXPECT_FALSE(page.read.isEmpty());
        EXPECT_FALSE(page.steps.isEmpty());
        for (const QString& term : page.terms) EXPECT_NE(findCard(term), nullptr) << term.toStdString();
        EXPECT_FALSE(panelSection(page.title).isEmpty())
            << "resources/guide/panels.md has no section " << page.title.toStdString();
    }
}

TEST(GuideCards, OfPanelsLeaveOutPicturesAndOtherDocuments) {
    const QString layers = panelSection(QStringLiteral("Layers"));
    EXPECT_TRUE(layers.contains(QStringLiteral("One row a layer")));
    EXPECT_FALSE(layers.contains(QStringLiteral("](")));
    EXPECT_FALSE(layers.contains(QStringLiteral("## ")));
    EXPECT_TRUE(panelSection(QStringLiteral("No such panel")).isEmpty());
}

class GuidePagesTest : public ::testing::Test {
protected:
    std::vector<MethodInfo> methods_ = testing::registry();
    GuidePages pages_{methods_, {QStringLiteral("Layers"), QStringLiteral("Plan")}};
    GuideStyle style_{QFont(), Qt::black, Qt::gray, 0.0};
};

TEST_F(GuidePagesTest, FindsWhatIsTypedInAnyCase) {
    EXPECT_EQ(pages_.addressFor(QStringLiteral("wifv")), QStringLiteral("card:wifv"));
    EXPECT_EQ(pages_.addressFor(QStringLiteral(" LOO ")), QStringLiteral("card:leave-one-out"));
    EXPECT_EQ(pages_.addressFor(QStringLiteral("kd")), QStringLiteral("card:distillation"));
    EXPECT_EQ(pages_.addressFor(QStringLiteral("layers")), QStringLiteral("panel:Layers"));
    EXPECT_EQ(pages_.addressFor(QString()), QStringLiteral("home:"));
}

TEST_F(GuidePagesTest, SearchesTheWordsOfCardsAndSaysWhereThereIsNothing) {
    const QString found = pages_.html(pages_.addressFor(QStringLiteral("singular values")), style_);
    EXPECT_TRUE(found.contains(QStringLiteral("card:svd")));
    EXPECT_FALSE(found.contains(QStringLiteral("card:wanda")));
    EXPECT_TRUE(pages_.html(pages_.addressFor(QStringLiteral("<zebra>")), style_)
                    .contains(QStringLiteral("Nothing does")));
    EXPECT_FALSE(pages_.html(pages_.addressFor(QStringLiteral("<zebra>")), style_)
                     .contains(QStringLiteral("<zebra>")));
}

TEST_F(GuidePagesTest, ListsEveryMethodAlsoOneWithoutACard) {
    const QString page = pages_.html(QStringLiteral("methods:"), style_);
    for (const MethodInfo& method : methods_) {
        EXPECT_TRUE(page.contains(QString::fromStdString(method.label))) << method.label;
        EXPECT_TRUE(page.contains(QString::fromStdString(method.summary).toHtmlEscaped())) << method.label;
    }
    EXPECT_TRUE(page.contains(QStringLiteral("formula:method-flap")));
    EXPECT_TRUE(page.contains(QStringLiteral("Sets the thinnest twigs to zero.")));
}

TEST_F(GuidePagesTest, ListsEveryTermInTheGlossary) {
    const QString page = pages_.html(QStringLiteral("glossary:"), style_);
    for (const GuideCard& card : guideCards())
        EXPECT_TRUE(page.contains(QStringLiteral("card:%1\"").arg(card.id))) << card.id.toStdString();
}

TEST_F(GuidePagesTest, LeadsFromATermToThePanelsThatShowIt) {
    const QString page = pages_.html(QStringLiteral("card:al-am"), style_);
    EXPECT_TRUE(page.contains(QStringLiteral("<a href=\"panel:Plan\">Plan</a> &gt; Structure")))
        << page.toStdString();
    EXPECT_TRUE(page.contains(QStringLiteral("card:symbols")));
}

TEST_F(GuidePagesTest, LeadsFromAPanelToTheTermsThatItsTextUses) {
    const QString page = pages_.html(QStringLiteral("panel:Layers"), style_);
    EXPECT_TRUE(page.contains(QStringLiteral("What to do")));
    EXPECT_TRUE(page.contains(QStringLiteral("One row a layer")));       // of resources/guide/panels.md
    EXPECT_TRUE(page.contains(QStringLiteral("card:block-influence")));  // named by the page
    EXPECT_TRUE(page.contains(QStringLiteral("card:perplexity")));       // found in the text
}

}  // namespace
}  // namespace secateur
