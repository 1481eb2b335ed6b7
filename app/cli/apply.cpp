// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/writing.h"

namespace secateur::cli {

Action declareApply(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<WriteOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Optional);
    app.add_option("--plan", options->plan, "Plan file of secateur plan")->required()->type_name("FILE");
    addWriteOptions(app, *options);
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    app.footer("The same as secateur export --to hf.");
    return [&shared, options](Console& console) { writeCheckpoint(shared, *options, console); };
}

}  // namespace secateur::cli
