// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/original_layers.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace secateur {
namespace {

using Json = nlohmann::json;

struct Numbers {
    std::vector<int> layers;
    int count = 0;  // layers of the original
};

std::optional<int> numberIn(const Json& value, int least, int most) {
    if (!value.is_number_integer()) return std::nullopt;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(most))
        return std::nullopt;
    const auto number = value.get<std::int64_t>();
    if (number < least || number > most) return std::nullopt;
    return static_cast<int>(number);
}

// The list of numbers and the count that a configuration holds, in either layout; null where it holds none.
struct Stored {
    Json layers;
    Json count;
};

Stored storedIn(const Json& config) {
    if (const auto stock = config.find(kOriginalLayersKey); stock != config.end() && stock->is_object())
        return {stock->value("layers", Json()), stock->value("of", Json())};
    const auto own = config.find("secateur");
    if (own == config.end() || !own->is_object()) return {};
    const Json entries = own->value("layers", Json());
    Json layers = Json::array();
    for (const Json& entry : entries) {
        if (!entry.is_object() || !entry.contains("original_layer")) return {};
        layers.push_back(entry["original_layer"]);
    }
    return {layers, own->value("original_layers", Json())};
}

std::optional<Numbers> checked(const Stored& stored, std::size_t layers) {
    if (!stored.layers.is_array() || stored.layers.size() != layers) return std::nullopt;
    Numbers numbers;
    for (const Json& value : stored.layers) {
        const std::optional<int> number = numberIn(value, 0, kMostOriginalLayers - 1);
        if (!number) return std::nullopt;
        numbers.layers.push_back(*number);
        numbers.count = std::max(numbers.count, *number + 1);
    }
    if (stored.count.is_null()) return numbers;
    const std::optional<int> count = numberIn(stored.count, numbers.count, kMostOriginalLayers);
    if (!count) return std::nullopt;
    numbers.count = *count;
    return numbers;
}

}  // namespace

std::vector<std::string> readOriginalLayers(const Json& config, const std::string& file,
                                            NetworkConfig& network) {
    for (int i = 0; i < network.layerCount(); ++i)
        network.layers[static_cast<std::size_t>(i)].originalLayer = i;
    network.originalLayers = network.layerCount();
    const Stored stored = storedIn(config);
    if (stored.layers.is_null() && !config.contains(kOriginalLayersKey)) return {};
    const std::optional<Numbers> numbers = checked(stored, network.layers.size());
    if (!numbers)
        return {file + ": the numbers of the original layers do not fit the " +
                std::to_string(network.layerCount()) +
                " layers that are there; layers are numbered as they stand"};
    for (std::size_t i = 0; i < network.layers.size(); ++i)
        network.layers[i].originalLayer = numbers->layers[i];
    network.originalLayers = numbers->count;
    return {};
}

std::vector<int> originalLayersOf(const Json& config, std::size_t layers) {
    if (std::optional<Numbers> numbers = checked(storedIn(config), layers)) return std::move(numbers->layers);
    std::vector<int> positions(layers);
    std::iota(positions.begin(), positions.end(), 0);
    return positions;
}

void writeOriginalLayers(Json& config, const NetworkConfig& network) {
    Json layers = Json::array();
    bool moved = network.originalLayers > network.layerCount();
    for (int i = 0; i < network.layerCount(); ++i) {
        const int number = network.layers[static_cast<std::size_t>(i)].originalLayer;
        moved = moved || number != i;
        layers.push_back(number);
    }
    if (moved) config[kOriginalLayersKey] = {{"of", network.originalLayers}, {"layers", layers}};
}

}  // namespace secateur
