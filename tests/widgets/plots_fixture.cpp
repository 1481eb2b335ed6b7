// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/plots_fixture.h"

#include <QApplication>
#include <QMouseEvent>
#include <QTest>
#include <set>

#include <gtest/gtest.h>

namespace secateur::test {

namespace {

LayerScores layerOf(int number, std::vector<float> raw, std::vector<float> score, std::vector<float> groups) {
    LayerScores layer;
    layer.layer = number;
    layer.channelRaw = std::move(raw);
    layer.channelScore = std::move(score);
    layer.groupRaw = groups;
    layer.groupScore = groups;
    for (float group : groups) {
        for (float side : {-0.1F, 0.1F}) layer.headScore.push_back(group + side);
    }
    layer.headRaw = layer.headScore;
    return layer;
}

void send(PlotView& view, QEvent::Type type, const QPoint& position, Qt::MouseButton button,
          Qt::MouseButtons buttons) {
    QWidget* canvas = canvasOf(view);
    QMouseEvent event(type, QPointF(position), QPointF(canvas->mapToGlobal(position)), button, buttons,
                      Qt::NoModifier);
    QApplication::sendEvent(canvas, &event);
    QApplication::processEvents();
}

}  // namespace

std::shared_ptr<ScoreTable> smallTable() {
    auto table = std::make_shared<ScoreTable>();
    table->metric = "WIFV";
    table->structure = "AL-AM";
    table->statistics = "exact";
    table->layers = {
        layerOf(0, {1, 2, 3, 4, 5, 6, 7, 8}, {-1.5F, -1, -0.5F, 0, 0.4F, 0.8F, 1.2F, 1.6F}, {0.9F, -0.2F}),
        layerOf(1, {0.2F, 0.3F, 0.05F, 0.42F, 0.25F}, {0.1F, 0.5F, -1, 1.9F, 0.3F}, {0.5F, 0.2F}),
        layerOf(3, {8, 7, 6, 5, 4, 3, 2, 1}, {1.6F, 1.2F, 0.8F, 0.4F, 0, -0.5F, -1, -1.5F}, {-0.4F, 0.7F}),
    };
    return table;
}

WidthDecision smallDecision() {
    WidthDecision decision;
    decision.scores = smallTable();
    decision.groupThreshold = decision.channelThreshold = {0.31F, 0.31F, 0.31F};
    return decision;
}

std::shared_ptr<KeptUnits> smallKept() {
    auto kept = std::make_shared<KeptUnits>();
    kept->layer = {true, true, false, true};
    kept->channels = {{0, 0, 0, 0, 1, 1, 1, 1}, {0, 1, 0, 1, 0}, {}, {1, 1, 1, 1, 0, 0, 0, 0}};
    kept->kvGroups = {{1, 0}, {1, 0}, {}, {0, 1}};
    return kept;
}

void show(PlotView& view, const QSize& size) {
    view.resize(size);
    view.show();
    QApplication::processEvents();
    QApplication::processEvents();
}

QWidget* canvasOf(const PlotView& view) {
    for (QWidget* child : view.findChildren<QWidget*>()) {
        if (child->inherits("QCustomPlot")) return child;
    }
    return nullptr;
}

QImage picture(PlotView& view) {
    QApplication::processEvents();
    return canvasOf(view)->grab().toImage().convertToFormat(QImage::Format_RGB32);
}

int colourCount(const QImage& image) {
    std::set<QRgb> colours;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) colours.insert(image.pixel(x, y));
    }
    return static_cast<int>(colours.size());
}

void movePointer(PlotView& view, const QPoint& position) {
    send(view, QEvent::MouseMove, position, Qt::NoButton, Qt::NoButton);
}
void press(PlotView& view, const QPoint& position) {
    send(view, QEvent::MouseButtonPress, position, Qt::LeftButton, Qt::LeftButton);
}
void drag(PlotView& view, const QPoint& position) {
    send(view, QEvent::MouseMove, position, Qt::NoButton, Qt::LeftButton);
}
void release(PlotView& view, const QPoint& position) {
    send(view, QEvent::MouseButtonRelease, position, Qt::LeftButton, Qt::NoButton);
}
void click(PlotView& view, const QPoint& position) {
    press(view, position);
    release(view, position);
}
void key(PlotView& view, Qt::Key key) {
    QTest::keyClick(canvasOf(view), key);
}

QPoint findHover(PlotView& view, const QString& beginning) {
    const QSize size = canvasOf(view)->size();
    for (int y = 5; y < size.height(); y += 7) {
        for (int x = 5; x < size.width(); x += 5) {
            movePointer(view, {x, y});
            if (view.hoverText().startsWith(beginning)) return {x, y};
        }
    }
    ADD_FAILURE() << "nothing under the pointer begins with " << beginning.toStdString();
    return {-1, -1};
}

}  // namespace secateur::test
