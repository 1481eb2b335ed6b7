// SPDX-License-Identifier: GPL-3.0-or-later
//
// Times the channel map of a large network: the picture of one frame, a whole frame of the view while it is
// zoomed and panned, and what new scores and a moved slider cost. Prints milliseconds beside their budgets;
// exits with 1 when one is missed.
//
// Usage: channel_map_bench [layers channels]   (default 80 28672; needs no screen)
#include <QApplication>
#include <QWheelEvent>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "core/planning/planner.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/unit_map_painter.h"
#include "widgets/plots/unit_rows.h"

namespace {

using secateur::KeptUnits;
using secateur::ScoreTable;

constexpr double kFrameBudget = 16.0;
constexpr double kRebuildBudget = 100.0;
constexpr int kRepeats = 15;

std::shared_ptr<ScoreTable> randomTable(int layers, int channels) {
    std::mt19937 random(1);
    std::lognormal_distribution<float> value(0.0F, 1.0F);
    auto table = std::make_shared<ScoreTable>();
    table->metric = "WIFV";
    table->structure = "AL-AM";
    for (int i = 0; i < layers; ++i) {
        secateur::LayerScores layer;
        layer.layer = i;
        layer.channelRaw.resize(static_cast<std::size_t>(channels));
        for (float& v : layer.channelRaw) v = value(random);
        layer.channelScore = layer.channelRaw;
        for (float& v : layer.channelScore) v = (v - 1.65F) / 2.16F;
        table->layers.push_back(std::move(layer));
    }
    return table;
}

std::shared_ptr<KeptUnits> keptAbove(const ScoreTable& table, float threshold) {
    auto kept = std::make_shared<KeptUnits>();
    kept->layer.assign(table.layers.size(), true);
    kept->kvGroups.resize(table.layers.size());
    for (const auto& layer : table.layers) {
        kept->channels.emplace_back();
        for (float score : layer.channelScore) kept->channels.back().push_back(score > threshold ? 1 : 0);
    }
    return kept;
}

// Wall time: large pictures are painted by several threads.
double now() {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Median of several runs, in milliseconds.
template <typename Work>
double timed(const Work& work) {
    std::vector<double> times;
    for (int i = 0; i < kRepeats; ++i) {
        const double start = now();
        work(i);
        times.push_back(now() - start);
    }
    std::nth_element(times.begin(), times.begin() + kRepeats / 2, times.end());
    return times[kRepeats / 2];
}

bool report(const char* what, double milliseconds, double budget) {
    std::printf("%-58s %8.2f ms  (budget %.0f ms)%s\n", what, milliseconds, budget,
                milliseconds < budget ? "" : "  MISSED");
    return milliseconds < budget;
}

bool timePictures(const std::shared_ptr<ScoreTable>& table, const KeptUnits* kept) {
    secateur::UnitRows rows(table, {}, 0);
    rows.mark(kept);
    const auto picture = [&](const QSize& pixels) {
        const secateur::UnitMapPicture parts{.values = &rows.values(),
                                             .removed = rows.removed(),
                                             .scale = secateur::ValueScale::around(rows.values(), true),
                                             .map = {},
                                             .background = Qt::white,
                                             .faded = Qt::lightGray,
                                             .hatch = Qt::gray};
        QImage image(pixels, QImage::Format_RGB32);
        return timed([&](int i) {
            const double width = rows.values().maxWidth() / (1.0 + i % 5);
            paintUnitMap(parts, image, QRectF(i, 0, width, rows.rows()), 2);
        });
    };
    bool good = report("picture, 1000 x 600 pixels", picture({1000, 600}), kFrameBudget);
    return report("picture, 3600 x 1900 pixels", picture({3600, 1900}), kFrameBudget) && good;
}

bool timeView(const std::shared_ptr<ScoreTable>& table,
              const std::vector<std::shared_ptr<KeptUnits>>& plans) {
    secateur::ChannelMapView view;
    view.resize(1100, 760);
    view.setData(table);
    view.setKept(plans[0]);
    view.show();
    QApplication::processEvents();
    QWidget* canvas = nullptr;
    for (QWidget* child : view.findChildren<QWidget*>()) {
        if (child->inherits("QCustomPlot")) canvas = child;
    }
    const QPointF middle = canvas->rect().center();
    bool good = report("view, one step of the wheel", timed([&](int i) {
                           QWheelEvent wheel(middle, middle, {}, {0, i % 10 < 5 ? 120 : -120}, Qt::NoButton,
                                             Qt::NoModifier, Qt::NoScrollPhase, false);
                           QApplication::sendEvent(canvas, &wheel);
                           QApplication::processEvents();
                       }),
                       kFrameBudget);
    view.showAll();
    QApplication::processEvents();
    const auto whole = timed([&](int i) {
        view.setColourMap(i % 2 ? secateur::ColourMap::Viridis : secateur::ColourMap::Cividis);
        QApplication::processEvents();
    });
    good = report("view, other colours for the whole map", whole, kFrameBudget) && good;
    const auto slider = timed([&](int i) {
        view.setKept(plans[static_cast<std::size_t>(i % 2)]);
        QApplication::processEvents();
    });
    good = report("view, the plan keeps other units", slider, kRebuildBudget) && good;
    const auto again = std::make_shared<ScoreTable>(*table);
    const auto scores = timed([&](int i) {
        view.setData(i % 2 ? again : table);
        QApplication::processEvents();
    });
    good = report("view, new scores", scores, kRebuildBudget) && good;
    const auto order = timed([&](int i) {
        view.setOrder(i % 2 ? secateur::UnitOrder::Natural : secateur::UnitOrder::Ranked);
        QApplication::processEvents();
    });
    return report("view, ranked or in order", order, kRebuildBudget) && good;
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int layers = argc > 2 ? std::atoi(argv[1]) : 80;
    const int channels = argc > 2 ? std::atoi(argv[2]) : 28672;
    if (layers < 1 || channels < 1) {
        std::fprintf(stderr, "usage: channel_map_bench [layers channels]\n");
        return 2;
    }
    const auto table = randomTable(layers, channels);
    const std::vector<std::shared_ptr<KeptUnits>> plans{keptAbove(*table, -0.5F), keptAbove(*table, -0.4F)};
    std::printf("channel map of %d layers x %d channels, wall time, median of %d\n", layers, channels,
                kRepeats);
    const bool pictures = timePictures(table, plans[0].get());
    return timeView(table, plans) && pictures ? 0 : 1;
}
