// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two measurements beside each other: of other text, and of a network and what is left of it.
#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QTabWidget>

#include "tests/widgets/compare_fixture.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/models/measurement_model.h"
#include "widgets/plots/difference_map_view.h"
#include "widgets/plots/kept_widths_view.h"
#include "widgets/plots/layer_pair_view.h"
#include "widgets/plots/score_difference_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class CompareMeasurementsTest : public testing::CompareFixture {};

// The same network on other text: the order of the channels of the first layer turns round.
std::shared_ptr<const Analysis> onOtherText() {
    auto other = std::make_shared<Analysis>(*testing::sampleAnalysis());
    other->calibration = {"roots.txt", "def", 4, 32, 7, "random", false};
    std::ranges::reverse(other->layers[0].downProj.fluctuation);
    std::ranges::reverse(other->residual.cosine);
    return other;
}

TEST_F(CompareMeasurementsTest, TwoMeasurementsAreHeldAgainstEachOther) {
    open();
    const QString file = QStringLiteral("/texts/roots.h5");
    pick("Side A", QStringLiteral("present measurement"));
    EXPECT_TRUE(hint().contains(QStringLiteral("Choose another measurement as B"))) << hint().toStdString();
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    ASSERT_EQ(engine_.analysesRead, std::vector<QString>{file});
    EXPECT_TRUE(verdict().contains(QStringLiteral("B is being read"))) << verdict().toStdString();
    Q_EMIT engine_.analysisRead(onOtherText(), file, {});
    // Of six layers five have the same order.
    EXPECT_TRUE(verdict().startsWith(QStringLiteral("A and B put channels in ")));
    EXPECT_TRUE(verdict().contains(QStringLiteral("least in layer 0: -"))) << verdict().toStdString();
    EXPECT_TRUE(
        verdict().contains(QStringLiteral("Of the channels that FLAP WIFV, AL-AM, at 20.0 % removes")));
    EXPECT_TRUE(verdict().endsWith(QStringLiteral("They differ in: text, windows, sampling.")))
        << verdict().toStdString();
    EXPECT_EQ(box("Side B")->currentText(), QStringLiteral("measurement roots.h5"));
    EXPECT_EQ(
        numbers(QStringLiteral("Text")),
        (QStringList{QStringLiteral("leaves.txt"), QStringLiteral("roots.txt"), QStringLiteral("another")}));
    EXPECT_EQ(numbers(QStringLiteral("Sampling")),
              (QStringList{QStringLiteral("sequential"), QStringLiteral("random, seed 7"),
                           QStringLiteral("another")}));
    EXPECT_EQ(numbers(QStringLiteral("Model")).last(), QStringLiteral("the same"));
    EXPECT_EQ(numbers(QStringLiteral("Order of layers, block influence")),
              (QStringList{QStringLiteral("least in layer 0"), QStringLiteral("least in layer 5"),
                           QStringLiteral("Spearman -1.00")}));
    EXPECT_EQ(numbers(QStringLiteral("Order of channels, WIFV")).mid(0, 2),
              (QStringList{QString(), QString()}))
        << "said once";
    EXPECT_EQ(cell("Agreement by layer", 1, LayerAgreementModel::Channels), QStringLiteral("1.00"));
    EXPECT_TRUE(cell("Agreement by layer", 0, LayerAgreementModel::Channels).startsWith(QLatin1Char('-')));
    EXPECT_EQ(cell("Agreement by layer", 5, LayerAgreementModel::ValueA), QStringLiteral("0.35"));
    EXPECT_EQ(cell("Agreement by layer", 5, LayerAgreementModel::ValueB), QStringLiteral("0.1"));
    EXPECT_EQ(cell("Agreement by layer", 5, LayerAgreementModel::Change), QStringLiteral("-0.25"));
    EXPECT_FALSE(panel_.scoreMap()->isEmpty());
    EXPECT_TRUE(panel_.map()->isEmpty());
    EXPECT_FALSE(panel_.widths()->isEmpty());
    EXPECT_FALSE(findNamed<QTableView>(panel_, "Steps of A and B")->isVisible());
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Take A")->isEnabled());
}

TEST_F(CompareMeasurementsTest, MetricsOfLayersAreCurvesOfBothAndTheTableFollowsTheChoice) {
    open();
    document_.setAnalysis(testing::sampleAnalysis(true));
    const auto* tabs = panel_.findChild<QTabWidget*>();
    const int curves = tabs->indexOf(panel_.layerCurves());
    static_cast<void>(verdict());
    EXPECT_TRUE(QTest::qWaitFor([&] { return !tabs->isTabVisible(curves); }, 2000))
        << "two networks have no metrics of layers";
    const QString file = QStringLiteral("/texts/roots.h5");
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    Q_EMIT engine_.analysisRead(onOtherText(), file, {});
    static_cast<void>(verdict());
    EXPECT_TRUE(tabs->isTabVisible(curves));
    LayerPairView& view = *panel_.layerCurves();
    EXPECT_TRUE(view.csv().startsWith(QStringLiteral("layer,A: block influence (1 - cosine),B: ")));
    EXPECT_TRUE(view.provenance().startsWith(QStringLiteral("A: present measurement; B: roots.h5")))
        << view.provenance().toStdString();
    auto* metric = box("Metric of the curves");
    metric->setCurrentIndex(metric->findText(QStringLiteral("leave-one-out")));
    EXPECT_TRUE(view.provenance().contains(QStringLiteral("B was measured without leave-one-out")));
    EXPECT_TRUE(view.csv().contains(QStringLiteral("\n2,30.0000")) ||
                view.csv().contains(QStringLiteral("\n2,30\n")))
        << "perplexity 13 of 10 is a change of 30 %: " << view.csv().toStdString();
    EXPECT_EQ(cell("Agreement by layer", 2, LayerAgreementModel::ValueA), QStringLiteral("30"));
    EXPECT_EQ(cell("Agreement by layer", 2, LayerAgreementModel::ValueB), QStringLiteral("-"));
    const auto* table = findNamed<QTableView>(panel_, "Agreement by layer")->model();
    EXPECT_EQ(table->headerData(LayerAgreementModel::ValueA, Qt::Horizontal).toString(),
              QStringLiteral("Leave-one-out A"));
    EXPECT_EQ(numbers(QStringLiteral("Order of layers, leave-one-out perplexity")),
              (QStringList{QStringLiteral("least in layer 0"), QStringLiteral("not measured"),
                           QStringLiteral("-")}));
}

TEST_F(CompareMeasurementsTest, MeasurementsThatWereKeptAreOfferedByWhatTheyAreOf) {
    open();
    EXPECT_EQ(engine_.analysesAsked, 1) << "when the model opened";
    const QString file = QStringLiteral("/cache/0abc.h5");
    auto other = std::make_shared<Analysis>(*onOtherText());
    other->layers.clear();
    auto foreign = std::make_shared<Analysis>(*other);
    foreign->originalLayers = 99;
    Q_EMIT engine_.analysesListed({{file, other},
                                   {QStringLiteral("/cache/1.h5"), testing::sampleAnalysis()},
                                   {QStringLiteral("/cache/2.h5"), foreign}});
    const QString text = QStringLiteral("measurement roots.txt, 4 windows of 32 tokens, of twig-6");
    pick("Side B", text);
    EXPECT_EQ(engine_.analysesRead, std::vector<QString>{file});
    const auto measurements = [&] {
        int count = 0;
        for (int i = 0; i < box("Side A")->count(); ++i)
            count += box("Side A")->itemText(i).startsWith(QStringLiteral("measurement")) ? 1 : 0;
        return count;
    };
    EXPECT_EQ(measurements(), 1) << "neither the present one nor one of another shape";
    Q_EMIT engine_.analysisRead(onOtherText(), file, {});
    EXPECT_TRUE(verdict().startsWith(QStringLiteral("A and B put channels in "))) << verdict().toStdString();
    EXPECT_EQ(box("Side B")->currentText(), text);
}

TEST_F(CompareMeasurementsTest, WhatThePlanWouldRemoveByEachFollowsThePlan) {
    open();
    const QString file = QStringLiteral("/texts/roots.h5");
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    EXPECT_EQ(pins_.choice(PlanPins::A), PinChoice{PinSource::Measurement}) << "the other side follows";
    Q_EMIT engine_.analysisRead(onOtherText(), file, {});
    WidthRequest width = document_.width();
    width.ratio = 0.5;
    width.structure = "UL-UM";
    document_.setWidth(QStringLiteral("ratio"), width);
    EXPECT_TRUE(verdict().contains(QStringLiteral("FLAP WIFV, UL-UM, at 50.0 %"))) << verdict().toStdString();
    // Half of the 32 channels of a layer. In layer 0 the reverse order has another half.
    for (const int row : {0, 1}) {
        EXPECT_EQ(cell("Agreement by layer", row, LayerAgreementModel::RemovedA), QStringLiteral("16"));
        EXPECT_EQ(cell("Agreement by layer", row, LayerAgreementModel::RemovedB), QStringLiteral("16"));
    }
    EXPECT_EQ(cell("Agreement by layer", 1, LayerAgreementModel::Shared), QStringLiteral("100.0 %"));
    EXPECT_NE(cell("Agreement by layer", 0, LayerAgreementModel::Shared), QStringLiteral("100.0 %"));
    // Back to plans: choosing one brings the other.
    pick("Side A", QStringLiteral("dense model"));
    settle();
    EXPECT_EQ(box("Side B")->currentText(), QStringLiteral("present plan"));
    EXPECT_TRUE(panel_.scoreMap()->isEmpty());
    EXPECT_TRUE(findNamed<QTableView>(panel_, "Steps of A and B")->isVisible());
}

TEST_F(CompareMeasurementsTest, AMeasurementOfAnotherShapeOrThatCannotBeReadSaysSo) {
    open();
    const QString file = QStringLiteral("/texts/short.h5");
    auto shorter = std::make_shared<Analysis>(*testing::sampleAnalysis());
    shorter->layers.pop_back();
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    Q_EMIT engine_.analysisRead(shorter, file, {});
    static_cast<void>(verdict());
    EXPECT_TRUE(hint().contains(QStringLiteral("another shape"))) << hint().toStdString();
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, QStringLiteral("/texts/gone.h5")});
    Q_EMIT engine_.analysisRead(nullptr, QStringLiteral("/texts/gone.h5"),
                                QStringLiteral("gone.h5 is missing."));
    EXPECT_EQ(verdict(), QStringLiteral("B: gone.h5 is missing."));
}

// What chopping layer 1 and keeping every second channel of layer 0 leaves, with the plan's file in its
// folder.
std::shared_ptr<const ModelSummary> madeOfTwig(const QString& folder) {
    EXPECT_TRUE(QDir().mkpath(folder));
    QFile file(folder + QStringLiteral("/secateur-plan.json"));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    QStringList even;
    for (int channel = 0; channel < testing::kChannels; channel += 2) even << QString::number(channel);
    file.write(QStringLiteral(R"({"format": "secateur-plan", "version": 1,
 "model": {"layers": 6, "fingerprint": "sha256:twig"},
 "steps": [{"step": "chop", "layers": [1]},
           {"step": "width", "method": "flap", "metric": "WIFV", "structure": "UL-UM", "ratio": 0.1, "bias": false,
            "keep": [{"layer": 0, "channels": "%1"}]}]})")
                   .arg(even.join(QLatin1Char(',')))
                   .toUtf8());
    auto made = std::make_shared<ModelSummary>(*testing::choppedModel(folder));
    made->config.layers[0].intermediateSize = testing::kChannels / 2;
    return made;
}

// Of it: layers and channels that are left, measured as in the original.
std::shared_ptr<const Analysis> measuredOfMade() {
    auto analysis = std::make_shared<Analysis>(*testing::sampleAnalysis());
    analysis->modelName = "twig-5";
    analysis->modelFingerprint = "sha256:twig-5";
    analysis->layers.erase(analysis->layers.begin() + 1);
    UnitMask even(testing::kChannels, 0);
    for (std::size_t channel = 0; channel < even.size(); channel += 2) even[channel] = 1;
    keepChannels(analysis->layers[0], even);
    for (auto* values :
         {&analysis->residual.cosine, &analysis->residual.relativeUpdate, &analysis->residual.norm})
        values->erase(values->begin() + 1);
    analysis->angular = {};
    return analysis;
}

TEST_F(CompareMeasurementsTest, WhatTheOpenModelWasMadeFromIsKnownUnitByUnit) {
    document_.setModel(madeOfTwig(folder_.filePath(QStringLiteral("twig-5"))));
    pins_.pin(PlanPins::A, {PinSource::Model, 0, QStringLiteral("/nowhere/twig-6")});
    pins_.pin(PlanPins::B, {PinSource::Dense});
    Q_EMIT engine_.modelRead(testing::sampleModel(), QStringLiteral("/nowhere/twig-6"), {});
    ASSERT_TRUE(QTest::qWaitFor([&] { return pins_.side(PlanPins::A) != nullptr; }, 2000));
    static_cast<void>(verdict());
    EXPECT_TRUE(
        panel_.map()->csv().contains(QStringLiteral("\n0,32,16,0,16,0\n1,32,0,0,32,0\n2,32,32,0,0,0\n")))
        << panel_.map()->csv().toStdString();
    EXPECT_TRUE(panel_.map()->describeUnit(0, 1).contains(QStringLiteral("removed by B alone")));
    EXPECT_TRUE(panel_.map()->describeUnit(0, 2).contains(QStringLiteral("kept by both")));
    EXPECT_EQ(cell("Differences by layer", 0, LayerDifferenceModel::OnlyB), QStringLiteral("16"));
}

TEST_F(CompareMeasurementsTest, AMeasurementOfTheOriginalIsTakenOnTheUnitsThatAreLeft) {
    document_.setModel(madeOfTwig(folder_.filePath(QStringLiteral("twig-5"))));
    document_.setAnalysis(measuredOfMade());
    const QString file = QStringLiteral("/texts/twig-6.h5");
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    Q_EMIT engine_.analysisRead(testing::sampleAnalysis(), file, {});
    EXPECT_TRUE(verdict().contains(QStringLiteral(
        "B is taken on the layers and units that twig-5 has of it, by the plan beside twig-5.")))
        << verdict().toStdString();
    EXPECT_TRUE(
        verdict().startsWith(QStringLiteral("A and B put channels in almost the same order (Spearman 1.00")))
        << "the same values on the same units: " << verdict().toStdString();
    EXPECT_TRUE(panel_.layerCurves()->csv().contains(QStringLiteral("\n2,")));
    EXPECT_FALSE(panel_.layerCurves()->csv().contains(QStringLiteral("\n1,"))) << "chopped";
}

TEST_F(CompareMeasurementsTest, AMeasurementOfWhatIsLeftNeedsThePlanThatLeftIt) {
    open();
    const QString file = QStringLiteral("/texts/twig-5.h5");
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    Q_EMIT engine_.analysisRead(measuredOfMade(), file, {});
    static_cast<void>(verdict());
    EXPECT_TRUE(hint().contains(QStringLiteral("no plan (secateur-plan.json)"))) << hint().toStdString();
    const QString folder = folder_.filePath(QStringLiteral("twig-5"));
    shelf_.readModel(folder);
    Q_EMIT engine_.modelRead(madeOfTwig(folder), folder, {});
    EXPECT_TRUE(
        verdict().contains(QStringLiteral("A is taken on the layers and units that twig-5 has of it")))
        << verdict().toStdString();
    EXPECT_TRUE(verdict().contains(QStringLiteral("What would be removed cannot be compared")));
    EXPECT_TRUE(panel_.widths()->isEmpty());
}

TEST_F(CompareMeasurementsTest, NetworksOfOneShapeMayHaveKeptOtherUnits) {
    const auto made = madeOfTwig(folder_.filePath(QStringLiteral("twig-5")));
    document_.setModel(made);
    document_.setAnalysis(measuredOfMade());
    auto foreign = std::make_shared<Analysis>(*measuredOfMade());
    foreign->modelFingerprint = "sha256:another";
    const QString file = QStringLiteral("/texts/another.h5");
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    Q_EMIT engine_.analysisRead(foreign, file, {});
    EXPECT_TRUE(verdict().contains(QStringLiteral("whether both networks kept the same ones is not known")))
        << verdict().toStdString();
    auto healed = std::make_shared<ModelSummary>(*made);
    healed->fingerprint = "sha256:another";
    healed->path = "/runs/healed";
    auto run = std::make_shared<RunRecord>(testing::sampleRun("healed", RunState::Complete, 20));
    run->request.model = made->path;
    healed->healedBy = run;
    shelf_.readModel(QStringLiteral("/runs/healed"));
    Q_EMIT engine_.modelRead(healed, QStringLiteral("/runs/healed"), {});
    EXPECT_FALSE(verdict().contains(QStringLiteral("is not known"))) << "one heals the other";
}

}  // namespace
}  // namespace secateur
