// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/writing.h"

namespace secateur::cli {

Action declareExport(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<WriteOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Optional);
    app.add_option("--plan", options->plan, "Plan file of secateur plan (default: the model as it is)")
        ->type_name("FILE");
    app.add_option(
           "--to", options->format,
           "hf: smaller tensors, stock where all layers have one width and no linear is low-rank, with "
           "a modelling file otherwise; hf-masked: full shape with zeros and biases, stock, saves no "
           "memory")
        ->required()
        ->type_name("FORMAT");
    addWriteOptions(app, *options);
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    return [&shared, options](Console& console) { writeCheckpoint(shared, *options, console); };
}

}  // namespace secateur::cli
