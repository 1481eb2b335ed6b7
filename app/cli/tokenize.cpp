// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>

#include "app/cli/command.h"
#include "app/cli/values.h"
#include "core/base/error.h"
#include "core/storage/token_source.h"
#include "core/storage/tokenizer.h"

namespace secateur::cli {

namespace {

struct TokenizeOptions {
    std::optional<std::string> text;
    std::optional<std::string> string;
    std::optional<std::string> decode;
};

std::vector<std::int32_t> encode(const SharedOptions& shared, const TokenizeOptions& options) {
    if (options.text) {
        SharedOptions source = shared;
        source.text = *options.text;
        return readTokens(textSource(source), shared.model, shared.bos).ids;
    }
    const auto tokenizer = Tokenizer::open(shared.model);
    std::vector<std::int32_t> ids = tokenizer->encode(*options.string, false);
    if (shared.bos) {
        if (!tokenizer->bosId())
            throw Error(ErrorCode::InvalidArgument, shared.model + ": the tokenizer has no BOS token");
        ids.insert(ids.begin(), *tokenizer->bosId());
    }
    return ids;
}

void printIds(Console& console, const std::vector<std::int32_t>& ids) {
    if (console.json()) return console.printJson({{"ids", ids}});
    std::string line;
    for (const std::int32_t id : ids) line += (line.empty() ? "" : " ") + std::to_string(id);
    console.print(line + "\n");
}

void printText(Console& console, const std::string& text) {
    if (console.json()) return console.printJson({{"text", text}});
    console.print(text + "\n");
}

}  // namespace

Action declareTokenize(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<TokenizeOptions>();
    addModel(app, shared);
    const char* group = "Input (one of)";
    auto* text = app.add_option("--text", options->text,
                                "Text file: .txt, .jsonl with a \"text\" key, or .gz of either")
                     ->type_name("FILE")
                     ->group(group);
    addTextKey(app, shared, text, "Options");
    auto* string = app.add_option("--string", options->string, "The text itself")
                       ->type_name("S")
                       ->group(group)
                       ->excludes(text);
    app.add_option("--decode", options->decode, "Token ids, e.g. 12,7,431: print their text")
        ->type_name("IDS")
        ->group(group)
        ->excludes(text)
        ->excludes(string);
    addShared(app, shared, {});
    app.get_option("--bos")->group("Options");
    return [&shared, options](Console& console) {
        if (!options->text && !options->string && !options->decode) {
            usageError("--text, --string or --decode is required");
        }
        if (!options->decode) return printIds(console, encode(shared, *options));
        const std::vector<std::int32_t> ids = parseIds(*options->decode, "--decode");
        printText(console, Tokenizer::open(shared.model)->decode(ids, false));
    };
}

}  // namespace secateur::cli
