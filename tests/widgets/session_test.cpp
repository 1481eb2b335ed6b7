// SPDX-License-Identifier: GPL-3.0-or-later
//
// The session as a file, and as it is kept while it changes.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <limits>
#include <memory>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/session_keeper.h"
#include "widgets/document/settings.h"
#include "widgets/document/workflow.h"

namespace secateur {
namespace {

class SessionTest : public ::testing::Test {
protected:
    SessionTest() {
        auto model = std::make_shared<ModelSummary>(*testing::sampleModel());
        model->path = folder_.filePath(QStringLiteral("twig-6")).toStdString();
        QDir(folder_.path()).mkdir(QStringLiteral("twig-6"));
        document_.setModel(model);
    }

    // Three edits of which the last is undone: a chop, a width, and a step of another kind.
    void work() {
        document_.setAnalysis(testing::sampleAnalysis());
        document_.setPartRemoved(2, LayerPart::Layer, true);
        WidthRequest width;
        width.ratio = 0.25;
        width.protect = {0};
        document_.setWidth(QStringLiteral("Set ratio to 25 %"), width);
        PlanWishes wishes = document_.wishes();
        RecipeStep twigs;
        twigs.kind = "sparsify";
        twigs.method = "twigs";
        wishes.steps.push_back({twigs});
        wishes.steps.back().on = false;
        document_.edit(QStringLiteral("Add a step"), wishes);
        document_.undoStack()->undo();
    }
    // A session file of that work.
    [[nodiscard]] QString savedWork() {
        work();
        const QString file = folder_.filePath(QStringLiteral("mine.json"));
        SessionKeeper::save({&document_}, engine_.methods(), file);
        return file;
    }
    [[nodiscard]] QString folder() const { return folder_.path(); }
    [[nodiscard]] static std::vector<PlanWishes> wishesOf(const PlanHistory& history) {
        std::vector<PlanWishes> all;
        for (const PlanState& state : history.states) all.push_back(state.wishes);
        return all;
    }

    QTemporaryDir folder_;
    testing::FakeEngine engine_;
    PlanDocument document_;
};

TEST_F(SessionTest, HistoryComesBackFromItsFileAsItWas) {
    work();
    const SessionState session{{QStringLiteral("/nowhere/twig-6"), planModel(*testing::sampleModel())},
                               QStringLiteral("plan.json"),
                               document_.history()};
    const QByteArray json = toJson(session, engine_.methods());
    const PlanHistory back = readSession(json, *testing::sampleModel(), engine_.methods(), "s.json").history;
    EXPECT_EQ(wishesOf(back), wishesOf(session.history));
    EXPECT_EQ(back.present, 2);
    EXPECT_EQ(back.states[2].edit, QStringLiteral("Set ratio to 25 %"));
    EXPECT_EQ(readOffer(json, "s.json").edits, 3);

    PlanDocument other;
    other.setModel(testing::sampleModel());
    other.setAnalysis(testing::sampleAnalysis());
    other.restore(back, QStringLiteral("plan.json"));
    EXPECT_EQ(other.json(), document_.json());
    EXPECT_EQ(other.undoStack()->undoText(), QStringLiteral("Set ratio to 25 %"));
    other.undoStack()->redo();
    EXPECT_EQ(other.wishes(), session.history.states[3].wishes);
    for (int i = 0; i < 3; ++i) other.undoStack()->undo();
    EXPECT_EQ(other.wishes(), emptyWishes());
}

TEST_F(SessionTest, ALoadedPlanKeepsItsTextAndItsSettledSteps) {
    work();
    const QString file = folder_.filePath(QStringLiteral("plan.json"));
    document_.save(file);
    PlanDocument loaded;
    loaded.setModel(testing::sampleModel());
    static_cast<void>(loaded.load(file));
    loaded.setPartRemoved(4, LayerPart::Mlp, true);
    const SessionState session{{{}, planModel(*testing::sampleModel())}, file, loaded.history()};
    const PlanHistory back =
        readSession(toJson(session, engine_.methods()), *testing::sampleModel(), engine_.methods(), "s.json")
            .history;
    PlanDocument other;
    other.setModel(testing::sampleModel());
    other.restore(back, file);
    EXPECT_EQ(other.json(), loaded.json());
    EXPECT_FALSE(other.undoStack()->isClean());
    other.undoStack()->undo();
    EXPECT_TRUE(other.undoStack()->isClean());
    EXPECT_EQ(other.json(), loaded.history().states[1].wishes.loaded
                                ? QString::fromStdString(loaded.history().states[1].wishes.loaded->text)
                                : QString());
}

// A session with two previewed plans, of which the first has a name and is compared.
SessionState withPreviews(PlanDocument& document, testing::FakeEngine& engine) {
    PreviewFeed feed(document, engine);
    feed.setText(textSource(QStringLiteral("leaves.txt")), {.samples = 8, .skip = 3});
    const auto previewed = [&](double perplexity) {
        PreviewReport report;
        report.planStandardError = 0.25;
        report.denseWindowLoss = {1.0, 1.5};
        report.planWindowLoss = {1.25, perplexity};
        report.overlaps = {{TextPurpose::Calibration, "leaves.txt", 2, 8}};
        feed.runNow();
        engine.finishPreview(10.0, perplexity, report);
    };
    document.setPartRemoved(1, LayerPart::Layer, true);
    previewed(12.0);
    WidthRequest width;
    width.ratio = 0.5;
    document.setWidth(QStringLiteral("Set ratio"), width);
    previewed(14.0);
    feed.plans().rename(feed.history().front().id, QStringLiteral("small"));
    feed.plans().setNote(feed.history().front().id, QStringLiteral("for \"tests\""));
    SessionState session{{QString::fromStdString(document.model()->path), planModel(*testing::sampleModel())},
                         {},
                         document.history()};
    session.previews = feed.history();
    session.labels = {{QStringLiteral("/runs/a"), QStringLiteral("healed"), QStringLiteral("best")}};
    session.pinA = {PinSource::Previewed, 1};
    session.pinB = {PinSource::Run, 0, QStringLiteral("/runs/a")};
    return session;
}

TEST_F(SessionTest, PreviewedPlansComeBackWithNamesNotesAndPins) {
    document_.setAnalysis(testing::sampleAnalysis());
    const SessionState session = withPreviews(document_, engine_);
    ASSERT_EQ(session.previews.size(), 2U);
    const QByteArray json = toJson(session, engine_.methods());
    const SessionState back = readSession(json, *testing::sampleModel(), engine_.methods(), "s.json");
    ASSERT_EQ(back.previews.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const PreviewPoint& was = session.previews[i];
        const PreviewPoint& is = back.previews[i];
        EXPECT_EQ(is.name, was.name);
        EXPECT_EQ(is.note, was.note);
        EXPECT_EQ(is.plan, was.plan);
        EXPECT_EQ(is.wishes, was.wishes);
        EXPECT_EQ(is.judged, was.judged);
        EXPECT_EQ(is.packed->unpack(), was.packed->unpack());
        EXPECT_EQ(is.report.accounting, was.report.accounting);
        EXPECT_DOUBLE_EQ(is.report.planPerplexity, was.report.planPerplexity);
        EXPECT_EQ(is.report.planStandardError, was.report.planStandardError);
        EXPECT_EQ(is.report.planWindowLoss, was.report.planWindowLoss);
        EXPECT_EQ(is.report.overlaps, was.report.overlaps);
        EXPECT_EQ(is.report.protocol, was.report.protocol);
    }
    EXPECT_EQ(back.pinA, session.pinA);
    EXPECT_EQ(back.pinB, session.pinB);
    ASSERT_EQ(back.labels.size(), 1U);
    EXPECT_EQ(back.labels[0].note, QStringLiteral("best"));
    EXPECT_EQ(readOffer(json, "s.json").edits, 2) << "what is offered is read without the long part";
}

TEST_F(SessionTest, FilesWithoutPreviewsAreReadAsBefore) {
    work();
    QByteArray json =
        toJson({{{}, planModel(*testing::sampleModel())}, {}, document_.history()}, engine_.methods());
    for (const char* key : {"\n \"runs\": [],", "\n \"pin_a\": {\n  \"source\": \"dense\"\n },",
                            ",\n \"pin_b\": {\n  \"source\": \"present\"\n }"}) {
        ASSERT_TRUE(json.contains(key)) << key << json.toStdString();
        json.replace(key, "");
    }
    json.replace("\n ],\n}", "\n ]\n}");
    const SessionState back = readSession(json, *testing::sampleModel(), engine_.methods(), "s.json");
    EXPECT_TRUE(back.previews.empty());
    EXPECT_EQ(back.history.states.size(), 4U);
    EXPECT_EQ(back.pinA.source, PinSource::Dense);
    EXPECT_EQ(back.pinB.source, PinSource::Present);
}

TEST_F(SessionTest, AnUnfinishedListOfPreviewsIsRefused) {
    document_.setAnalysis(testing::sampleAnalysis());
    const QByteArray whole = toJson(withPreviews(document_, engine_), engine_.methods());
    for (qsizetype length = 0; length < whole.size() - 2; length += 211)
        EXPECT_THROW(static_cast<void>(readSession(whole.first(length), *testing::sampleModel(),
                                                   engine_.methods(), "s.json")),
                     Error)
            << length;
}

TEST_F(SessionTest, DamagedFilesAreRefusedWithTheirName) {
    work();
    const QByteArray whole = toJson({{}, {}, document_.history()}, engine_.methods());
    const auto read = [&](const QByteArray& json) {
        static_cast<void>(readOffer(json, "s.json"));
        static_cast<void>(readSession(json, *testing::sampleModel(), engine_.methods(), "s.json"));
    };
    EXPECT_NO_THROW(read(whole));
    for (qsizetype length = 0; length < whole.size() - 2; length += 97) {
        try {
            read(whole.first(length));
            ADD_FAILURE() << "cut at " << length;
        } catch (const Error& error) {
            EXPECT_TRUE(error.message().starts_with("s.json")) << error.message();
        }
    }
    QByteArray other = whole;
    EXPECT_THROW(read(other.replace("\"twigs\"", "\"leaves\"")), Error);
    other = whole;
    EXPECT_THROW(read(other.replace("\"present\": 2", "\"present\": 9")), Error);
}

TEST_F(SessionTest, EditsAreOnDiskBeforeTheProgramEnds) {
    QString file;
    {
        SessionKeeper keeper(document_, engine_, folder());
        EXPECT_FALSE(keeper.left());
        work();
        keeper.flush();
        file = keeper.file();
        EXPECT_EQ(SessionKeeper::open(file).offer.edits, 3);
        document_.setPartRemoved(3, LayerPart::Layer, true);  // the undone edit goes
        EXPECT_TRUE(QTest::qWaitFor(
            [&] {
                const auto left = SessionKeeper::open(file);
                return readSession(left.json, *testing::sampleModel(), engine_.methods(), "s.json")
                           .history.present == 3;
            },
            3000))
            << "without being asked";
    }
    PlanDocument next;
    const SessionKeeper keeper(next, engine_, folder());
    ASSERT_TRUE(keeper.left());
    EXPECT_EQ(keeper.left()->offer.model.facts.name, "twig-6");
    EXPECT_EQ(keeper.left()->offer.edits, 3);
    EXPECT_EQ(keeper.file(), file);
}

TEST_F(SessionTest, TwoWindowsKeepTheirSessionsApart) {
    SessionKeeper first(document_, engine_, folder());
    work();
    first.flush();
    PlanDocument other;
    const SessionKeeper second(other, engine_, folder());
    EXPECT_NE(second.file(), first.file());
    EXPECT_FALSE(second.left()) << "what a living window has is not offered";
}

TEST_F(SessionTest, TheWorkflowGoesOnWhereTheSessionEnded) {
    const QString file = savedWork();
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    Workflow workflow(engine_, settings);
    workflow.openSession(file);
    ASSERT_EQ(engine_.opened.size(), 1U);
    engine_.finishOpen();
    engine_.finishMeasure();
    EXPECT_EQ(workflow.document().json(), document_.json());
    EXPECT_EQ(workflow.document().undoStack()->count(), 3);
}

TEST_F(SessionTest, AModelThatIsGoneIsLocatedAndGoneOnWith) {
    const QString file = savedWork();
    QDir(folder_.path()).rename(QStringLiteral("twig-6"), QStringLiteral("moved"));
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    Workflow workflow(engine_, settings);
    std::optional<SessionKeeper::Left> gone;
    QObject::connect(&workflow, &Workflow::modelGone, &workflow,
                     [&](const SessionKeeper::Left& session) { gone = session; });
    workflow.openSession(file);
    EXPECT_TRUE(engine_.opened.empty());
    EXPECT_FALSE(gone.has_value()) << "it is looked for first";
    ASSERT_EQ(engine_.searches.size(), 1U);
    EXPECT_EQ(engine_.searches[0].fingerprint, testing::sampleModel()->fingerprint);
    EXPECT_EQ(engine_.searches[0].places.first(), folder_.path());
    engine_.finishSearch({});
    ASSERT_TRUE(gone.has_value());
    gone->offer.model.path = folder_.filePath(QStringLiteral("moved"));
    workflow.goOn(*gone);
    ASSERT_EQ(engine_.opened.size(), 1U);
    engine_.finishOpen();
    engine_.finishMeasure();
    EXPECT_EQ(workflow.document().undoStack()->count(), 3);
}

TEST_F(SessionTest, AnAnalysisIsOpenedInPlaceOfAMeasurementAndSaved) {
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    settings.setMeasureOnOpen(false);
    Workflow workflow(engine_, settings);
    workflow.openModel(folder_.filePath(QStringLiteral("twig-6")));
    engine_.finishOpen();
    workflow.saveAnalysis(QStringLiteral("none.h5"));
    EXPECT_TRUE(engine_.analysesSaved.empty());
    workflow.openAnalysis(QStringLiteral("a.h5"));
    EXPECT_THAT(engine_.analysesOpened, ::testing::ElementsAre(QStringLiteral("a.h5")));
    engine_.finishMeasure(true);
    EXPECT_TRUE(engine_.measured.empty()) << "what the file has is not measured again";
    workflow.saveAnalysis(QStringLiteral("b.h5"));
    ASSERT_EQ(engine_.analysesSaved.size(), 1U);
    EXPECT_EQ(engine_.analysesSaved[0].second, workflow.document().analysis());
    Q_EMIT engine_.analysisSaved(QStringLiteral("b.h5"));
    EXPECT_EQ(workflow.status(), QStringLiteral("Saved b.h5"));
}

TEST_F(SessionTest, TheNextWindowHasTheListOfTheLast) {
    const QString file = folder_.filePath(QStringLiteral("mine.json"));
    document_.setAnalysis(testing::sampleAnalysis());
    {
        QFile written(file);
        ASSERT_TRUE(written.open(QIODevice::WriteOnly));
        written.write(toJson(withPreviews(document_, engine_), engine_.methods()));
    }
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    Workflow workflow(engine_, settings);
    workflow.openSession(file);
    engine_.finishOpen();
    ASSERT_EQ(workflow.preview().history().size(), 2U);
    EXPECT_EQ(workflow.preview().history()[0].name, QStringLiteral("small"));
    EXPECT_EQ(workflow.pins().choice(PlanPins::A).source, PinSource::Previewed);
    EXPECT_EQ(workflow.pins().side(PlanPins::A)->title, QStringLiteral("small"));
    EXPECT_EQ(workflow.preview().plans().labelOf(QStringLiteral("/runs/a")).name, QStringLiteral("healed"));
    QString kept;
    {
        SessionKeeper keeper(workflow.document(), engine_, folder());
        keeper.keepAll(workflow.sessionParts());
        kept = keeper.file();
        workflow.preview().plans().rename(workflow.preview().history()[1].id, QStringLiteral("narrow"));
    }
    const SessionState back =
        readSession(SessionKeeper::open(kept).json, *testing::sampleModel(), engine_.methods(), "s.json");
    EXPECT_EQ(back.previews.at(1).name, QStringLiteral("narrow"));
    EXPECT_EQ(back.pinA, (PinChoice{PinSource::Previewed, 1}));
}

// Three networks of four: one cut by sublayers, one folded, one whose perplexity overflowed.
std::shared_ptr<const ChopSweepReport> comparison(bool whole) {
    auto report = std::make_shared<ChopSweepReport>();
    report->layers = testing::kLayers;
    report->networks = 4;
    report->densePerplexity = 10.0;
    report->dense.parametersAfter = 1000;
    report->protocol = "chunked, 8 windows of 32 tokens";
    report->warnings = {"finercut keeps 2 layers at least"};
    const auto add = [&](const char* strategy, int count, ChopStep chop, double perplexity) {
        chop.chosenBy = ChosenBy{strategy, count};
        Accounting after;
        after.parametersAfter = 1000 - 100 * count;
        after.removedFraction = 0.1 * count;
        report->rows.push_back({strategy, count, std::move(chop), after, perplexity});
    };
    add("finercut", 2, {{2}, {4}, {3}, {}}, 11.5);
    report->rows.back().changeStandardError = 0.0125;
    add("laco", 2, {{4, 5}, {}, {}, {}, LayerMerge{MergeRule::Paper, {{3, 4, 5}}}}, 12.0);
    add("top", 2, {{4, 5}, {}, {}, {}}, std::numeric_limits<double>::infinity());
    if (whole) report->decoderPasses = 3.5;
    return report;
}

// What took minutes to compare is there again, as it was left.
TEST_F(SessionTest, TheNextWindowHasWhatTheChopLabFound) {
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    settings.setMeasureOnOpen(false);
    const auto found = comparison(true);
    QString kept;
    {
        Workflow workflow(engine_, settings);
        SessionKeeper keeper(workflow.document(), engine_, folder());
        keeper.keepAll(workflow.sessionParts());
        kept = keeper.file();
        Q_EMIT engine_.modelOpened(document_.model());
        workflow.chopLab().compare({"finercut", "laco", "top"});
        Q_EMIT engine_.chopsCompared(found, engine_.compared.back().id, true);
        workflow.chopLab().selectRow(1);
    }
    Workflow workflow(engine_, settings);
    workflow.openSession(kept);
    engine_.finishOpen();
    const ChopLab& lab = workflow.chopLab();
    ASSERT_NE(lab.report(), nullptr);
    ASSERT_EQ(lab.report()->rows.size(), found->rows.size());
    for (std::size_t i = 0; i < found->rows.size(); ++i) {
        const ChopSweepRow& is = lab.report()->rows[i];
        const ChopSweepRow& was = found->rows[i];
        EXPECT_EQ(is.strategy, was.strategy);
        EXPECT_EQ(is.count, was.count);
        EXPECT_EQ(is.chop, was.chop) << was.strategy;
        EXPECT_EQ(is.accounting, was.accounting);
        EXPECT_EQ(is.perplexity, was.perplexity);
        EXPECT_EQ(is.changeStandardError, was.changeStandardError);
    }
    EXPECT_EQ(lab.report()->dense, found->dense);
    EXPECT_EQ(lab.report()->densePerplexity, 10.0);
    EXPECT_EQ(lab.report()->protocol, found->protocol);
    EXPECT_EQ(lab.report()->warnings, found->warnings);
    EXPECT_EQ(lab.selectedRow(), 1);
    EXPECT_TRUE(lab.problem().isEmpty());
    EXPECT_EQ(lab.strategies(), (std::vector<std::string>{"finercut", "laco", "top"}));
}

// Another session measures on the texts that its numbers are of.
TEST_F(SessionTest, TheTextsComeBackWithTheSession) {
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    const TextChoice leaves{QStringLiteral("/texts/leaves.txt"), 24, 64};
    const TextChoice roots{QStringLiteral("/texts/roots.txt"), 8, 32};
    settings.setCalibration(leaves);
    settings.setEvaluation(roots);
    const QString file = folder_.filePath(QStringLiteral("mine.json"));
    work();
    {
        Workflow workflow(engine_, settings);
        Q_EMIT engine_.modelOpened(document_.model());
        workflow.saveSession(file);
    }
    settings.setCalibration({});
    settings.setEvaluation({});
    Workflow workflow(engine_, settings);
    const auto measured = engine_.measured.size();
    workflow.openSession(file);
    engine_.finishOpen();
    EXPECT_EQ(settings.calibration(), leaves);
    EXPECT_EQ(settings.evaluation(), roots);
    ASSERT_EQ(engine_.measured.size(), measured + 1) << "once, on the session's text";
    EXPECT_EQ(engine_.measured.back().text.textFile, "/texts/leaves.txt");
    EXPECT_EQ(workflow.preview().text().textFile, "/texts/roots.txt");
    EXPECT_EQ(workflow.preview().windows().seqLen, 32);
}

TEST_F(SessionTest, AComparisonThatWasCutOffSaysHowFarItCame) {
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    Workflow workflow(engine_, settings);
    workflow.document().setModel(document_.model());
    workflow.chopLab().restore({comparison(false), {"top"}});
    EXPECT_EQ(workflow.chopLab().problem(),
              QStringLiteral("Stopped after 3 of 4 networks; what was found stays."));
    EXPECT_FALSE(workflow.chopLab().running());
}

TEST_F(SessionTest, AnotherModelInTheSamePlaceIsSaid) {
    const QString file = savedWork();
    Settings settings(folder_.filePath(QStringLiteral("s.ini")));
    Workflow workflow(engine_, settings);
    QStringList problems;
    QObject::connect(&workflow, &Workflow::problemRaised, &workflow,
                     [&](const Problem& problem) { problems << problem.message; });
    workflow.openSession(file);
    auto other = std::make_shared<ModelSummary>(*testing::sampleModel());
    other->fingerprint = "sha256:branch";
    Q_EMIT engine_.modelOpened(other);
    ASSERT_EQ(problems.size(), 1);
    EXPECT_TRUE(problems[0].contains(QStringLiteral("not the model of the session")));
    EXPECT_EQ(workflow.document().undoStack()->count(), 0);
}

}  // namespace
}  // namespace secateur
