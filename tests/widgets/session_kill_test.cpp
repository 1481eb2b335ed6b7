// SPDX-License-Identifier: GPL-3.0-or-later
//
// A process that edits a plan all the time is killed at any moment: what it leaves is a whole session that
// lacks at most the edits of the last second. The process is this program again.
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "core/data/random.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/session_keeper.h"

namespace secateur {
namespace {

constexpr const char* kFolder = "SECATEUR_SESSION_IN";
constexpr int kKills = 50;
constexpr int kTogether = 10;
constexpr qint64 kMostLost = 1000;  // milliseconds

// Says the number of each edit, and when it was made.
TEST(SessionChild, Edits) {
    const char* folder = std::getenv(kFolder);
    if (folder == nullptr) GTEST_SKIP() << "run by SessionKill as a program of its own";
    PlanDocument document;
    testing::FakeEngine engine;
    SessionKeeper keeper(document, engine, QString::fromLocal8Bit(folder));
    document.setModel(testing::sampleModel());
    QElapsedTimer clock;
    clock.start();
    for (int i = 1; clock.elapsed() < 60'000; ++i) {
        ChopRequest chop;
        chop.layers = {i % testing::kLayers};
        document.edit(QString::number(i), withChop(document.wishes(), chop));
        std::printf("%d %lld\n", i, static_cast<long long>(clock.elapsed()));
        std::fflush(stdout);
        QTest::qWait(7);
    }
}

struct Edits {
    int last = 0;    // that was made
    int before = 0;  // the newest that is older than what may be lost
};

Edits editsOf(const QByteArray& said) {
    std::vector<std::pair<int, qint64>> all;
    for (const QByteArray& line : said.split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 2 && words[0].toInt() == static_cast<int>(all.size()) + 1)
            all.emplace_back(words[0].toInt(), words[1].toLongLong());
    }
    Edits edits;
    for (const auto& [number, when] : all) {
        edits.last = number;
        if (when <= all.back().second - kMostLost) edits.before = number;
    }
    return edits;
}

TEST(SessionKill, AtMostASecondOfEditsIsMissing) {
    SplitMix64 random(7);
    const testing::FakeEngine engine;
    int held = 0;  // kills after which something had to be there
    for (int first = 0; first < kKills; first += kTogether) {
        std::vector<std::unique_ptr<QTemporaryDir>> folders;
        std::vector<std::unique_ptr<QProcess>> children;
        for (int i = 0; i < kTogether; ++i) {
            folders.push_back(std::make_unique<QTemporaryDir>());
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QLatin1String(kFolder), folders.back()->path());
            children.push_back(std::make_unique<QProcess>());
            children.back()->setProcessEnvironment(environment);
            children.back()->start(QCoreApplication::applicationFilePath(),
                                   {QStringLiteral("--gtest_filter=SessionChild.Edits")});
        }
        for (int i = 0; i < kTogether; ++i) {
            QProcess& child = *children[static_cast<std::size_t>(i)];
            QByteArray said;
            while (!said.contains("1 0\n") && !said.contains("\n1 ") && child.waitForReadyRead(20'000))
                said += child.readAllStandardOutput();
            QTest::qWait(200 + static_cast<int>(random.next() % 200));  // later ones live longer
            child.kill();                                               // SIGKILL
            ASSERT_TRUE(child.waitForFinished(20'000));
            const Edits edits = editsOf(said + child.readAllStandardOutput());
            ASSERT_GT(edits.last, 0);
            if (edits.before == 0) continue;
            ++held;
            const QString folder = folders[static_cast<std::size_t>(i)]->path();
            PlanDocument next;
            testing::FakeEngine nextEngine;
            const SessionKeeper keeper(next, nextEngine, folder);
            ASSERT_TRUE(keeper.left()) << "after " << edits.last << " edits";
            const PlanHistory history =
                readSession(keeper.left()->json, *testing::sampleModel(), engine.methods(), "session")
                    .history;
            const PlanState& present = history.states[static_cast<std::size_t>(history.present)];
            EXPECT_GE(present.edit.toInt(), edits.before) << "of " << edits.last;
            EXPECT_LE(present.edit.toInt(), edits.last);
        }
    }
    EXPECT_GE(held, kKills / 2);
}

}  // namespace
}  // namespace secateur
