// SPDX-License-Identifier: GPL-3.0-or-later
//
// What leaves the window: the report of the session, sizes, and the measurement of what the plan leaves.
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QXmlStreamReader>

#include <gmock/gmock.h>

#include "tests/widgets/sample_network.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/panels/left_bar.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/plan_panel.h"
#include "widgets/panels/value_label.h"
#include "widgets/plots/channel_map_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class WindowReport : public testing::WindowTest {
protected:
    WindowReport() { openMeasured(); }
    PlanDocument& document() { return window_->workflow().document(); }
    void narrow(double ratio) {
        WidthRequest width = document().width();
        width.ratio = ratio;
        document().setWidth(QStringLiteral("ratio"), width);
    }
    QPushButton* offered(const char* name) {
        for (LeftBar* bar : window_->findChildren<LeftBar*>()) {
            auto* button = bar->findChild<QPushButton*>();
            if (!bar->isHidden() && button->text() == QLatin1String(name)) return button;
        }
        return nullptr;
    }
};

TEST_F(WindowReport, ExportsTheSessionAsOnePage) {
    narrow(0.25);
    window_->workflow().preview().runNow();
    engine_.finishPreview(10.5, 12.25);
    QAction* report = action("File", "Export report...");
    ASSERT_TRUE(report->isEnabled());
    report->trigger();
    auto* dialog = window_->findChild<QFileDialog*>();
    ASSERT_NE(dialog, nullptr);
    const QString file = folder_.filePath(QStringLiteral("report.html"));
    dialog->findChild<QListView*>(QStringLiteral("listView"))->clearSelection();
    dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(file);
    QTest::mouseClick(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return window_->messages().message().contains(file); }));

    QFile written(file);
    ASSERT_TRUE(written.open(QIODevice::ReadOnly));
    QByteArray page = written.readAll();
    EXPECT_TRUE(page.startsWith("<!DOCTYPE html>"));
    QXmlStreamReader xml(page);
    QStringList values;
    int figures = 0, tables = 0;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        figures += xml.name() == QLatin1String("figure") ? 1 : 0;
        tables += xml.name() == QLatin1String("table") ? 1 : 0;
        if (xml.attributes().hasAttribute(QLatin1String("data-value")))
            values << xml.attributes().value(QLatin1String("data-value")).toString();
        for (const QXmlStreamAttribute& attribute : xml.attributes())
            EXPECT_FALSE(attribute.value().contains(QLatin1String("://")))
                << attribute.value().toString().toStdString();
        EXPECT_NE(xml.name(), QLatin1String("script"));
    }
    EXPECT_FALSE(xml.hasError()) << xml.errorString().toStdString();
    EXPECT_GE(figures, 2);
    EXPECT_GE(tables, figures);
    const Accounting& sizes = *document().result()->plan.accounting;
    for (const QString& value :
         {QStringLiteral("10.5"), QStringLiteral("12.25"), QString::number(sizes.parametersAfter),
          QString::number(sizes.files->bytesAfter)})
        EXPECT_TRUE(values.contains(value)) << value.toStdString();
    EXPECT_TRUE(page.contains("secateur preview /nowhere/twig-6"));
}

TEST_F(WindowReport, AFileThatCannotBeWrittenIsTold) {
    action("File", "Export report...")->trigger();
    auto* dialog = window_->findChild<QFileDialog*>();
    ASSERT_NE(dialog, nullptr);
    Q_EMIT dialog->fileSelected(QStringLiteral("/nowhere/at/all/report.html"));
    EXPECT_TRUE(QTest::qWaitFor([&] {
        return window_->messages().message().contains(QStringLiteral("/nowhere/at/all/report.html"));
    }));
}

TEST_F(WindowReport, NeedsAPlan) {
    document().setModel(nullptr);
    EXPECT_FALSE(action("File", "Export report...")->isEnabled());
}

// Row 22: the window can do what its warning asks for.
TEST_F(WindowReport, MeasuresWhatThePlanLeavesAndGoesBack) {
    QAction* menu = action("Run", "Measure what the plan leaves");
    EXPECT_FALSE(menu->isEnabled());
    document().setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_FALSE(menu->isEnabled());  // no width was scored
    EXPECT_EQ(offered("Measure what the plan leaves"), nullptr);
    narrow(0.2);
    EXPECT_TRUE(menu->isEnabled());
    QPushButton* measure = offered("Measure what the plan leaves");
    ASSERT_NE(measure, nullptr);
    EXPECT_EQ(measure->accessibleName(), measure->text());
    const auto* warnings = window_->findChild<QLabel*>(QStringLiteral("planWarnings"));
    EXPECT_TRUE(warnings->text().contains(QLatin1String("measure again")));
    measure->click();
    ASSERT_TRUE(engine_.measured.back().plan.has_value());

    auto left = std::make_shared<Analysis>(*testing::sampleAnalysis());
    std::erase_if(left->layers, [](const LayerAnalysis& layer) { return layer.layer == 2; });
    left->choppedLayers = {2};
    Q_EMIT engine_.analysisChanged(left);
    EXPECT_FALSE(warnings->text().contains(QLatin1String("measure again")));
    EXPECT_FALSE(menu->isEnabled());
    EXPECT_TRUE(window_->findChild<ChannelMapView*>()->provenance().startsWith(
        QLatin1String("Of what the plan's chops leave")));
    QPushButton* back = offered("Back to the whole network");
    ASSERT_NE(back, nullptr);
    back->click();
    EXPECT_FALSE(window_->findChild<ChannelMapView*>()->provenance().startsWith(QLatin1String("Of what")));
    EXPECT_NE(offered("Measure what the plan leaves"), nullptr);
}

// Row 31: the size shown is that of files in a format, to the byte.
TEST_F(WindowReport, SaysOfWhatASizeIs) {
    narrow(0.25);
    const WeightFiles files = *document().result()->plan.accounting->files;
    bool told = false;
    for (const QLabel* label : window_->findChild<PlanPanel*>()->findChildren<QLabel*>())
        told = told || label->text() == QLatin1String("Size (hf files)");
    EXPECT_TRUE(told);
    const auto* after = findNamed<ValueLabel>(*window_, "Size after");
    QString digits = after->toolTip();
    digits.remove(QLatin1Char(','));
    EXPECT_TRUE(digits.contains(QString::number(files.bytesAfter))) << after->toolTip().toStdString();
    const auto* removed = findNamed<ValueLabel>(*window_, "Removed fraction");
    EXPECT_TRUE(removed->toolTip().contains(QLatin1String("original decoder's linear weights")))
        << removed->toolTip().toStdString();
}

}  // namespace
}  // namespace secateur
