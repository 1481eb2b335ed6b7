// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/message_bar.h"

#include <QLabel>
#include <QMainWindow>
#include <QPushButton>
#include <QTest>

#include <gtest/gtest.h>

namespace secateur {
namespace {

TEST(MessageBar, StaysUntilClosedAndActs) {
    MessageBar bar;
    int acted = 0;
    bar.showMessage(MessageBar::Kind::Information, QStringLiteral("Wrote it."), {},
                    QStringLiteral("Open result"), [&] { ++acted; });
    EXPECT_TRUE(bar.isVisible());
    EXPECT_EQ(bar.message(), QStringLiteral("Wrote it."));
    for (QPushButton* button : bar.findChildren<QPushButton*>()) button->click();
    EXPECT_EQ(acted, 1);
    EXPECT_FALSE(bar.isVisible());
    bar.showMessage(MessageBar::Kind::Error, QStringLiteral("Broken."), QStringLiteral("Mend it."));
    EXPECT_EQ(bar.message(), QStringLiteral("Broken.\nMend it."));
}

TEST(MessageBar, NoLineOfTheTextIsCut) {
    const QString message =
        QStringLiteral("/somewhere/deep/in/the/disk/twig-6-pruned: only 2.10 MB are free there, ") +
        QStringLiteral("and the checkpoint needs 8.23 MB.");
    for (const int width : {1280, 900, 620}) {
        QMainWindow window;
        auto* bar = new MessageBar(&window);
        bar->lieOver(window);
        window.resize(width, 500);
        window.show();
        for (const QString& hint :
             {QStringLiteral("Free some space, or choose a folder on another disk."), QString()}) {
            bar->showMessage(MessageBar::Kind::Error, message, hint);
            const auto* text = bar->findChild<QLabel*>(QStringLiteral("messageText"));
            QTest::qWait(30);
            EXPECT_GE(text->height(), text->heightForWidth(text->width())) << width;
            EXPECT_LE(text->height(), text->heightForWidth(text->width()) + text->fontMetrics().height())
                << width;
        }
    }
}

}  // namespace
}  // namespace secateur
