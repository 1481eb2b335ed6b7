// SPDX-License-Identifier: GPL-3.0-or-later
//
// The session of a network of 80 layers of 28 672 channels: the GUI thread only takes what is kept, masks are
// shared or packed, and the file is written beside it.
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/plan_pins.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/session_keeper.h"
#include "widgets/document/settings.h"

namespace secateur {
namespace {

constexpr int kLargeLayers = 80;
constexpr int kLargeChannels = 28672;
constexpr int kStates = 300;
constexpr int kUsualPreviews = 12;
constexpr qint64 kMostMilliseconds = 20;  // that the GUI thread may be kept

std::shared_ptr<const ModelSummary> largeModel() {
    auto model = std::make_shared<ModelSummary>(*testing::sampleModel());
    const LayerConfig first = model->config.layers.front();
    model->config.layers.clear();
    model->config.originalLayers = kLargeLayers;
    for (int layer = 0; layer < kLargeLayers; ++layer) {
        LayerConfig next = first;
        next.originalLayer = layer;
        next.intermediateSize = kLargeChannels;
        model->config.layers.push_back(next);
    }
    return model;
}

// About a fifth of all channels, others for every seed.
Plan largePlan(const ModelSummary& model, std::uint32_t seed) {
    Plan plan;
    plan.model = planModel(model);
    WidthStep width;
    width.method = "flap";
    width.metric = "WIFV";
    width.structure = "UL-UM";
    width.ratio = 0.2;
    std::uint32_t state = seed * 2654435761U + 1U;
    for (int layer = 0; layer < kLargeLayers; ++layer) {
        UnitMask mask(kLargeChannels, 1);
        for (auto& unit : mask) {
            state = state * 1664525U + 1013904223U;
            unit = (state >> 24) % 5 != 0;
        }
        width.keep.push_back({layer, std::nullopt, std::move(mask)});
    }
    plan.steps.emplace_back(std::move(width));
    return plan;
}

TEST(SessionScale, TheGuiThreadOnlyTakesALargeSession) {
    // As many as docs/performance.md tells of take half a gigabyte.
    const int asked = qEnvironmentVariableIntValue("SECATEUR_PREVIEWS");
    const int previews = asked > 0 ? asked : kUsualPreviews;
    QTemporaryDir folder;
    testing::FakeEngine engine;
    Settings settings(folder.filePath(QStringLiteral("s.ini")));
    PlanDocument document;
    PreviewFeed feed(document, engine);
    RunBoard board(engine, settings);
    ReferenceShelf shelf(engine);
    PlanPins pins(document, feed, board, shelf);
    const auto model = largeModel();
    document.setModel(model);
    // A plan that was loaded, and edits after it that all have its masks.
    PlanHistory history;
    history.states.push_back({QStringLiteral("Load plan"), wishesOf(largePlan(*model, 1))});
    for (int i = 1; i < kStates; ++i) {
        PlanState next{QStringLiteral("Add a step"), history.states.back().wishes};
        RecipeStep twigs;
        twigs.kind = "sparsify";
        twigs.method = "twigs";
        next.wishes.steps.resize(1);
        next.wishes.steps.push_back({twigs});
        next.wishes.steps.back().on = i % 2 == 0;
        history.states.push_back(std::move(next));
    }
    EXPECT_EQ(&*history.states.front().wishes.steps[0].settled,
              &*history.states.back().wishes.steps[0].settled)
        << "one mask for all states";
    history.present = kStates - 1;
    document.restore(history, {});
    std::vector<PreviewPoint> points;
    std::size_t bytes = 0;
    for (int i = 0; i < previews; ++i) {
        PreviewPoint point;
        point.plan = QStringLiteral("FLAP 20.0 %");
        point.wishes = document.wishes();
        Plan plan = largePlan(*model, static_cast<std::uint32_t>(i) + 2U);
        plan.measured = Measured{10.0, 11.0 + i};
        plan.accounting = Accounting{};
        point.packed = std::make_shared<const PackedPlan>(plan);
        bytes += point.packed->bytes();
        points.push_back(std::move(point));
    }
    EXPECT_EQ(bytes, static_cast<std::size_t>(previews) * kLargeLayers * kLargeChannels / 8);
    feed.plans().restore(points, {});
    SessionKeeper keeper(document, engine, folder.path());
    ChopLab lab(document, feed, engine);
    keeper.keepAll({&document, &feed.plans(), &pins, &lab, &settings});

    // What the GUI thread does of it; the least of a few, as other programs run too.
    qint64 taking = std::numeric_limits<qint64>::max();
    for (int i = 0; i < 5; ++i) {
        QElapsedTimer clock;
        clock.start();
        const auto state = stateOf({&document, &feed.plans(), &pins});
        taking = std::min(taking, clock.elapsed());
        EXPECT_EQ(state->previews.size(), static_cast<std::size_t>(previews));
    }
    EXPECT_LT(taking, kMostMilliseconds);
    feed.plans().rename(feed.plans().points().front().id, QStringLiteral("first"));
    const QString file = keeper.file();
    ASSERT_TRUE(QTest::qWaitFor([&] { return QFile::exists(file); }, 60'000));
    std::printf("taken on the GUI thread in %lld ms; %.1f MB in the file\n", static_cast<long long>(taking),
                static_cast<double>(QFile(file).size()) / 1e6);

    QElapsedTimer reading;
    reading.start();
    const auto left = SessionKeeper::open(file);
    EXPECT_EQ(left.offer.edits, kStates - 1);
    const qint64 offered = reading.restart();
    const SessionState back = readSession(left.json, *model, engine.methods(), "s.json");
    std::printf("offered in %lld ms, read in %lld ms\n", static_cast<long long>(offered),
                static_cast<long long>(reading.elapsed()));
    ASSERT_EQ(back.previews.size(), static_cast<std::size_t>(previews));
    EXPECT_EQ(back.previews[7].packed->unpack(), points[7].packed->unpack());
    EXPECT_EQ(&*back.history.states[1].wishes.steps[0].settled,
              &*back.history.states[2].wishes.steps[0].settled);
}

}  // namespace
}  // namespace secateur
