// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Python files of resources/hf, embedded at build time, that let transformers load checkpoints with
// per-layer widths. Internal to storage.
#pragma once

#include <span>
#include <string_view>

namespace secateur {

struct ModellingFile {
    const char* name;
    std::string_view content;
};

[[nodiscard]] std::span<const ModellingFile> modellingFiles();

}  // namespace secateur
