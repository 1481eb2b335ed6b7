// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files of plans for the sample network, as different versions and people wrote them.
#pragma once

namespace secateur::testing {

// Two chops around a width step.
inline constexpr const char* kTwoChops = R"({"format": "secateur-plan", "version": 1, "model": {"layers": 6},
 "steps": [{"step": "chop", "layers": [4]},
           {"step": "width", "method": "flap", "metric": "WIFV", "structure": "AL-AM", "ratio": 0.1, "bias": true,
            "keep": [{"layer": 0, "channels": "0-15"}]},
           {"step": "chop", "layers": [5], "attention": [1]}]}
)";
// As the first version wrote them.
inline constexpr const char* kFirstVersion = R"({
  "format": "secateur-plan",
  "version": 1,
  "model": {"name": "twig-6", "architecture": "llama", "layers": 6},
  "created": {"tool": "secateur 0.1.0", "time": "2026-11-22T10:00:00Z"},
  "steps": [
    {"step": "chop", "layers": [3], "chosen_by": {"strategy": "block-influence", "count": 1}},
    {"step": "width", "method": "flap", "metric": "WIFV", "structure": "AL-AM", "ratio": 0.2, "bias": true,
     "protect": [0], "keep": [{"layer": 1, "channels": "0-2,5"}]}
  ]
}
)";
// With biases from other statistics than the analysis has.
inline constexpr const char* kReferenceStatistics =
    R"({"format": "secateur-plan", "version": 1, "model": {"layers": 6},
 "calibration": {"source": "leaves.txt", "sha256": "ff", "samples": 4, "seq_len": 32, "seed": 0, "statistics": "reference"},
 "steps": [{"step": "width", "method": "flap", "metric": "WIFV", "structure": "AL-AM", "ratio": 0.1, "bias": false,
            "keep": [{"layer": 0, "channels": "0-15"}]}]}
)";

}  // namespace secateur::testing
