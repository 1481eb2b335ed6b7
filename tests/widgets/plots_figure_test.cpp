// SPDX-License-Identifier: GPL-3.0-or-later
//
// A figure as a file of a size, a resolution and colours that its user chose.
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSpinBox>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/widgets/find_widget.h"
#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/figure_dialog.h"
#include "widgets/plots/profile_view.h"

namespace secateur::test {
namespace {

using testing::findNamed;

class PlotFigure : public ::testing::Test {
protected:
    PlotFigure() {
        view_.setData(smallTable());
        view_.setKept(smallKept());
        show(view_);
    }
    void darken() {
        QPalette dark = view_.palette();
        dark.setColor(QPalette::Base, QColor(20, 20, 24));
        dark.setColor(QPalette::Text, QColor(230, 230, 230));
        view_.setPalette(dark);
    }
    FigureDialog* ask(const QString& entry) {
        for (QAction* action : view_.actions())
            if (action->text() == entry) action->trigger();
        return view_.findChild<FigureDialog*>();
    }
    // Presses Save and names the file.
    void save(FigureDialog& dialog, const QString& path) {
        for (QPushButton* button : dialog.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Save...")) QTest::mouseClick(button, Qt::LeftButton);
        auto* files = view_.findChild<QFileDialog*>();
        ASSERT_NE(files, nullptr);
        Q_EMIT files->fileSelected(path);
        files->close();
    }
    QString in(const char* name) const { return folder_.filePath(QLatin1String(name)); }

    QTemporaryDir folder_;
    ChannelMapView view_;
};

TEST_F(PlotFigure, TakesMillimetresAndDotsAnInchInTheColoursOfPaper) {
    darken();
    QSignalSpy chosen(&view_, &PlotView::figureFormChosen);
    FigureDialog* dialog = ask(QStringLiteral("Save PNG..."));
    ASSERT_NE(dialog, nullptr);
    auto* sizes = findNamed<QComboBox>(*dialog, "Size");
    EXPECT_EQ(sizes->currentText(), QStringLiteral("As on the screen"));
    auto* unit = findNamed<QComboBox>(*dialog, "Unit of the size");
    unit->setCurrentText(QStringLiteral("mm"));
    Q_EMIT unit->activated(unit->currentIndex());
    findNamed<QDoubleSpinBox>(*dialog, "Width")->setValue(127);
    findNamed<QDoubleSpinBox>(*dialog, "Height")->setValue(76.2);
    findNamed<QSpinBox>(*dialog, "Resolution")->setValue(300);
    for (QCheckBox* box : dialog->findChildren<QCheckBox*>()) QTest::mouseClick(box, Qt::LeftButton);
    EXPECT_EQ(sizes->currentText(), QStringLiteral("Own size"));
    const QString said = findNamed<QLabel>(*dialog, "What the file will be")->text();
    EXPECT_TRUE(said.startsWith(QStringLiteral("A picture of 1500 "))) << said.toStdString();
    save(*dialog, in("map.png"));
    const QImage png(in("map.png"));
    EXPECT_EQ(png.width(), 1500);
    EXPECT_NEAR(png.height(), 898, 1);  // 76 mm
    EXPECT_NEAR(png.dotsPerMeterX(), 300 / 0.0254, 1);
    EXPECT_EQ(QColor(png.pixel(1, 1)), QColor(Qt::white));
    EXPECT_GT(colourCount(png.convertToFormat(QImage::Format_RGB32)), 20);
    EXPECT_EQ(QColor(view_.toImage().pixel(1, 1)), QColor(20, 20, 24)) << "the window stays dark";
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(view_.figureForm().dpi, 300);
    EXPECT_TRUE(view_.figureForm().paper);
    // The next figure is offered in the same form.
    FigureDialog* again = nullptr;
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    again = ask(QStringLiteral("Save PNG..."));
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(findNamed<QSpinBox>(*again, "Resolution")->value(), 300);
    EXPECT_EQ(findNamed<QDoubleSpinBox>(*again, "Width")->value(), 127);
}

TEST_F(PlotFigure, TheScreenIsTheUsualSizeAndPixelsAreExact) {
    FigureDialog* dialog = ask(QStringLiteral("Save PNG..."));
    save(*dialog, in("screen.png"));
    EXPECT_EQ(QImage(in("screen.png")).size(), view_.size() * 2);
    FigureForm slide;
    slide.size = {1921, 1079};
    slide.unit = FigureForm::Unit::Pixels;
    slide.dpi = 150;
    ASSERT_TRUE(view_.saveFigure(in("slide.png"), FigureFile::Png, slide));
    EXPECT_EQ(QImage(in("slide.png")).size(), QSize(1921, 1079));
}

TEST_F(PlotFigure, TheWordsOfAFinerPictureAreAsLargeOnPaper) {
    FigureForm form;
    form.size = {100, 70};
    const auto rowsOfTheTitle = [&](int dpi) {
        form.dpi = dpi;
        const QString path = in("title.png");
        EXPECT_TRUE(view_.saveFigure(path, FigureFile::Png, form));
        const QImage png = QImage(path).convertToFormat(QImage::Format_RGB32);
        const QRgb ground = png.pixel(0, 0);
        int first = -1, y = 0;
        for (; y < png.height() / 4; ++y) {
            bool ink = false;
            for (int x = 0; x < png.width(); ++x) ink = ink || png.pixel(x, y) != ground;
            if (ink && first < 0) first = y;
            if (!ink && first >= 0) break;
        }
        return (y - first) / static_cast<double>(dpi);
    };
    const double coarse = rowsOfTheTitle(150), fine = rowsOfTheTitle(600);
    EXPECT_GT(coarse, 0.04);  // inches
    EXPECT_NEAR(coarse, fine, 0.03);
}

TEST_F(PlotFigure, DrawingsAndPagesHaveThatSizeInPrint) {
    FigureForm form;
    form.size = {85, 60};
    ASSERT_TRUE(view_.saveFigure(in("map.pdf"), FigureFile::Pdf, form));
    QFile page(in("map.pdf"));
    ASSERT_TRUE(page.open(QIODevice::ReadOnly));
    const QByteArray bytes = page.readAll();
    const auto box =
        QRegularExpression(QStringLiteral("/MediaBox \\[0 0 ([0-9.]+) ")).match(QString::fromLatin1(bytes));
    ASSERT_TRUE(box.hasMatch());
    EXPECT_NEAR(box.captured(1).toDouble(), 85.0 / 25.4 * 72.0, 0.6);  // whole points
    ASSERT_TRUE(view_.saveFigure(in("map.svg"), FigureFile::Svg, form));
    QFile svg(in("map.svg"));
    ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(svg.readAll());
    const auto width = QRegularExpression(QStringLiteral("width=\"([0-9.]+)mm\"")).match(text);
    ASSERT_TRUE(width.hasMatch());
    EXPECT_NEAR(width.captured(1).toDouble(), 85.0, 0.3);
    FigureDialog* dialog = ask(QStringLiteral("Save SVG..."));
    EXPECT_FALSE(findNamed<QSpinBox>(*dialog, "Resolution")->isVisible());
}

TEST_F(PlotFigure, APictureThatIsTooLargeIsNotSaved) {
    FigureDialog* dialog = ask(QStringLiteral("Save PNG..."));
    findNamed<QDoubleSpinBox>(*dialog, "Width")->setValue(20000);
    findNamed<QDoubleSpinBox>(*dialog, "Height")->setValue(20000);
    for (QPushButton* button : dialog->findChildren<QPushButton*>()) {
        if (button->text() == QStringLiteral("Save...")) {
            EXPECT_FALSE(button->isEnabled());
        }
    }
    EXPECT_TRUE(
        findNamed<QLabel>(*dialog, "What the file will be")->text().contains("more than 100 million"));
}

TEST(FigureFormTest, ComesBackFromSettingsAndForgivesWhatIsWrongInThem) {
    FigureForm form;
    form.size = {85, 60};
    form.dpi = 600;
    form.paper = true;
    EXPECT_EQ(FigureForm::fromMap(form.toMap()), form);
    EXPECT_EQ(FigureForm::fromMap({}), FigureForm{});
    QVariantMap wrong = form.toMap();
    wrong["dpi"] = 1;
    wrong["unit"] = "ells";
    wrong["paper"] = false;
    EXPECT_EQ(FigureForm::fromMap(wrong), FigureForm{});
}

}  // namespace
}  // namespace secateur::test
