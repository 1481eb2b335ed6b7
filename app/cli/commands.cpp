// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "app/cli/command.h"

namespace secateur::cli {

std::span<const Command> commands() {
    static constexpr std::array kCommands{
        Command{"info", "what a checkpoint is: shape, sizes, dtype", declareInfo},
        Command{"tokenize", "text to token ids and back", declareTokenize},
        Command{"ppl", "perplexity of a text", declarePerplexity},
        Command{"logits", "logits of one window as a safetensors file", declareLogits},
        Command{"measure", "one pass over calibration text: the analysis file", declareMeasure},
        Command{"scores", "scores of units or layers from an analysis", declareScores},
        Command{"stability", "which scores hold over seeds, samples and texts", declareStability},
        Command{"plan", "decide what to cut", declarePlan},
        Command{"preview", "perplexity of a plan before anything is written", declarePreview},
        Command{"losses", "which tokens a plan costs, worst first", declareLosses},
        Command{"complete", "text that the network writes, dense and planned", declareComplete},
        Command{"evaluate", "questions of tasks, and how far two networks differ", declareEvaluate},
        Command{"bench", "how fast it writes here, dense and planned", declareBench},
        Command{"solve", "plans that just meet a target, measured and ranked", declareSolve},
        Command{"sweep", "perplexity against size over many ratios", declareSweep},
        Command{"apply", "write the smaller checkpoint", declareApply},
        Command{"export", "write the checkpoint in a chosen format", declareExport},
        Command{"heal", "train the smaller checkpoint until it recovers", declareHeal},
        Command{"report", "one HTML page: plan, figures, protocol, commands", declareReport},
        Command{"run", "a job file: many steps, resumable", declareRun},
        Command{"methods", "the methods: formulas, citations, options", declareMethods},
        Command{"selftest", "the golden comparisons on this machine and device", declareSelftest},
    };
    return kCommands;
}

const Command* findCommand(const std::string& name) {
    for (const Command& command : commands()) {
        if (name == command.name) return &command;
    }
    return nullptr;
}

void usageError(const std::string& message) {
    throw CLI::ParseError(message, CLI::ExitCodes::InvalidError);
}

}  // namespace secateur::cli
