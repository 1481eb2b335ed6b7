// SPDX-License-Identifier: GPL-3.0-or-later
//
// The page stands alone, says what it was told and escapes it, and has a figure for all that was measured.
#include "core/report/report.h"

#include <regex>

#include <gmock/gmock.h>

#include "core/planning/planner.h"
#include "core/planning/requests.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kHostile = "<script>alert('x')</script>\"&\x01";

// The elements that are open where the text ends; fails for an end that does not match. Comments, CDATA and
// unquoted attributes have no place in a report.
std::vector<std::string> openElements(const std::string& page) {
    std::vector<std::string> open;
    const std::regex tag(R"(<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z:-]+="[^"<]*")*)\s*(/?)>)");
    std::size_t at = page.find('\n');  // after the doctype
    while ((at = page.find('<', at)) != std::string::npos) {
        std::smatch match;
        const std::string rest = page.substr(at, 4'000'000);
        if (!std::regex_search(rest, match, tag, std::regex_constants::match_continuous)) {
            ADD_FAILURE() << "no element at: " << page.substr(at, 80);
            return open;
        }
        if (match[4] == "/") {
        } else if (match[1] == "/") {
            EXPECT_FALSE(open.empty());
            if (open.empty()) return open;
            EXPECT_EQ(open.back(), match[2]) << page.substr(at - 200, 300);
            open.pop_back();
        } else {
            open.push_back(match[2]);
        }
        at += static_cast<std::size_t>(match.length());
    }
    return open;
}

class Report : public testing::Test {
protected:
    Report() {
        auto analysis = test::randomAnalysis(model_.config);
        test::addResidual(analysis, {0.4f, 0.1f, 0.2f, 0.3f});
        analysis.leaveOneOut = LeaveOneOut{10.0, {20.0f, 10.5f, 11.0f, 12.0f}, {}, {}};
        analysis.tool = "secateur 0.0.9";
        input_.analysis = std::make_shared<const Analysis>(analysis);
        PlanRequest request;
        ChopRequest chop;
        chop.layers = {1};
        request.steps.emplace_back(chop);
        WidthRequest width;
        width.ratio = 0.25;
        request.steps.emplace_back(width);
        input_.model = model_;
        PlanResult made = makePlan(model_, &analysis, request);
        input_.plan = made.plan;
        input_.warnings = made.warnings;
        input_.methods = methods();
        input_.methods.push_back(healStepInfo());
        input_.tool = "secateur 0.1.0";
        input_.time = "2026-11-30T12:00:00Z";
        input_.commands = {"secateur preview toy --plan 'my plan.json'"};
    }

    static PreviewReport previewed(const Plan& plan) {
        PreviewReport report;
        report.densePerplexity = 10.5;
        report.planPerplexity = 12.25;
        report.denseStandardError = 0.125;
        report.planStandardError = 0.25;
        report.changeStandardError = 0.01;
        report.accounting = *plan.accounting;
        report.protocol = "chunked, 8 windows of 32 tokens, no BOS, float32, cpu, leaves.txt";
        return report;
    }

    std::string page() const { return report::htmlReport(input_); }

    ModelSummary model_ = test::summary(test::network({4}));
    report::ReportInput input_;
};

TEST_F(Report, IsWellFormedAndAsksForNothingFromAnywhere) {
    input_.preview = previewed(input_.plan);
    const std::string text = page();
    EXPECT_THAT(openElements(text), testing::IsEmpty());
    for (const char* outside : {"http:", "https:", "src=", "href=", "@import", "<script", "<link", "<iframe",
                                "javascript:", "onload", "<object", "<img"})
        EXPECT_THAT(text, Not(HasSubstr(outside)));
    for (std::size_t at = text.find("url("); at != std::string::npos; at = text.find("url(", at + 1))
        EXPECT_EQ(text.compare(at, 5, "url(#"), 0);
}

TEST_F(Report, APlanThatRemovesNothingIsNotSaidToChangeLittle) {
    input_.preview = previewed(input_.plan);
    input_.preview->planPerplexity = input_.preview->densePerplexity;
    EXPECT_THAT(page(), HasSubstr("The change is smaller than its standard error."));
    input_.plan = makePlan(model_, input_.analysis.get(), {}).plan;
    EXPECT_THAT(page(), HasSubstr("The plan removes nothing."));
    EXPECT_THAT(page(), Not(HasSubstr("smaller than its standard error")));
}

TEST_F(Report, EscapesAllThatComesFromFiles) {
    input_.model.name = input_.plan.model.name = kHostile;
    input_.plan.calibration->source = kHostile;
    input_.preview = previewed(input_.plan);
    input_.preview->protocol = kHostile;
    input_.preview->overlaps = {{TextPurpose::Training, kHostile, 3, 8}};
    input_.previews = {{kHostile, 1000, 0.1, 9.0, kHostile}, {"other", 2000, 0.0, 8.0, "b"}};
    input_.commands = {kHostile};
    RunRecord run;
    run.name = run.protocol = kHostile;
    run.request.text.textFile = std::string("/texts/") + kHostile;
    run.evalBefore = 3.0;
    run.points.push_back({.step = 5, .evalPerplexity = 2.0, .evalStandardError = {}});
    input_.runs = {run};
    auto lab = std::make_shared<ChopSweepReport>();
    lab->densePerplexity = 5.0;
    lab->rows = {{kHostile, 1, {}, {}, 6.0}, {kHostile, 2, {}, {}, 7.0}};
    lab->protocol = kHostile;
    input_.lab = lab;
    auto analysis = std::make_shared<Analysis>(*input_.analysis);
    analysis->calibration.source = analysis->tool = analysis->dtype = kHostile;
    input_.analysis = analysis;
    const std::string text = page();
    EXPECT_THAT(openElements(text), testing::IsEmpty());
    EXPECT_THAT(text, Not(HasSubstr("<script")));
    EXPECT_THAT(text, Not(HasSubstr("\x01")));
    EXPECT_THAT(text, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\\x01"));
}

TEST_F(Report, NumbersAreExactBesideWhatIsRead) {
    input_.preview = previewed(input_.plan);
    const std::string text = page();
    EXPECT_THAT(text, HasSubstr("data-value=\"10.5\">10.500 ± 0.12</td>"));
    EXPECT_THAT(text, HasSubstr("data-value=\"12.25\">"));
    EXPECT_THAT(
        text, HasSubstr("data-value=\"" + std::to_string(input_.plan.accounting->files->bytesAfter) + "\""));
    EXPECT_THAT(text, HasSubstr("Weight files, written as hf"));
    EXPECT_THAT(text, HasSubstr("data-value=\"" + std::to_string(input_.plan.accounting->parametersAfter)));
}

TEST_F(Report, SaysOnWhichTextsAndWhatTheyHadBeenUsedFor) {
    EXPECT_THAT(page(), HasSubstr("Perplexity was not measured for this report."));
    input_.preview = previewed(input_.plan);
    std::string text = page();
    EXPECT_THAT(text, HasSubstr("The plan was calibrated on toy.txt, 16 windows of 48 tokens"));
    EXPECT_THAT(text, HasSubstr("sha256 abc"));
    EXPECT_THAT(text, HasSubstr("Perplexity: chunked, 8 windows of 32 tokens"));
    EXPECT_THAT(text, HasSubstr("No window that the perplexity was measured on was found"));
    input_.preview->overlaps = {{TextPurpose::Calibration, "toy.txt", 4, 8}};
    text = page();
    EXPECT_THAT(text, HasSubstr("Not new text: calibrated on this text: 4 of 8 windows (toy.txt)."));
    EXPECT_THAT(text, Not(HasSubstr("No window that the perplexity")));
    // Widths after a chop that were scored on the whole network.
    EXPECT_THAT(text, HasSubstr("not of what they left"));
}

TEST_F(Report, HasAFigureWithItsNumbersForAllThatIsKnown) {
    const auto figures = [](const std::string& text) {
        std::vector<std::string> ids;
        for (const char* id :
             {"widths", "channels", "importance", "leave-one-out", "trade-off", "chops", "healing"})
            if (text.find("<figure id=\"" + std::string(id) + "\">") != std::string::npos)
                ids.emplace_back(id);
        return ids;
    };
    EXPECT_THAT(figures(page()), testing::ElementsAre("widths", "channels", "importance", "leave-one-out"));
    input_.previews = {{"a", 1000, 0.1, 9.0, "p"}, {"b", 2000, 0.0, 8.0, "p"}};
    auto lab = std::make_shared<ChopSweepReport>();
    lab->rows = {{"input", 1, {}, {}, 6.0}};
    input_.lab = lab;
    RunRecord run;
    run.name = "lora-1";
    run.evalBefore = 3.0;
    run.standardErrorBefore = 0.25;
    input_.runs = {run};
    const std::string text = page();
    EXPECT_THAT(text, HasSubstr("3.000 \u00b1 0.25"));
    EXPECT_THAT(figures(text), testing::ElementsAre("widths", "channels", "importance", "leave-one-out",
                                                    "trade-off", "chops", "healing"));
    // A layer left out: 20 against 10 is a hundred per cent.
    EXPECT_THAT(text, HasSubstr("data-value=\"100\">100</td>"));
    EXPECT_THAT(text, HasSubstr("<th scope=\"row\">lora-1</th>"));
    input_.analysis = nullptr;
    EXPECT_THAT(page(), HasSubstr("There was no measurement of the network"));
}

// Layer 0 costs a thousand times what the others cost: these are still told apart.
TEST_F(Report, AnOutlierLeavesTheOtherLayersVisible) {
    auto analysis = std::make_shared<Analysis>(*input_.analysis);
    analysis->leaveOneOut->layer = {20000.0f, 9.5f, 11.0f, 12.0f};
    input_.analysis = analysis;
    const std::string text = page();
    EXPECT_THAT(text, HasSubstr("Layer 0 lies far above the drawing, at 1.999e+05."));
    EXPECT_THAT(text, HasSubstr("<th scope=\"row\" class=\"n\" data-value=\"0\">0</th>"));
}

TEST_F(Report, SaysWhatIsCutAndCitesHow) {
    const std::string text = page();
    EXPECT_THAT(text, HasSubstr("<li>removed layer 1 (chosen by explicit)</li>"));
    EXPECT_THAT(text,
                HasSubstr("<li>narrowed by flap, metric WIFV, structure AL-AM, ratio 25.0 % of the linear "
                          "weights that earlier steps left"));
    EXPECT_THAT(text, HasSubstr("&quot;format&quot;: &quot;secateur-plan&quot;"));
    const auto flap = std::ranges::find(input_.methods, "flap", &MethodInfo::name);
    ASSERT_NE(flap, input_.methods.end());
    EXPECT_THAT(text, HasSubstr(flap->citation.substr(0, 20)));
    EXPECT_THAT(text, HasSubstr("secateur preview toy --plan &#39;my plan.json&#39;"));
    EXPECT_THAT(text,
                HasSubstr("Made by secateur 0.1.0 at 2026-11-30T12:00:00Z; measured by secateur 0.0.9."));
}

}  // namespace
}  // namespace secateur
