// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writing a checkpoint: what `apply` and `export` share.
#pragma once

#include <string>

#include "app/cli/console.h"
#include "app/cli/shared_options.h"

namespace secateur::cli {

struct WriteOptions {
    std::string plan;  // empty: the model as it is
    std::string analysis;
    std::string format = "hf";
    std::string outDtype;
    std::string output;
};

// --analysis, --out-dtype and -o.
void addWriteOptions(CLI::App& app, WriteOptions& options);
void writeCheckpoint(const SharedOptions& shared, const WriteOptions& options, Console& console);

}  // namespace secateur::cli
