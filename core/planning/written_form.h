// SPDX-License-Identifier: GPL-3.0-or-later
//
// What `apply` writes of a network, decided before anything is computed: shapes, layout and the size of the
// weight files to the byte. The compressor writes by the same decision. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/model_summary.h"
#include "core/data/network_state.h"
#include "core/data/plan.h"

namespace secateur {

struct WrittenForm {
    NetworkConfig network;  // the shapes of the tensors
    bool stock = true;      // loads in the classes that transformers ships; else it has per-layer lists
    bool masked = false;    // full shape, what was removed is zero
};

// "hf": the stock layout when the shapes allow it, else per-layer lists. "hf-masked": every layer at the
// width of the opened checkpoint's widest. Quantized and sparse linears are written as matrices of the
// checkpoint's dtype. Throws Unsupported for another format and for what the format cannot hold.
[[nodiscard]] WrittenForm writtenForm(const NetworkState& state, const std::string& format);
// The formats that there are, as `export --to` names them.
[[nodiscard]] const std::vector<std::string>& writtenFormats();

// The weight files of `format`. None where sizes cannot be promised: a checkpoint of mixed dtypes, a network
// that the format cannot hold.
[[nodiscard]] std::optional<WeightFiles> weightFiles(const ModelSummary& model, const NetworkState& state,
                                                     const std::string& format = "hf");

}  // namespace secateur
