// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/settings.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <gtest/gtest.h>

namespace secateur {
namespace {

TEST(Settings, KeepsWhatWasSet) {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("s.ini"));
    {
        Settings settings(file);
        QSignalSpy changed(&settings, &Settings::calibrationChanged);
        settings.setTheme(Theme::Dark);
        settings.setCalibration({QStringLiteral("a.txt"), 7, 64});
        settings.setCalibration({QStringLiteral("a.txt"), 7, 64});
        EXPECT_EQ(changed.count(), 1);
    }
    const Settings again(file);
    EXPECT_EQ(again.theme(), Theme::Dark);
    EXPECT_EQ(again.calibration(), (TextChoice{QStringLiteral("a.txt"), 7, 64}));
}

TEST(Settings, NonsenseFallsBackToDefaults) {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("s.ini"));
    {
        QSettings raw(file, QSettings::IniFormat);
        raw.setValue(QStringLiteral("theme"), QStringLiteral("plaid"));
        raw.setValue(QStringLiteral("evaluation/windows"), -3);
        raw.setValue(QStringLiteral("evaluation/seqLen"), 0);
    }
    const Settings settings(file);
    EXPECT_EQ(settings.theme(), Theme::System);
    EXPECT_EQ(settings.evaluation().windows, 0);
    EXPECT_GE(settings.evaluation().seqLen, 2);
}

TEST(Settings, RecentModelsAreNewestFirstWithoutDuplicates) {
    QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("s.ini")));
    for (const char* path : {"/m/a", "/m/b", "/m/a"}) settings.addRecentModel(QLatin1String(path));
    EXPECT_EQ(settings.recentModels(), (QStringList{QStringLiteral("/m/a"), QStringLiteral("/m/b")}));
    for (int i = 0; i < 20; ++i) settings.addRecentModel(QStringLiteral("/m/%1").arg(i));
    EXPECT_EQ(settings.recentModels().size(), 9);
}

TEST(Settings, HowIsComputedAndHowLargeTextIsAreKept) {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("s.ini"));
    const ComputeChoice choice{QStringLiteral("cuda:1"), QStringLiteral("bf16"), 4, 8'000'000'001};
    {
        Settings settings(file);
        EXPECT_EQ(settings.compute(), ComputeChoice{});
        EXPECT_EQ(settings.textSize(), 100);
        settings.setCompute(choice);
        settings.setTextSize(1000);
        settings.addRecentPlan(QStringLiteral("/p/a.json"));
    }
    {
        const Settings again(file);
        EXPECT_EQ(again.compute(), choice);
        EXPECT_EQ(again.textSize(), Settings::kMostTextSize);
        EXPECT_EQ(again.recentPlans(), QStringList{QStringLiteral("/p/a.json")});
    }
    QSettings raw(file, QSettings::IniFormat);
    raw.setValue(QStringLiteral("compute/dtype"), QStringLiteral("f8"));
    raw.setValue(QStringLiteral("compute/threads"), -2);
    raw.setValue(QStringLiteral("textSize"), QStringLiteral("huge"));
    raw.sync();
    const Settings nonsense(file);
    EXPECT_EQ(nonsense.compute().dtype, QStringLiteral("auto"));
    EXPECT_EQ(nonsense.compute().threads, 0);
    EXPECT_EQ(nonsense.textSize(), 100);
}

}  // namespace
}  // namespace secateur
