// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the cells of the tables have in common.
#include <QAbstractItemModel>

#include <gtest/gtest.h>

#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/chop_rows_model.h"
#include "widgets/models/jobs_model.h"
#include "widgets/models/layers_model.h"
#include "widgets/models/plans_model.h"
#include "widgets/models/runs_model.h"
#include "widgets/models/step_list_model.h"

namespace secateur {
namespace {

bool right(const QAbstractItemModel& model, int column) {
    const auto alignment = model.index(0, column).data(Qt::TextAlignmentRole).toInt();
    return (alignment & Qt::AlignRight) != 0;
}

PlanRow previewed() {
    PlanRow row;
    row.point = 1;
    row.words = QStringLiteral("layer 3 chopped, FLAP 20.0 % UL-UM WIFV");
    row.protocol = QStringLiteral("sample.txt, 32 windows");
    return row;
}

TEST(TableCells, NumbersAndTheDashInTheirPlaceStandAtTheRight) {
    PlanDocument document;
    document.setModel(testing::sampleModel());
    LayersModel layers;
    layers.setRows(layerRows(document));
    ASSERT_EQ(layers.index(0, LayersModel::Influence).data().toString(), QStringLiteral("-"));
    for (const int column : {LayersModel::Layer, LayersModel::Influence, LayersModel::Fluctuation,
                             LayersModel::LeaveOneOut, LayersModel::Kept})
        EXPECT_TRUE(right(layers, column)) << column;
    EXPECT_FALSE(right(layers, LayersModel::Weights));
    PlansModel plans;
    plans.setRows({previewed()});
    EXPECT_FALSE(right(plans, PlansModel::Plan));
    for (const int column : {PlansModel::Parameters, PlansModel::Weights, PlansModel::Removed,
                             PlansModel::Perplexity, PlansModel::Change})
        EXPECT_TRUE(right(plans, column)) << column;
    JobsModel jobs;
    jobs.update({});
    for (const int column : {JobsModel::Progress, JobsModel::Rate, JobsModel::Time})
        EXPECT_TRUE(right(jobs, column)) << column;
    EXPECT_FALSE(right(jobs, JobsModel::Message));
    RunsModel runs;
    runs.setRuns({RunRow{}});
    ASSERT_EQ(runs.index(0, RunsModel::After).data().toString(), QStringLiteral("-"));
    for (int column = RunsModel::Parameters; column < RunsModel::ColumnCount; ++column)
        EXPECT_TRUE(right(runs, column)) << column;
    ChopRowsModel chops;
    auto report = std::make_shared<ChopSweepReport>();
    report->rows.resize(1);
    chops.setReport(report);
    for (const int column :
         {ChopRowsModel::Count, ChopRowsModel::Parameters, ChopRowsModel::Perplexity, ChopRowsModel::Change})
        EXPECT_TRUE(right(chops, column)) << column;
}

TEST(TableCells, ThePlansNameIsInItsToolTip) {
    PlansModel plans;
    plans.setRows({previewed()});
    for (int column = 0; column < PlansModel::ColumnCount; ++column)
        EXPECT_EQ(plans.index(0, column).data(Qt::ToolTipRole).toString(),
                  QStringLiteral("layer 3 chopped, FLAP 20.0 % UL-UM WIFV\nsample.txt, 32 windows"));
}

TEST(TableCells, OneLayerIsNotCalledLayers) {
    PlanDocument document;
    document.setModel(testing::sampleModel());
    document.setPartRemoved(3, LayerPart::Layer, true);
    EXPECT_EQ(planInWords(document.result()->plan), QStringLiteral("layer 3 chopped"));
    document.setPartRemoved(4, LayerPart::Layer, true);
    EXPECT_EQ(planInWords(document.result()->plan), QStringLiteral("layers 3-4 chopped"));
}

}  // namespace
}  // namespace secateur
