// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/selftest.h"

#include <filesystem>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace {

struct Folders {
    std::string golden = SECATEUR_GOLDEN_FOLDER;
    std::string demo = SECATEUR_DEMO_FOLDER;
};

// The demo lies beside the goldens' source tree, or beside the program of a portable tree.
std::filesystem::path demoFolder(const Folders& folders, const std::filesystem::path& golden) {
    const auto besideSource = golden / ".." / ".." / "resources" / "demo";
    return std::filesystem::exists(besideSource) ? besideSource : std::filesystem::path(folders.demo);
}

Json toJson(const SelftestRow& row) {
    return {{"case", row.testCase},
            {"quantity", row.quantity},
            {"deviation", row.deviation},
            {"tolerance", row.tolerance},
            {"passed", row.passed}};
}

std::string lineOf(const SelftestRow& row) {
    return std::string(row.passed ? "pass  " : "FAIL  ") + row.testCase + ": " + row.quantity +
           ", deviation " + formatScore(row.deviation) + ", tolerance " + formatScore(row.tolerance) + "\n";
}

void runAll(const Folders& folders, const SharedOptions& shared, bool all, Console& console) {
    const std::filesystem::path golden = folders.golden;
    Json rows = Json::array();
    Table summary({"case", "passed", "failed", "worst share of tolerance"});
    int failed = 0;
    for (const SelftestCase& testCase : selftestCases(golden, demoFolder(folders, golden))) {
        int passedHere = 0;
        int failedHere = 0;
        double worst = 0.0;
        const auto onRow = [&](const SelftestRow& row) {
            row.passed ? ++passedHere : ++failedHere;
            if (row.tolerance > 0.0) worst = std::max(worst, row.deviation / row.tolerance);
            rows.push_back(toJson(row));
            if (!console.json() && (all || !row.passed)) console.print(lineOf(row));
        };
        static_cast<void>(runSelftest(testCase, shared.device, console.job(), onRow));
        summary.add(
            {testCase.name, std::to_string(passedHere), std::to_string(failedHere), formatPercent(worst)});
        failed += failedHere;
    }
    if (console.json())
        console.printJson({{"device", shared.device},
                           {"failed", failed},
                           {"passed", rows.size() - static_cast<std::size_t>(failed)},
                           {"rows", rows}});
    else
        console.print(summary.text());
    if (failed > 0)
        throw Error(ErrorCode::Internal,
                    std::to_string(failed) + " golden comparisons failed on " + shared.device,
                    "run again with --all to see every figure");
}

}  // namespace

Action declareSelftest(CLI::App& app, SharedOptions& shared) {
    auto folders = std::make_shared<Folders>();
    auto all = std::make_shared<bool>(false);
    app.add_option("--golden", folders->golden, "folder of golden cases: tests/golden of the source tree")
        ->type_name("DIR");
    app.add_flag("--all", *all, "a line for every figure, not only for those that fail");
    addShared(app, shared, {.network = true});
    return [folders, all, &shared](Console& console) { runAll(*folders, shared, *all, console); };
}

}  // namespace secateur::cli
