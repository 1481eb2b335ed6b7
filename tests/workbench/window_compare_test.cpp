// SPDX-License-Identifier: GPL-3.0-or-later
//
// Comparing plans and selecting layers across the panels of the window.
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QPushButton>
#include <QTableView>

#include <gmock/gmock.h>

#include "tests/widgets/sample_network.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/models/plans_model.h"
#include "widgets/panels/scatter_panel.h"
#include "widgets/plots/profile_view.h"
#include "widgets/plots/scatter_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class WindowCompareTest : public testing::WindowTest {};

TEST_F(WindowCompareTest, ComparingAndScatteringHaveTheirDocks) {
    for (const char* id : {"tradeoff", "compare", "scatter"})
        EXPECT_NE(window_->layouts().dock(QLatin1String(id)), nullptr) << id;
    EXPECT_EQ(window_->layouts().dock(QStringLiteral("pareto")), nullptr) << "it is part of Trade-off";
}

TEST_F(WindowCompareTest, EscapeGoesBackToWhatWasSelectedBefore) {
    openMeasured();
    EXPECT_FALSE(window_->selection().canStepBack()) << "another model begins anew";
    window_->selection().setLayer(2);
    Q_EMIT window_->findChild<ScatterView*>()->layersSelected({1, 3});
    EXPECT_THAT(window_->selection().layers(), ::testing::ElementsAre(1, 3));
    EXPECT_EQ(window_->findChild<ProfileView*>()->selectedLayer(), -1) << "two are marked";
    QAction* back = action("Edit", "Previous selection");
    ASSERT_NE(back, nullptr);
    EXPECT_EQ(back->shortcut(), QKeySequence(Qt::Key_Escape));
    back->trigger();
    EXPECT_EQ(window_->selection().layer(), 2);
    EXPECT_EQ(window_->findChild<ProfileView*>()->selectedLayer(), 2);
}

TEST_F(WindowCompareTest, APlanPinnedUnderTradeoffIsASideOfTheComparison) {
    openMeasured();
    window_->workflow().document().setPartRemoved(1, LayerPart::Layer, true);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !engine_.previewed.empty(); }, 2000));
    engine_.finishPreview(10.0, 12.0);
    window_->layouts().dock(QStringLiteral("tradeoff"))->show();
    window_->layouts().dock(QStringLiteral("tradeoff"))->raise();
    auto* plans = findNamed<QTableView>(*window_, "Previewed plans");
    ASSERT_GE(plans->model()->rowCount(), 1);
    plans->setCurrentIndex(plans->model()->index(0, PlansModel::Plan));
    findNamed<QPushButton>(*window_, "Pin as A")->click();
    window_->layouts().dock(QStringLiteral("compare"))->show();
    window_->layouts().dock(QStringLiteral("compare"))->raise();
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
            return findNamed<QComboBox>(*window_, "Side A")->currentText() ==
                   QStringLiteral("layer 1 chopped");
        },
        2000));
}

TEST_F(WindowCompareTest, AnAnalysisThatScatterOpenedIsASideOfTheComparison) {
    openMeasured();
    const QString file = QStringLiteral("/texts/roots.h5");
    window_->findChild<ScatterPanel*>()->readOther(file);
    auto other = std::make_shared<Analysis>(*testing::sampleAnalysis());
    other->calibration.source = "roots.txt";
    other->calibration.sha256 = "def";
    Q_EMIT engine_.analysisRead(other, file, {});
    window_->layouts().dock(QStringLiteral("compare"))->show();
    window_->layouts().dock(QStringLiteral("compare"))->raise();
    auto* side = findNamed<QComboBox>(*window_, "Side B");
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return side->findText(QStringLiteral("measurement roots.h5")) >= 0; }, 2000));
    side->setFocus();
    QTest::keyClicks(side, QStringLiteral("measurement r"));  // as one types in a list
    EXPECT_EQ(side->currentText(), QStringLiteral("measurement roots.h5"));
    const auto* verdict = window_->findChild<QLabel*>(QStringLiteral("comparisonInWords"));
    EXPECT_TRUE(QTest::qWaitFor(
        [&] { return verdict->text().startsWith(QStringLiteral("A and B put channels in almost the same")); },
        3000))
        << verdict->text().toStdString();
    EXPECT_TRUE(verdict->text().contains(QStringLiteral("100.0 % would go by B too")))
        << verdict->text().toStdString();
    EXPECT_TRUE(verdict->text().endsWith(QStringLiteral("They differ in: text.")))
        << verdict->text().toStdString();
    EXPECT_EQ(findNamed<QComboBox>(*window_, "Side A")->currentText(), QStringLiteral("present measurement"));
    EXPECT_EQ(engine_.analysesRead.size(), 2U) << "read again when it was chosen, as it may have changed";
}

}  // namespace
}  // namespace secateur
