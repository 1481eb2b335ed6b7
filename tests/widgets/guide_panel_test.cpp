// SPDX-License-Identifier: GPL-3.0-or-later
//
// The guide as it is read: pages, links, search, the way back, and cards where they are asked for.
#include "widgets/guide/guide_panel.h"

#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QTextBrowser>
#include <QTextDocument>
#include <QToolButton>
#include <QToolTip>

#include <gtest/gtest.h>

#include "core/planning/planner.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/guide/guide_cards.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/guide/guide_tips.h"
#include "widgets/models/layers_model.h"
#include "widgets/panels/layers_panel.h"
#include "widgets/panels/option_form.h"

namespace secateur {
namespace {

using testing::findNamed;

class GuidePanelTest : public ::testing::Test {
protected:
    GuidePanelTest() {
        panel_.resize(460, 520);
        panel_.show();
        QTest::qWait(5);
    }
    QTextBrowser& browser() { return *findNamed<QTextBrowser>(panel_, "Guide page"); }
    QString text() { return browser().toPlainText(); }
    QImage formula(const char* id) {
        return browser()
            .document()
            ->resource(QTextDocument::ImageResource, QUrl(QStringLiteral("formula:") + QLatin1String(id)))
            .value<QImage>();
    }

    std::vector<MethodInfo> methods_ = testing::registry();
    GuidePanel panel_{methods_, {QStringLiteral("Layers"), QStringLiteral("Plan"), QStringLiteral("Guide")}};
};

TEST_F(GuidePanelTest, BeginsWithThePanelsAndTheirQuestions) {
    EXPECT_TRUE(text().contains(QStringLiteral("Which layer does how much, and what is left of it?")));
    EXPECT_TRUE(text().contains(QStringLiteral("Glossary")));
}

TEST_F(GuidePanelTest, ShowsTheCardOfAKeyWithItsFormulaInPicturesAndInText) {
    ASSERT_TRUE(panel_.showKey(guideKey("metric", "WIFV")));
    EXPECT_EQ(panel_.page(), QStringLiteral("card:wifv"));
    EXPECT_TRUE(text().contains(findCard(QStringLiteral("wifv"))->words));
    EXPECT_TRUE(text().contains(QStringLiteral("FLAP, AAAI 2024")));
    EXPECT_FALSE(formula("wifv").isNull());
    EXPECT_TRUE(browser().accessibleDescription().contains(QStringLiteral("sum_i W_ij^2")));
    EXPECT_FALSE(panel_.showKey(QStringLiteral("metric:nonsense")));
    EXPECT_EQ(panel_.page(), QStringLiteral("card:wifv"));
}

TEST_F(GuidePanelTest, GoesBackAndForwardByKeys) {
    panel_.showPage(QStringLiteral("card:wifv"));
    panel_.showPage(QStringLiteral("card:ifv"));
    panel_.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&panel_));
    browser().setFocus();
    QTest::keyClick(&browser(), Qt::Key_Left, Qt::AltModifier);
    EXPECT_EQ(panel_.page(), QStringLiteral("card:wifv"));
    QTest::keyClick(&browser(), Qt::Key_Left, Qt::AltModifier);
    EXPECT_EQ(panel_.page(), QStringLiteral("home:"));
    EXPECT_FALSE(findNamed<QToolButton>(panel_, "Page before")->isEnabled());
    findNamed<QToolButton>(panel_, "Page after")->click();
    EXPECT_EQ(panel_.page(), QStringLiteral("card:wifv"));
}

TEST_F(GuidePanelTest, SearchLeadsToTheTermThatIsTyped) {
    auto* search = findNamed<QLineEdit>(panel_, "Search the guide");
    search->setFocus();
    QTest::keyClicks(search, QStringLiteral("al-am"));
    QTest::keyClick(search, Qt::Key_Return);
    EXPECT_EQ(panel_.page(), QStringLiteral("card:al-am"));
    search->clear();
    QTest::keyClicks(search, QStringLiteral("nowhere to be found"));
    QTest::keyClick(search, Qt::Key_Return);
    EXPECT_TRUE(text().contains(QStringLiteral("Nothing does")));
}

TEST_F(GuidePanelTest, LinksLeadToOtherPagesAndToTheTour) {
    panel_.showPage(QStringLiteral("card:wifv"));
    Q_EMIT browser().anchorClicked(QUrl(QStringLiteral("card:fluctuation")));
    EXPECT_EQ(panel_.page(), QStringLiteral("card:fluctuation"));
    Q_EMIT browser().anchorClicked(QUrl(QStringLiteral("panel:Layers")));
    EXPECT_EQ(panel_.page(), QStringLiteral("panel:Layers"));
    int asked = 0;
    QObject::connect(&panel_, &GuidePanel::tourWished, &panel_, [&] { ++asked; });
    Q_EMIT browser().anchorClicked(QUrl(QStringLiteral("tour:")));
    EXPECT_EQ(asked, 1);
}

TEST_F(GuidePanelTest, FormulasHaveTheColourOfTheTextInEveryTheme) {
    panel_.showPage(QStringLiteral("card:wifv"));
    const auto strongest = [&] {
        const QImage picture = formula("wifv");
        QColor colour;
        int most = 0;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                if (qAlpha(picture.pixel(x, y)) > most) {
                    most = qAlpha(picture.pixel(x, y));
                    colour = picture.pixelColor(x, y);
                }
        return colour;
    };
    QPalette dark = panel_.palette();
    dark.setColor(QPalette::Text, QColor(240, 240, 240));
    dark.setColor(QPalette::Base, QColor(30, 30, 30));
    panel_.setPalette(dark);
    QTest::qWait(20);
    EXPECT_GT(strongest().red(), 200);
    dark.setColor(QPalette::Text, QColor(10, 10, 10));
    panel_.setPalette(dark);
    QTest::qWait(20);
    EXPECT_LT(strongest().red(), 60);
}

TEST_F(GuidePanelTest, AFormulaFitsANarrowPanel) {
    panel_.showPage(QStringLiteral("card:al-mm"));
    panel_.resize(260, 500);
    QTest::qWait(20);
    EXPECT_LE(browser().document()->idealWidth(), browser().viewport()->width() + 1);
}

class GuideTipsTest : public ::testing::Test {
protected:
    ~GuideTipsTest() override { QToolTip::hideText(); }
    void hover(QWidget& widget, const QPoint& point) {
        QHelpEvent event(QEvent::ToolTip, point, widget.mapToGlobal(point));
        QApplication::sendEvent(&widget, &event);
    }
    QString opened_;
    GuideTips tips_{[this](const QString& key) { opened_ = key; }};
};

TEST_F(GuideTipsTest, AHeaderShowsItsCardTypesetWithWhatWasMeasuredBelow) {
    PlanDocument document;
    LayerSelection selection;
    document.setModel(testing::sampleModel());
    document.setAnalysis(testing::sampleAnalysis(true));
    LayersPanel panel(document, selection);
    panel.resize(800, 400);
    panel.show();
    auto* table = findNamed<QTableView>(panel, "Layers");
    QHeaderView* header = table->horizontalHeader();
    const QPoint point(header->sectionViewportPosition(LayersModel::Influence) + 5, header->height() / 2);
    hover(*header->viewport(), point);
    EXPECT_TRUE(QToolTip::text().contains(QStringLiteral("How far a layer turns the residual stream")));
    EXPECT_TRUE(QToolTip::text().contains(QStringLiteral("data:image/png")));
    EXPECT_TRUE(QToolTip::text().contains(QStringLiteral("Spearman")));
    EXPECT_EQ(tips_.asked(), guideKey("layer-metric", "block-influence"));
    QToolTip::hideText();
    // Cells speak for their column, by keys too.
    table->setCurrentIndex(table->model()->index(0, LayersModel::LeaveOneOut));
    panel.activateWindow();
    table->setFocus();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&panel));
    ASSERT_TRUE(QTest::qWaitFor([] { return !QToolTip::isVisible(); }, 2000));
    EXPECT_EQ(tips_.asked(), guideKey("layer-metric", "leave-one-out"));
    table->setCurrentIndex(table->model()->index(0, LayersModel::Chop));
    EXPECT_EQ(tips_.asked(), QString());
}

TEST_F(GuideTipsTest, LabelsAndFieldsAreFoundByTheirNames) {
    for (const MethodInfo& method : methods()) {
        if (method.name != "flap") continue;
        OptionForm form(method.options);
        form.show();
        auto* percent = findNamed<QWidget>(form, "Ratio percent");
        EXPECT_EQ(GuideTips::keyAt(*percent, {2, 2}), QStringLiteral("card:ratio"));
        for (QLabel* label : form.findChildren<QLabel*>())
            if (label->text() == QStringLiteral("Structure")) hover(*label, {2, 2});
        EXPECT_TRUE(QToolTip::text().contains(findCard(QStringLiteral("structure"))->words.toHtmlEscaped()))
            << QToolTip::text().toStdString();
    }
    QLabel other(QStringLiteral("Input"));  // a strategy has that name, and much else
    EXPECT_EQ(GuideTips::keyAt(other, {1, 1}), QString());
}

class ChoiceWords : public GuideTipsTest {
protected:
    ChoiceWords() {
        form_.resize(360, 400);
        form_.show();
        form_.activateWindow();
        static_cast<void>(QTest::qWaitForWindowActive(&form_));
        box_ = findNamed<QComboBox>(form_, "Structure");
    }
    static std::vector<OptionSpec> options() {
        for (const MethodInfo& method : methods())
            if (method.name == "flap") return method.options;
        return {};
    }
    OptionForm form_{options()};
    QComboBox* box_ = nullptr;
};

TEST_F(ChoiceWords, TheOpenListOfStructuresSaysWhatEachMeans) {
    ASSERT_EQ(box_->count(), 4);
    for (int i = 0; i < box_->count(); ++i) {
        const GuideCard* card = cardOfKey(guideKey("structure", box_->itemText(i).toStdString()));
        ASSERT_NE(card, nullptr);
        EXPECT_EQ(box_->itemData(i, Qt::AccessibleDescriptionRole).toString(), card->brief);
        EXPECT_EQ(box_->itemData(i, Qt::ToolTipRole).toString(), card->words);
    }
    box_->showPopup();
    QTest::qWait(50);
    // Wide enough for the codes and the longest words, though the field is not.
    const int words = box_->fontMetrics().horizontalAdvance(
        box_->itemText(0) + box_->itemData(0, Qt::AccessibleDescriptionRole).toString());
    EXPECT_GE(box_->view()->viewport()->width(), words);
    EXPECT_EQ(box_->currentText(), QStringLiteral("AL-AM"));
    box_->hidePopup();
}

TEST_F(ChoiceWords, F1OpensTheCardOfTheFieldAndOfTheMarkedChoice) {
    box_->setFocus();
    EXPECT_EQ(tips_.asked(), guideKey("structure", "AL-AM"));
    box_->showPopup();
    QTest::qWait(50);
    box_->view()->setCurrentIndex(box_->model()->index(3, 0));
    QTest::keyClick(box_->view(), Qt::Key_F1);
    EXPECT_EQ(opened_, guideKey("structure", box_->itemText(3).toStdString()));
    EXPECT_FALSE(box_->view()->isVisible());
    EXPECT_EQ(box_->currentText(), QStringLiteral("AL-AM"));  // asking chooses nothing
}

}  // namespace
}  // namespace secateur
