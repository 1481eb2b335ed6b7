// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reads the questions of the field's tasks from .jsonl files, as their authors publish them (a JSON object a
// line; .gz of it too), and words them as lm-evaluation-harness (0.4) does.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/evaluation.h"

namespace secateur {

// "arc", "boolq", ...; of files of one's own "choice" (context, choices, answer) and "documents" (text).
[[nodiscard]] std::vector<std::string> taskNames();

// Throws InvalidArgument for a task that there is not, listing those that there are, and for a file without
// questions; NotFound; Corrupt naming the line and the key for a missing or wrong field, no answers, or a
// right answer that is none of them; a line that looks like another task's says which.
[[nodiscard]] Task readTask(const std::string& name, const std::filesystem::path& file);

}  // namespace secateur
