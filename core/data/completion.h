// SPDX-License-Identifier: GPL-3.0-or-later
//
// How a network is asked to go on with a text, and what it wrote. Plain values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace secateur {

struct CompletionOptions {
    std::string prompt;        // UTF-8; empty: from the token that begins or ends documents
    int tokens = 64;           // written at most
    double temperature = 0.8;  // logits are divided by it; 0: always the most probable token
    int topK = 0;              // of the most probable tokens alone; 0: of all
    double topP = 1.0;         // of the fewest tokens whose probabilities sum up to it
    std::uint64_t seed = 0;
    bool bos = false;  // put the tokenizer's BOS before the prompt
};

struct Completion {
    std::vector<std::int32_t> promptIds;
    std::vector<std::int32_t> ids;  // written, without the token that ended it
    std::string text;               // UTF-8, of `ids`; bytes that are no character as they were written
    bool ended = false;             // by the token that ends a document, before `tokens` were written
    double seconds = 0.0;
    // Mean over the written tokens of -log p of the network itself at temperature 1, nats.
    double meanLoss = 0.0;
};

}  // namespace secateur
