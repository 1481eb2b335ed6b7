// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the program says before there is a window.
#include <QProcess>

#include <gtest/gtest.h>

namespace secateur {
namespace {

struct Answer {
    int code = -1;
    QString words;
};

Answer ask(const QStringList& arguments) {
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QLatin1String(name));
    program.setProcessEnvironment(environment);
    program.start(QStringLiteral(SECATEUR_WORKBENCH), arguments);
    if (!program.waitForFinished(60000)) return {};
    const bool ended = program.exitStatus() == QProcess::NormalExit;
    return {ended ? program.exitCode() : -1, QString::fromUtf8(program.readAllStandardOutput())};
}

TEST(WorkbenchWords, HelpAndVersionNeedNoDisplay) {
    for (const char* option : {"--help", "-h"}) {
        const Answer help = ask({QLatin1String(option)});
        EXPECT_EQ(help.code, 0) << option;
        EXPECT_TRUE(help.words.contains(QStringLiteral("--screenshot"))) << help.words.toStdString();
    }
    for (const char* option : {"--version", "-v"}) {
        const Answer version = ask({QStringLiteral("--demo"), QLatin1String(option)});
        EXPECT_EQ(version.code, 0) << option;
        EXPECT_TRUE(version.words.startsWith(QStringLiteral("secateur-workbench "))) << option;
    }
}

}  // namespace
}  // namespace secateur
