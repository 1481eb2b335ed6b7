// SPDX-License-Identifier: GPL-3.0-or-later
//
// The comparison of the sample network, and what is read of it.
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/settings.h"
#include "widgets/models/comparison_model.h"
#include "widgets/panels/compare_panel.h"

namespace secateur::testing {

class CompareFixture : public ::testing::Test {
protected:
    CompareFixture()
        : settings_(folder_.filePath(QStringLiteral("s.ini"))),
          feed_(document_, engine_),
          board_(engine_, settings_),
          pins_(document_, feed_, board_, shelf_),
          panel_(document_, feed_, board_, pins_, shelf_, settings_, selection_, engine_.methods()) {
        settings_.setWorkspace(folder_.path());
        panel_.resize(800, 600);
        panel_.show();
    }
    void open() {
        document_.setModel(sampleModel());
        document_.setAnalysis(sampleAnalysis());
        feed_.setText(textSource(QStringLiteral("leaves.txt")), {.samples = 2});
    }
    // Chops the layer and previews; losses of the two windows.
    std::uint64_t preview(int layer, double perplexity, std::vector<double> losses) {
        document_.setPartRemoved(layer, LayerPart::Layer, true);
        feed_.runNow();
        PreviewReport report;
        report.denseWindowLoss = {1.0, 2.0};
        report.planWindowLoss = std::move(losses);
        engine_.finishPreview(std::exp(1.5), perplexity, report);
        return feed_.history().back().id;
    }
    // What was told on another thread has come, and is shown.
    void settle() {
        QTest::qWait(120);
        EXPECT_TRUE(QTest::qWaitFor([&] { return panel_.settled(); }, 5000));
    }
    // The text that stands in the place of the comparison.
    QString hint() {
        settle();
        for (const QLabel* label : panel_.findChildren<QLabel*>())
            if (label->isVisible() && label->alignment() == Qt::AlignCenter) return label->text();
        return {};
    }
    // The row of a quantity in the numbers.
    QStringList numbers(const QString& quantity) {
        settle();
        const auto* model = findNamed<QTableView>(panel_, "Numbers of A and B")->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            if (model->index(row, ComparisonModel::Quantity).data().toString() != quantity) continue;
            QStringList cells;
            for (const int column : {ComparisonModel::A, ComparisonModel::B, ComparisonModel::Difference})
                cells << model->index(row, column).data().toString();
            return cells;
        }
        ADD_FAILURE() << "no row " << quantity.toStdString();
        return {};
    }
    // What is worked out a moment later.
    QString cell(const char* name, int row, int column) {
        settle();
        return findNamed<QTableView>(panel_, name)->model()->index(row, column).data().toString();
    }
    QString verdict() {
        settle();
        return panel_.findChild<QLabel*>(QStringLiteral("comparisonInWords"))->text();
    }
    QComboBox* box(const char* name) { return findNamed<QComboBox>(panel_, name); }
    void pick(const char* name, const QString& text) {
        settle();
        const int index = box(name)->findText(text);
        ASSERT_GE(index, 0) << text.toStdString();
        box(name)->setCurrentIndex(index);
        Q_EMIT box(name)->activated(index);
    }

    QTemporaryDir folder_;
    PlanDocument document_;
    FakeEngine engine_;
    Settings settings_;
    LayerSelection selection_;
    PreviewFeed feed_;
    RunBoard board_;
    ReferenceShelf shelf_{engine_};
    PlanPins pins_;
    ComparePanel panel_;
};

// Without layer 1, and with 8 channels in layer 0.
inline std::shared_ptr<const ModelSummary> choppedModel(const QString& folder) {
    auto model = std::make_shared<ModelSummary>(*sampleModel());
    model->name = "twig-5";
    model->path = folder.toStdString();
    model->fingerprint = "sha256:twig-5";
    model->config.layers.erase(model->config.layers.begin() + 1);
    model->config.layers[0].intermediateSize = 8;
    model->parameters = totalParameters(model->config);
    model->bytes = 4 * model->parameters;
    return model;
}

}  // namespace secateur::testing
