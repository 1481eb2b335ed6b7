// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"

#include "core/report/figures.h"
#include "core/report/html.h"
#include "core/report/report_text.h"

namespace secateur::report {

namespace {

constexpr const char* kStyle = R"(
:root{--paper:#fff;--ink:#222;--muted:#595959;--grid:#ddd;--kept:#0072b2;--gone:#dcdcdc;--note:#8a4b00}
@media (prefers-color-scheme:dark){:root{--paper:#17191b;--ink:#e8e8e8;--muted:#a8a8a8;--grid:#3c4043;--kept:#56b4e9;--gone:#3c4043;--note:#ffb870}}
@media print{:root{--paper:#fff;--ink:#000;--muted:#444;--grid:#ccc;--kept:#0072b2;--gone:#dcdcdc;--note:#5a3100}
figure details::details-content{content-visibility:visible;display:block}figure,tr{break-inside:avoid}}
body{background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}h2{font-size:1.25rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--grid);padding-bottom:.2rem}
h3{font-size:1.05rem;margin:1.6rem 0 .4rem}
table{border-collapse:collapse;font-size:.95rem}th,td{text-align:left;padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--grid);vertical-align:top}
th{font-weight:600}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
#headline td{text-align:right;white-space:nowrap}#headline thead th+th{text-align:right}
.wide{overflow-x:auto}figure{margin:0}figcaption,.muted{color:var(--muted);font-size:.9rem}.note{color:var(--note)}
pre{overflow-x:auto;font:.85rem/1.45 ui-monospace,monospace;border:1px solid var(--grid);padding:.7rem;white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--muted);margin:.4rem 0}svg{max-width:100%;height:auto;display:block}td{overflow-wrap:break-word}#model .n{text-align:left}
)";

}  // namespace

std::string htmlReport(const ReportInput& input) {
    const std::string title = input.model.name + ": compression report";
    std::string text =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
        "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>" +
        escaped(title) + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n<header>\n<h1>" +
        escaped(title) + "</h1>\n" +
        paragraph(input.tool + (input.time.empty() ? "" : ", " + input.time), "muted") +
        "</header>\n<main>\n";
    text += headline(input) + planSteps(input) + textHygiene(input);
    text +=
        section("figures", "Figures",
                keptWidths(input) + channelPicture(input) + importanceProfile(input) +
                    leaveOneOutProfile(input) + tradeOff(input) + chopCurves(input) + healingCurves(input));
    if (input.analysis == nullptr)
        text += paragraph("There was no measurement of the network: figures of scores are left out.", "note");
    text += modelFacts(input) + citations(input) + howToRepeat(input);
    return text + "</main>\n</body>\n</html>\n";
}

}  // namespace secateur::report
