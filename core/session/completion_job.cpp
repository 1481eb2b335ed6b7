// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::complete: text that the network, or what a plan leaves of it, writes.
#include <chrono>

#include "core/base/error.h"
#include "core/data/token_text.h"
#include "core/evaluate/completion.h"
#include "core/model/checks.h"
#include "core/session/local_session.h"
#include "core/storage/tokenizer.h"

namespace secateur {

namespace {

std::vector<std::int32_t> promptOf(const Tokenizer& tokenizer, const std::optional<std::int32_t>& bos,
                                   const std::optional<std::int32_t>& eos, const CompletionOptions& options) {
    std::vector<std::int32_t> ids;
    if (options.bos) {
        if (!bos)
            throw Error(ErrorCode::InvalidArgument, "the tokenizer has no BOS token to begin with",
                        "leave out --bos");
        ids.push_back(*bos);
    }
    const std::vector<std::int32_t> text = tokenizer.encode(options.prompt, false);
    ids.insert(ids.end(), text.begin(), text.end());
    if (!ids.empty()) return ids;
    if (bos) return {*bos};
    if (eos) return {*eos};
    throw Error(ErrorCode::InvalidArgument,
                "the prompt is empty, and the tokenizer has no token to begin with", "write a prompt");
}

}  // namespace

Completion LocalSession::complete(const CompletionOptions& options, const CompletionNetwork& network,
                                  JobContext& context, const TextCallback& onText) {
    const auto start = std::chrono::steady_clock::now();
    const std::unique_ptr<Tokenizer> tokenizer = Tokenizer::open(checkpoint_->folder());
    const auto bos = bosIdOf(*tokenizer, checkpoint_->folder());
    const auto eos = eosIdOf(*tokenizer, checkpoint_->folder());
    Completion completion;
    completion.promptIds = promptOf(*tokenizer, bos, eos, options);
    requireIdsInVocabulary(completion.promptIds, "the prompt");
    TextStream stream;
    const auto show = [&](const std::string& text) {
        if (text.empty()) return;
        completion.text += text;
        if (onText) onText(text);
    };
    const auto write = [&](WeightSource& weights) {
        context.beginStage("write", std::max(options.tokens, 1), "tokens");
        const WrittenTokens written = writeTokens(
            weights, completion.promptIds, eos.value_or(-1), options,
            [&](std::int32_t id) { show(stream.add(tokenizer->bytesOf(id))); }, context);
        show(stream.finish());
        completion.ids = written.ids;
        completion.ended = written.ended;
        completion.meanLoss = written.meanLoss;
    };
    guarded([&] {
        considerResident();
        if (network.plan == nullptr) return write(weights_);
        requireSameModel(*network.plan);
        const Planned planned =
            networkAfter(*network.plan, {network.analysis, network.calibration, network.windows}, context);
        WeightSource weights(planned.source, place_, memory_);
        weights.shareWith(&weights_);
        // Every token reads all layers.
        keepIfItFits(weights);
        write(weights);
    });
    completion.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return completion;
}

}  // namespace secateur
