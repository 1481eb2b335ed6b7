// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/plan_inputs.h"
#include "app/cli/values.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace {

struct CompleteOptions {
    PlanInputOptions inputs;
    std::string prompt;
    std::string healed;
    std::int64_t tokens = 64;
    double temperature = 0.8;
    std::int64_t topK = 0;
    double topP = 1.0;
};

struct Writer {
    std::string name;  // "dense", "planned", "healed"
    Session* session = nullptr;
    CompletionNetwork network;
};

CompletionOptions completionOptions(const SharedOptions& shared, const CompleteOptions& options) {
    CompletionOptions completion;
    completion.prompt = options.prompt;
    completion.tokens = atLeast(options.tokens, 1, "--tokens");
    completion.temperature = options.temperature;
    completion.topK = atLeast(options.topK, 0, "--top-k");
    completion.topP = options.topP;
    completion.seed = static_cast<std::uint64_t>(atLeast(shared.seed, 0, "--seed"));
    completion.bos = shared.bos;
    return completion;
}

Json completionJson(const Writer& writer, const Completion& completion) {
    const auto count = static_cast<double>(completion.ids.size());
    return {{"network", writer.name},
            {"text", completion.text},
            {"prompt_ids", completion.promptIds},
            {"ids", completion.ids},
            {"ended", completion.ended},
            {"mean_loss", completion.ids.empty() ? Json() : Json(completion.meanLoss)},
            {"seconds", completion.seconds},
            {"tokens_per_second", completion.seconds > 0.0 ? Json(count / completion.seconds) : Json()}};
}

std::string summary(const Completion& completion) {
    const auto count = static_cast<double>(completion.ids.size());
    std::string text = std::to_string(completion.ids.size()) + " tokens";
    if (completion.ended) text += ", to the end of the document";
    if (completion.seconds > 0.0) text += ", " + formatRate(count / completion.seconds, "tokens");
    if (!completion.ids.empty()) text += ", " + formatScore(completion.meanLoss) + " nats a token";
    return text;
}

void run(const SharedOptions& shared, const CompleteOptions& options, Console& console) {
    const CompletionOptions wished = completionOptions(shared, options);
    const auto session = openSession(shared, console.job());
    const PlanInputs inputs = planInputs(*session, options.inputs, windowOptions(shared), console);
    std::shared_ptr<Session> healed;
    std::vector<Writer> writers{{"dense", session.get(), {}}};
    if (!options.inputs.plan.empty()) writers.push_back({"planned", session.get(), inputs.network()});
    if (!options.healed.empty()) {
        healed = Session::open(options.healed, sessionOptions(shared));
        writers.push_back({"healed", healed.get(), {}});
    }
    Json completions = Json::array();
    for (const Writer& writer : writers) {
        if (console.json()) {
            completions.push_back(
                completionJson(writer, writer.session->complete(wished, writer.network, console.job())));
            continue;
        }
        JobContext context = console.withoutProgress();
        if (writers.size() > 1) console.print("--- " + writer.name + " ---\n");
        console.print(wished.prompt);
        const Completion completion = writer.session->complete(
            wished, writer.network, context, [&](const std::string& text) { console.print(text); });
        console.print("\n");
        console.note(writer.name + ": " + summary(completion));
    }
    if (!console.json()) return;
    console.printJson({{"prompt", wished.prompt},
                       {"temperature", wished.temperature},
                       {"top_k", wished.topK},
                       {"top_p", wished.topP},
                       {"seed", wished.seed},
                       {"device", session->deviceName()},
                       {"dtype", session->computeDtype()},
                       {"completions", completions}});
}

// Options that mean windows elsewhere.
void listHere(CLI::App& app, const char* name, const char* meaning) {
    app.get_option(name)->description(meaning)->group("Options");
}

}  // namespace

Action declareComplete(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<CompleteOptions>();
    addModel(app, shared);
    app.add_option("--prompt", options->prompt, "The text to go on with")->required()->type_name("TEXT");
    app.add_option("--tokens", options->tokens, "Tokens to write at most (default 64)")->type_name("N");
    app.add_option("--temperature", options->temperature,
                   "Logits are divided by it (default 0.8); 0: always the most probable token")
        ->type_name("X");
    app.add_option("--top-k", options->topK, "Draw from the N most probable tokens alone (default 0: all)")
        ->type_name("N");
    app.add_option("--top-p", options->topP,
                   "Draw from the fewest tokens whose probabilities sum up to X (default 1: all)")
        ->type_name("X");
    addPlanInputs(app, options->inputs, false);
    app.add_option("--healed", options->healed, "Checkpoint folder of a healed model, to write as well")
        ->type_name("DIR");
    addShared(app, shared, {.network = true});
    listHere(app, "--seed", "Of the tokens that are drawn (default 0)");
    listHere(app, "--bos", "Put the tokenizer's BOS token before the prompt");
    app.footer("With --plan or --healed the networks write one after another, with the same seed.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
