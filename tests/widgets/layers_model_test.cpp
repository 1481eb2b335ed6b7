// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/layers_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QSortFilterProxyModel>

#include <gtest/gtest.h>

#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/bar_delegate.h"

namespace secateur {
namespace {

class LayersModelTest : public ::testing::Test {
protected:
    LayersModelTest() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis(true));
        model_.setRows(layerRows(document_));
    }
    QString text(int row, int column) const { return model_.index(row, column).data().toString(); }
    int checked(int row, int column) const {
        return model_.index(row, column).data(Qt::CheckStateRole).toInt();
    }

    PlanDocument document_;
    LayersModel model_;
    QAbstractItemModelTester tester_{&model_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(LayersModelTest, ShowsWhatWasMeasuredAndWhatIsKept) {
    ASSERT_EQ(model_.rowCount(), testing::kLayers);
    EXPECT_EQ(text(2, LayersModel::Layer), QStringLiteral("2"));
    EXPECT_EQ(text(0, LayersModel::Influence), QStringLiteral("0.10 #1"));
    EXPECT_EQ(text(3, LayersModel::Kept), QStringLiteral("100.0 %"));
    EXPECT_DOUBLE_EQ(model_.index(testing::kLayers - 1, LayersModel::Influence).data(BarRole).toDouble(),
                     1.0);
}

// Alone, a perplexity without a layer looks better than the dense one of other windows.
TEST_F(LayersModelTest, LeaveOneOutIsTheChangeAgainstItsOwnDenseValue) {
    EXPECT_EQ(text(3, LayersModel::LeaveOneOut), QStringLiteral("+40.0 % #4"));
    const LayerNotes notes = layerNotes(document_);
    EXPECT_EQ(notes.leaveOneOut,
              QStringLiteral("Against 10.000 with all layers, on 8 windows of 32 tokens of leaves.txt."));
    EXPECT_TRUE(notes.influence.contains(QStringLiteral("by 1.00")));
    model_.setNotes(notes);
    const auto tip = [&](int column) {
        return model_.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
    };
    EXPECT_TRUE(tip(LayersModel::LeaveOneOut).endsWith(notes.leaveOneOut));
    EXPECT_TRUE(tip(LayersModel::Influence).endsWith(notes.influence));
}

TEST_F(LayersModelTest, ALossBeyondAllMeasureIsToldInTimes) {
    auto analysis = std::make_shared<Analysis>(*testing::sampleAnalysis(true));
    analysis->leaveOneOut->layer[0] = 29634.0F;
    document_.setAnalysis(analysis);
    model_.setRows(layerRows(document_));
    EXPECT_EQ(text(0, LayersModel::LeaveOneOut), QStringLiteral("\u00d7 2.96 k #6"));
}

TEST_F(LayersModelTest, BarsTellLayersApartBesideOneLargeValue) {
    auto analysis = std::make_shared<Analysis>(*testing::sampleAnalysis());
    analysis->residual.cosine = {0.07F, 0.97F, 0.96F, 0.95F, 0.98F, 0.99F};
    document_.setAnalysis(analysis);
    model_.setRows(layerRows(document_));
    const auto bar = [&](int row) {
        return model_.index(row, LayersModel::Influence).data(BarRole).toDouble();
    };
    EXPECT_DOUBLE_EQ(bar(0), 1.0);
    EXPECT_GT(bar(3) - bar(1), 0.05) << "0.05 and 0.03 beside 0.93";
    EXPECT_GT(bar(5), 0.0);
}

// "0.0254, 0.03226, 0.9285": numbers down a column could not be compared.
TEST_F(LayersModelTest, NumbersOfAColumnHaveTheSameDecimals) {
    auto analysis = std::make_shared<Analysis>(*testing::sampleAnalysis());
    analysis->residual.cosine = {0.0715F, 0.9746F, 0.96774F, 0.95F, 0.98F, 0.99F};
    document_.setAnalysis(analysis);
    model_.setRows(layerRows(document_));
    const auto number = [&](int row) {
        return model_.index(row, LayersModel::Influence).data(NumberRole).toString();
    };
    EXPECT_EQ(number(0), QStringLiteral("0.9285"));
    EXPECT_EQ(number(1), QStringLiteral("0.0254"));
    EXPECT_EQ(number(4), QStringLiteral("0.0200"));
    EXPECT_EQ(model_.index(0, LayersModel::Influence).data(RankRole).toInt(), testing::kLayers);
    EXPECT_EQ(model_.index(5, LayersModel::Influence).data(RankRole).toInt(), 1);
}

TEST_F(LayersModelTest, ADashStandsWhereTheNumbersDo) {
    document_.setAnalysis(nullptr);
    model_.setRows(layerRows(document_));
    EXPECT_EQ(model_.index(0, LayersModel::Influence).data(NumberRole).toString(), QStringLiteral("-"));
    EXPECT_FALSE(model_.index(0, LayersModel::Influence).data(RankRole).isValid());
    const QRect area(0, 0, 120, 20);
    const QFontMetrics metrics{QFont()};
    const BarDelegate::Places places = BarDelegate::places(area, metrics, true);
    EXPECT_LT(places.number.right(), places.rank.left());
    EXPECT_LE(places.rank.right(), area.right());
}

TEST_F(LayersModelTest, SortedByAMetricIsSortedByItsRank) {
    auto analysis = std::make_shared<Analysis>(*testing::sampleAnalysis());
    analysis->residual.cosine = {0.07F, 0.97F, 0.96F, 0.95F, 0.98F, 0.99F};
    document_.setAnalysis(analysis);
    model_.setRows(layerRows(document_));
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(&model_);
    sorted.setSortRole(SortRole);
    sorted.sort(LayersModel::Influence, Qt::AscendingOrder);
    for (int row = 0; row < testing::kLayers; ++row)
        EXPECT_EQ(sorted.index(row, LayersModel::Influence).data(RankRole).toInt(), row + 1);
}

TEST_F(LayersModelTest, TheKeptWidthIsToldOfAttentionAndMlpApart) {
    const auto halves = [&](int row) {
        return model_.index(row, LayersModel::Kept).data(HalvesRole).toList();
    };
    document_.setPartRemoved(1, LayerPart::Attention, true);
    document_.setPartRemoved(2, LayerPart::Layer, true);
    model_.setRows(layerRows(document_));
    EXPECT_EQ(halves(0), (QVariantList{1.0, 1.0}));
    EXPECT_EQ(halves(1), (QVariantList{0.0, 1.0}));
    EXPECT_EQ(halves(2), (QVariantList{0.0, 0.0}));
    EXPECT_TRUE(model_.index(1, LayersModel::Kept)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .endsWith(QStringLiteral("attention 0.0 %, MLP 100.0 %")));
}

TEST_F(LayersModelTest, NothingMeasuredIsADash) {
    document_.setAnalysis(nullptr);
    model_.setRows(layerRows(document_));
    EXPECT_EQ(text(0, LayersModel::Influence), QStringLiteral("-"));
    EXPECT_FALSE(model_.index(0, LayersModel::Influence).data(BarRole).isValid());
    EXPECT_EQ(text(0, LayersModel::Kept), QStringLiteral("100.0 %"));
}

TEST_F(LayersModelTest, CheckingABoxAsksAndTheRowFollowsThePlan) {
    QSignalSpy asked(&model_, &LayersModel::removalWished);
    QObject::connect(&model_, &LayersModel::removalWished, &document_, &PlanDocument::setPartRemoved);
    ASSERT_TRUE(model_.setData(model_.index(2, LayersModel::Chop), Qt::Checked, Qt::CheckStateRole));
    EXPECT_EQ(asked.count(), 1);
    model_.setRows(layerRows(document_));
    EXPECT_EQ(checked(2, LayersModel::Chop), Qt::Checked);
    EXPECT_EQ(text(2, LayersModel::Kept), QStringLiteral("0.0 %"));
    // The parts of a chopped layer are gone with it.
    EXPECT_FALSE(model_.setData(model_.index(2, LayersModel::Mlp), Qt::Checked, Qt::CheckStateRole));
}

TEST_F(LayersModelTest, ShowsWhatStepsMakeOfTheWeights) {
    EXPECT_EQ(text(1, LayersModel::Weights), QString());
    RecipeStep sparsify{"sparsify", "twigs", {}, {1, 2}, {}};
    sparsify.options.set("pattern", std::string("2:4"));
    RecipeStep quantize{"quantize", "twigs", {}, {2}, {LinearName::Q}};
    quantize.options.set("bits", std::int64_t{4});
    PlanWishes wishes;
    wishes.steps = {{sparsify}, {quantize}};
    document_.edit(QStringLiteral("chain"), wishes);
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    model_.setRows(layerRows(document_));
    EXPECT_EQ(text(0, LayersModel::Weights), QString());
    EXPECT_EQ(text(1, LayersModel::Weights), QStringLiteral("50.0 % zeros"));
    EXPECT_EQ(text(2, LayersModel::Weights), QStringLiteral("4 bits, 50.0 % zeros"));
}

TEST_F(LayersModelTest, OnlyCheckBoxesCanBeSet) {
    EXPECT_FALSE(model_.setData(model_.index(0, LayersModel::Influence), 3.0, Qt::EditRole));
    EXPECT_FALSE(model_.setData(model_.index(0, LayersModel::Layer), Qt::Checked, Qt::CheckStateRole));
    EXPECT_FALSE(model_.setData({}, Qt::Checked, Qt::CheckStateRole));
}

TEST_F(LayersModelTest, SublayerThatTheModelLacksHasNoBox) {
    auto model = std::make_shared<ModelSummary>(*testing::sampleModel());
    model->config.layers[1].heads = model->config.layers[1].kvHeads = 0;
    document_.setModel(model);
    model_.setRows(layerRows(document_));
    EXPECT_FALSE(model_.index(1, LayersModel::Attention).data(Qt::CheckStateRole).isValid());
    EXPECT_TRUE(model_.index(1, LayersModel::Mlp).data(Qt::CheckStateRole).isValid());
}

TEST_F(LayersModelTest, SortsByNumberNotByText) {
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(&model_);
    sorted.setSortRole(SortRole);
    sorted.sort(LayersModel::LeaveOneOut, Qt::DescendingOrder);
    EXPECT_EQ(sorted.index(0, LayersModel::Layer).data().toString(), QString::number(testing::kLayers - 1));
    QAbstractItemModelTester tester(&sorted, QAbstractItemModelTester::FailureReportingMode::Fatal);
}

TEST_F(LayersModelTest, OtherModelResetsTheRows) {
    model_.setRows({});
    EXPECT_EQ(model_.rowCount(), 0);
    EXPECT_EQ(model_.rowOf(0), -1);
}

}  // namespace
}  // namespace secateur
