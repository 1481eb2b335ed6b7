// SPDX-License-Identifier: GPL-3.0-or-later
//
// A model whose folder is gone is looked for by its fingerprint.
#include "widgets/document/lost_model.h"

#include <QTemporaryDir>
#include <optional>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/session_keeper.h"
#include "widgets/document/settings.h"
#include "widgets/document/workflow.h"

namespace secateur {
namespace {

class LostModelTest : public ::testing::Test {
protected:
    QTemporaryDir folder_;
    testing::FakeEngine engine_;
};

TEST_F(LostModelTest, ARecentModelThatIsGoneIsLookedForNearItAndNearOthers) {
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    settings.setWorkspace(QStringLiteral("/runs"));
    settings.addRecentModel(QStringLiteral("/other/place/birch"));
    settings.addRecentModel(folder_.filePath(QStringLiteral("gone/oak")), QStringLiteral("sha256:oak"));
    Workflow workflow(engine_, settings);
    QString where;
    std::optional<SessionKeeper::Left> moved;
    QObject::connect(&workflow, &Workflow::modelMoved, &workflow,
                     [&](const SessionKeeper::Left& session, const QString& folder) {
                         moved = session;
                         where = folder;
                     });
    workflow.openModel(folder_.filePath(QStringLiteral("gone/oak")));
    EXPECT_TRUE(engine_.opened.empty());
    ASSERT_EQ(engine_.searches.size(), 1U);
    EXPECT_EQ(engine_.searches[0].fingerprint, "sha256:oak");
    EXPECT_EQ(engine_.searches[0].places,
              (QStringList{folder_.filePath(QStringLiteral("gone")), QStringLiteral("/other/place/birch"),
                           QStringLiteral("/other/place"), QStringLiteral("/runs"), folder_.path()}));
    engine_.finishSearch(folder_.path());
    ASSERT_TRUE(moved.has_value());
    EXPECT_EQ(where, folder_.path());
    moved->offer.model.path = where;
    workflow.goOn(*moved);
    ASSERT_EQ(engine_.opened.size(), 1U);
    engine_.finishOpen();
    EXPECT_EQ(settings.fingerprintOf(QStringLiteral("/nowhere/twig-6")).toStdString(),
              testing::sampleModel()->fingerprint)
        << "what was opened is known again";
    // What is opened meanwhile is not interrupted by what is found.
    moved.reset();
    workflow.openModel(folder_.filePath(QStringLiteral("gone/oak")));
    workflow.openModel(folder_.path());
    engine_.finishSearch(folder_.path());
    EXPECT_FALSE(moved.has_value());
}

}  // namespace
}  // namespace secateur
