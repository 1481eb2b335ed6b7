// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/target.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/units.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

constexpr std::int64_t kLongestContext = std::int64_t{1} << 40;
constexpr int kLargestBatch = 1 << 20;

std::string_view bare(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool digitAt(std::string_view text, std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// A comma between digits parts thousands, not wishes.
std::vector<std::string_view> partsOf(std::string_view text) {
    static constexpr std::string_view kAnd = " and ";
    std::vector<std::string_view> parts;
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool comma = text[at] == ',' && !(at > 0 && digitAt(text, at - 1) && digitAt(text, at + 1));
        const bool word = text.substr(at).starts_with(kAnd);
        if (!comma && !word) continue;
        parts.push_back(bare(text.substr(from, at - from)));
        from = at + (comma ? 1 : kAnd.size());
        at = from - 1;
    }
    parts.push_back(bare(text.substr(from)));
    return parts;
}

// A whole number at the beginning, which is taken off.
std::optional<std::int64_t> takeWhole(std::string_view& text) {
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc{} || value < 1) return std::nullopt;
    text = bare(text.substr(static_cast<std::size_t>(end - text.data())));
    return value;
}

bool takes(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text = bare(text.substr(word.size()));
    return true;
}

// "batch 4"
std::optional<int> batchOf(std::string_view text) {
    if (!takes(text, "batch")) return std::nullopt;
    const auto batch = takeWhole(text);
    if (!batch || !text.empty() || *batch > kLargestBatch) return std::nullopt;
    return static_cast<int>(*batch);
}

// "8k context", "8192 tokens", "8k context batch 4"
std::optional<MemoryLimit> contextOf(std::string_view text) {
    static constexpr std::array<std::string_view, 4> kUnits{"tokens of context", "context", "tokens",
                                                            "positions"};
    MemoryLimit limit;
    const auto length = takeWhole(text);
    if (!length || *length > kLongestContext) return std::nullopt;
    limit.context = *length;
    if (takes(text, "k") || takes(text, "K")) limit.context *= 1024;
    if (std::ranges::none_of(kUnits, [&](std::string_view unit) { return takes(text, unit); }))
        return std::nullopt;
    if (text.empty()) return limit;
    const auto batch = batchOf(text);
    if (!batch) return std::nullopt;
    limit.batch = *batch;
    return limit;
}

std::optional<MemoryLimit> memoryOf(std::string_view part) {
    for (const std::string_view word : {" with ", " at "}) {
        const std::size_t at = part.rfind(word);
        if (at == std::string_view::npos || at == 0) continue;
        const auto size = parseBudget(part.substr(0, at));
        auto limit = contextOf(bare(part.substr(at + word.size())));
        if (!size || size->kind != Budget::Kind::Bytes || !limit) continue;
        limit->bytes = size->amount;
        return limit;
    }
    return std::nullopt;
}

std::string memoryText(const MemoryLimit& limit) {
    return formatBytes(limit.bytes) + " with " + std::to_string(limit.context) + " tokens of context" +
           (limit.batch > 1 ? " batch " + std::to_string(limit.batch) : "");
}

double quotient(double there, double allowed) {
    return allowed > 0.0 ? there / allowed : std::numeric_limits<double>::infinity();
}

double excessOf(const Budget& budget, const Reached& reached, std::int64_t parametersBefore,
                std::optional<double> denseRate) {
    if (budget.ofSpeed()) {
        if (!reached.rate || !denseRate) return std::numeric_limits<double>::infinity();
        return quotient(targetRate(budget, *denseRate), *reached.rate);
    }
    if (budget.kind == Budget::Kind::Bytes)
        return quotient(static_cast<double>(reached.bytes), static_cast<double>(budget.amount));
    return quotient(static_cast<double>(reached.parameters),
                    static_cast<double>(mostParameters(budget, parametersBefore)));
}

}  // namespace

bool Target::ofSpeed() const {
    return std::ranges::any_of(budgets, &Budget::ofSpeed);
}

std::optional<Target> parseTarget(std::string_view text) {
    Target target;
    bool afterMemory = false;
    for (const std::string_view part : partsOf(text)) {
        if (const auto batch = batchOf(part); batch && afterMemory) {
            target.memory.back().batch = *batch;
            afterMemory = false;
        } else if (const auto memory = memoryOf(part)) {
            target.memory.push_back(*memory);
            afterMemory = true;
        } else if (const auto budget = parseBudget(part)) {
            if (budget->kind == Budget::Kind::Share && budget->share == 0.0) return std::nullopt;
            target.budgets.push_back(*budget);
            afterMemory = false;
        } else {
            return std::nullopt;
        }
    }
    return target;
}

std::string targetText(const Target& target) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : " and ") + part; };
    for (const Budget& budget : target.budgets) add(budgetText(budget));
    for (const MemoryLimit& limit : target.memory) add(memoryText(limit));
    return text;
}

std::string targetExamples() {
    return std::string("\"4 GB with 8k context\", ") + budgetExamples() + "; several joined by \"and\"";
}

std::int64_t cacheBytes(const ModelSummary& model, const NetworkState& state, std::int64_t context,
                        int batch) {
    std::int64_t heads = 0;  // of the opened network
    for (const LayerConfig& layer : model.config.layers) heads += layer.kvHeads;
    const std::int64_t before = account(model, stateOf(model.config)).kvCacheBytesPerTokenBefore;
    const double ofHead = heads > 0 ? static_cast<double>(before) / static_cast<double>(heads) : 0.0;
    double bytes = 0.0;
    for (const LayerConfig& layer : state.config.layers) {
        const std::int64_t held =
            layer.slidingWindow > 0 ? std::min<std::int64_t>(context, layer.slidingWindow) : context;
        bytes += ofHead * layer.kvHeads * static_cast<double>(held);
    }
    return std::llround(bytes * batch);
}

double Reached::worst() const {
    return excess.empty() ? 0.0 : std::ranges::max(excess);
}

Reached reachedBy(const Target& target, const ModelSummary& model, const NetworkState& state,
                  const Accounting& sums, std::optional<double> denseRate, std::optional<double> rate) {
    Reached reached{sums.parametersAfter, packedAfter(sums), rate, {}};
    for (const Budget& budget : target.budgets)
        reached.excess.push_back(excessOf(budget, reached, sums.parametersBefore, denseRate));
    for (const MemoryLimit& limit : target.memory)
        reached.excess.push_back(quotient(
            static_cast<double>(reached.bytes + cacheBytes(model, state, limit.context, limit.batch)),
            static_cast<double>(limit.bytes)));
    return reached;
}

std::string inWords(const Target& target, const Reached& reached) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    for (const Budget& budget : target.budgets) {
        if (budget.ofSpeed())
            add(reached.rate ? "about " + formatRate(*reached.rate, "tokens") : "no speed that is known");
        else if (budget.kind == Budget::Kind::Bytes)
            add(formatBytes(reached.bytes) + " of weights");
        else
            add(formatCount(reached.parameters) + " parameters");
    }
    for (std::size_t i = 0; i < target.memory.size(); ++i) {
        const MemoryLimit& limit = target.memory[i];
        const double excess = reached.excess.at(target.budgets.size() + i);
        add(formatBytes(std::llround(excess * static_cast<double>(limit.bytes))) + " with " +
            std::to_string(limit.context) + " tokens of context" +
            (limit.batch > 1 ? " and batch " + std::to_string(limit.batch) : ""));
    }
    return text;
}

}  // namespace secateur
