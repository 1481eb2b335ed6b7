// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is known of a healing run from its folder: what was asked for, how far it came, its curves. Written as
// run.json beside the curves (docs/formats/run.md), so that runs outlive the program that made them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/heal.h"
#include "core/data/text_overlap.h"
#include "core/data/tokens.h"

namespace secateur {

enum class RunState {
    Running,      // a living process holds the folder
    Paused,       // stopped on request, with a checkpoint
    Interrupted,  // killed, cancelled or failed; goes on from its last checkpoint
    Complete,
};
[[nodiscard]] const char* name(RunState state);  // "running", "paused", "interrupted", "complete"

// Everything needed to start the run again. Files are absolute paths.
struct RunRequest {
    std::string model;    // folder of the checkpoint that is healed
    std::string teacher;  // folder of the uncompressed checkpoint; empty: none
    TextSource text;
    WindowOptions windows;
    TextSource evalText;  // may be empty
    WindowOptions evalWindows;
    HealOptions options;
};

// A text as it was used.
struct UsedText {
    std::string source;  // file name
    std::string sha256;
    int windows = 0;
    int seqLen = 0;
    bool operator==(const UsedText&) const = default;
};

[[nodiscard]] UsedText usedText(const TokenWindows& windows);

struct RunRecord {
    std::string folder;  // absolute
    std::string name;    // of the folder
    RunState state = RunState::Interrupted;
    RunRequest request;
    std::string modelName;
    std::string protocol;  // held-out windows, dtype and device of the perplexities
    std::string problem;   // why it ended, when it failed
    std::string tool;      // that wrote it
    std::optional<UsedText> training;
    std::optional<UsedText> heldOut;
    std::vector<TextOverlap> overlaps;     // of the held-out windows with those that were learned from
    std::optional<std::int64_t> bestStep;  // whose checkpoint is the result, where the best was kept
    std::int64_t parameters = 0;
    std::int64_t bytes = 0;
    std::optional<double> densePerplexity;  // of the teacher on the same held-out windows
    std::optional<double> evalBefore;       // of the checkpoint as it was
    std::optional<double> evalPerplexity;   // the last that was measured, or the best that was kept
    // Of these three, over the held-out windows. None for one window, and in runs of earlier versions.
    std::optional<double> denseStandardError;
    std::optional<double> standardErrorBefore;
    std::optional<double> standardError;
    std::int64_t steps = 0;
    std::int64_t tokens = 0;
    double seconds = 0.0;
    double flops = 0.0;
    std::vector<HealPoint> points;
};

// The windows that the run is judged on, where they can be cut without the training text: those of a text of
// their own, or the last ones of the training text.
struct HeldOutWindows {
    TextSource text;
    WindowOptions windows;
};
[[nodiscard]] std::optional<HeldOutWindows> heldOutOf(const RunRequest& run);

// run.json without the curves and the folder. parseRun throws Corrupt or InvalidArgument naming `origin` and
// the place.
[[nodiscard]] std::string toJson(const RunRecord& record);
[[nodiscard]] RunRecord parseRun(const std::string& text, const std::string& origin);

}  // namespace secateur
