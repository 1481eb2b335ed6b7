// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/optimizer_fill.h"

#include <map>
#include <optional>

#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/heal/batches.h"
#include "core/heal/layer_match.h"
#include "core/model/layer_weights.h"
#include "core/planning/heal_forecast.h"

namespace secateur {

namespace {

constexpr const char* kWithout = "or leave them out with --fill-steps 0";

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const std::int64_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
    return text;
}

void requireSameShape(const Checkpoint& cut, const std::string& name, const Checkpoint& uncut,
                      const std::string& there) {
    const std::string hint =
        "steps before the cut suit checkpoints that have lost whole layers and nothing else: use the one "
        "that "
        "was cut as the teacher, " +
        std::string(kWithout);
    if (!uncut.has(there))
        throw Error(ErrorCode::InvalidArgument,
                    "the uncut network " + uncut.folder().string() + " has no " + there + " for " + name +
                        " of " + cut.summary().name,
                    hint);
    const auto &here = cut.tensor(name).shape, &other = uncut.tensor(there).shape;
    if (here != other)
        throw Error(ErrorCode::InvalidArgument,
                    name + " is " + shapeText(here) + ", " + there + " of the uncut network " +
                        uncut.folder().string() + " is " + shapeText(other),
                    hint);
}

// The uncut network as it learns in these steps: everything, to predict the next token.
HealOptions optionsOfFill(const HealOptions& options) {
    HealOptions uncut = options;
    uncut.method = HealMethod::Continued;
    uncut.frozenLayers.clear();
    return uncut;
}

class Filling {
public:
    Filling(const HealInputs& inputs, const TokenWindows& training, Moments& moments)
        : inputs_(inputs),
          training_(training),
          options_(optionsOfFill(inputs.options)),
          network_(inputs.teacher, inputs.place, options_, training.seqLen),
          trainer_(network_, nullptr, options_) {
        trainer_.resumeAt(moments.updates);
        std::map<std::string, std::size_t> places;
        for (std::size_t i = 0; i < network_.parameters().size(); ++i)
            places[network_.parameters()[i].name] = i;
        for (auto& [name, there] : carriedTensors(*inputs.checkpoint, *inputs.teacher, inputs.options))
            carried_.emplace_back(name, places.at(there));
        const c10::NoGradGuard quiet;
        for (const auto& [name, place] : carried_) {
            const auto found = moments.of.find(name);
            if (found == moments.of.end()) continue;
            trainer_.firstMoments()[place].copy_(found->second.first);
            trainer_.secondMoments()[place].copy_(found->second.second);
        }
        moments.of.clear();
    }

    void step(std::int64_t number) {
        const std::vector<int> which =
            windowsOfStep(options_.seed, number, options_.batchWindows, training_.count());
        trainer_.step(idsOf(training_, which, inputs_.place.device), 0.0);
    }

    // Of a layer that is repeated each repetition has its own.
    [[nodiscard]] Moments moments(std::int64_t updates) const {
        Moments moments{{}, updates};
        for (const auto& [name, place] : carried_)
            moments.of[name] = {trainer_.firstMoments()[place].clone(),
                                trainer_.secondMoments()[place].clone()};
        return moments;
    }

private:
    const HealInputs& inputs_;
    const TokenWindows& training_;
    HealOptions options_;
    TrainableNetwork network_;
    Trainer trainer_;
    std::vector<std::pair<std::string, std::size_t>> carried_;  // name in the cut network, parameter here
};

}  // namespace

std::vector<std::pair<std::string, std::string>> carriedTensors(const Checkpoint& cut,
                                                                const Checkpoint& uncut,
                                                                const HealOptions& options) {
    const NetworkConfig& network = cut.config();
    const std::vector<int> matched = matchedLayers(network, uncut.config(), kWithout);
    std::vector<std::pair<std::string, std::string>> names;
    for (int position = 0; position < network.layerCount(); ++position) {
        if (!layerLearns(options, position)) continue;
        const LayerConfig& layer = network.layers[static_cast<std::size_t>(position)];
        for (const LayerTensor& member : layerTensors())
            if (member.present(network, layer))
                names.emplace_back(member.nameIn(position),
                                   member.nameIn(matched[static_cast<std::size_t>(position)]));
    }
    if (!options.freezeEmbeddings) {
        names.emplace_back(kEmbeddingName, kEmbeddingName);
        if (!network.tiedEmbeddings) names.emplace_back(kOutputHeadName, kOutputHeadName);
    }
    names.emplace_back(kFinalNormName, kFinalNormName);
    for (const auto& [name, there] : names) requireSameShape(cut, name, uncut, there);
    return names;
}

Moments filledMoments(const HealInputs& inputs, const TokenWindows& training,
                      const nlohmann::ordered_json& identity, const RunFolder& folder, JobContext& context) {
    const std::int64_t steps = fillStepsOf(inputs.options);
    Moments moments = folder.loadFill(identity, context).value_or(Moments{});
    if (moments.updates >= steps) return moments;
    context.beginStage("fill the optimizer", static_cast<double>(steps), "steps");
    std::int64_t done = moments.updates;
    Filling filling(inputs, training, moments);
    context.advanceTo(static_cast<double>(done));
    const int every = inputs.options.checkpointEvery;
    while (done < steps) {
        filling.step(done++);
        if (done == steps || (every > 0 && done % every == 0))
            folder.saveFill(filling.moments(done), identity);
        context.advanceTo(static_cast<double>(done));
    }
    return filling.moments(done);
}

}  // namespace secateur
