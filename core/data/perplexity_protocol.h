// SPDX-License-Identifier: GPL-3.0-or-later
//
// The ways to compute a perplexity that papers use, by name, and what they report for networks before any
// compression: a number of one protocol says nothing beside one of another (algorithms.md 9.6). Plain values;
// any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/network_config.h"

namespace secateur {

struct PerplexityProtocol {
    std::string name;      // "flap-128"
    std::string used;      // by whom
    int seqLen = 0;        // tokens in a window; 0: the positions of the network
    bool sliding = false;  // windows overlap by half, and every token is scored once; else side by side
};

// From short windows to long ones.
[[nodiscard]] std::span<const PerplexityProtocol> perplexityProtocols();
// "flap-128, sparsegpt-2048, ..."
[[nodiscard]] std::string protocolNames();
// Throws InvalidArgument that lists those that there are.
[[nodiscard]] const PerplexityProtocol& perplexityProtocol(const std::string& name);

// Of a network without compression on WikiText-2's test split.
struct PublishedPerplexity {
    std::string model;
    std::string protocol;
    double perplexity = 0.0;
    std::string source;
};
// Of networks of this shape and number of positions, by which they are recognised: any training of that shape
// looks the same. Empty for others, and for a network that has lost something.
[[nodiscard]] std::vector<PublishedPerplexity> publishedPerplexities(const NetworkConfig& network);

}  // namespace secateur
