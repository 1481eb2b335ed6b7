// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is known about a checkpoint from its headers alone, without reading a weight.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/data/network_config.h"
#include "core/data/run_record.h"

namespace secateur {

struct PartSize {
    std::string part;  // "embedding", "attention", "MLP", "norms and biases", "output head"
    std::int64_t parameters = 0;
};

struct ModelSummary {
    std::string name;         // folder name
    std::string path;         // absolute checkpoint folder
    std::string dtype;        // as stored: "float32", "float16", "bfloat16"; "mixed" when tensors differ
    std::string fingerprint;  // "sha256:..." (design: canonical config, tensor headers, first and last 4 KiB
                              // of every tensor)
    std::int64_t bytes = 0;   // of all tensors, tied ones once
    std::int64_t fileBytes = 0;  // of the weight files as they lie on the disk; 0: not known
    std::int64_t parameters = 0;
    std::int64_t decoderLinearParameters = 0;
    bool hasTokenizer = false;
    std::vector<PartSize> parts;
    NetworkConfig config;
    std::shared_ptr<const RunRecord> healedBy;  // the run whose result it is, from run.json beside it
    std::vector<std::string> warnings;          // what is odd about the files, in sentences
};

}  // namespace secateur
