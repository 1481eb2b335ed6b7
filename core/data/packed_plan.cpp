// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/packed_plan.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include <zlib.h>

#include "core/base/error.h"
#include "core/data/json_reader.h"

namespace secateur {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr JsonLimits kPackedLimits{std::size_t{1} << 28, 32, 1'000'000};

std::string base64(const std::string& bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k)
            three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k > bytes.size() ? '=' : kDigits[three >> (18 - 6 * k) & 63U];
    }
    return text;
}

// Nothing for text that is not base64.
std::optional<std::string> fromBase64(const std::string& text) {
    static const auto kValues = [] {
        std::array<int, 256> values;
        values.fill(-1);
        for (std::size_t i = 0; i < kDigits.size(); ++i)
            values[static_cast<unsigned char>(kDigits[i])] = static_cast<int>(i);
        return values;
    }();
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t fill = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    std::string result;
    result.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const int value = kValues[static_cast<unsigned char>(text[i + k])];
            if (value < 0 && i + k < text.size() - fill) return std::nullopt;
            three = three << 6 | static_cast<std::uint32_t>(std::max(value, 0));
        }
        result += static_cast<char>(three >> 16 & 255U);
        result += static_cast<char>(three >> 8 & 255U);
        result += static_cast<char>(three & 255U);
    }
    result.resize(result.size() - fill);
    return result;
}

// Of exactly `bytes` bytes; nothing for other text.
std::optional<std::string> fromBase64(const std::string& text, std::size_t bytes) {
    auto result = fromBase64(text);
    return result && result->size() == bytes ? result : std::nullopt;
}

std::string compressed(const std::string& bytes) {
    uLongf size = compressBound(bytes.size());
    std::string result(size, '\0');
    // Fails only for want of memory or space, and there are both.
    compress2(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
              bytes.size(), Z_BEST_SPEED);
    result.resize(size);
    return result;
}

// Of exactly `bytes` bytes; nothing for other text.
std::optional<std::string> uncompressed(const std::string& text, std::size_t bytes) {
    const auto packed = fromBase64(text);
    if (!packed) return std::nullopt;
    std::string result(bytes + 1, '\0');  // one more than there should be
    uLongf size = result.size();
    const int status = uncompress(reinterpret_cast<Bytef*>(result.data()), &size,
                                  reinterpret_cast<const Bytef*>(packed->data()), packed->size());
    if (status != Z_OK || size != bytes) return std::nullopt;
    result.resize(bytes);
    return result;
}

std::size_t bytesOf(int units) {
    return (static_cast<std::size_t>(units) + 7) / 8;
}

// Longer than texts of other members may be.
const std::string& longText(JsonObject& object, const char* key) {
    const nlohmann::json& value = object.require(key);
    if (!value.is_string()) object.fail(key, "must be a text");
    return value.get_ref<const std::string&>();
}

}  // namespace

PackedPlan::Mask PackedPlan::pack(const std::optional<UnitMask>& mask) {
    Mask packed;
    if (!mask) return packed;
    packed.units = static_cast<int>(mask->size());
    packed.bits.assign(bytesOf(packed.units), '\0');
    for (std::size_t byte = 0; byte < packed.bits.size(); ++byte) {
        unsigned bits = 0;
        const std::size_t end = std::min<std::size_t>(8, mask->size() - 8 * byte);
        for (std::size_t bit = 0; bit < end; ++bit)
            bits |= static_cast<unsigned>((*mask)[8 * byte + bit] != 0) << bit;
        packed.bits[byte] = static_cast<char>(bits);
    }
    return packed;
}

std::optional<UnitMask> PackedPlan::unpack(const Mask& mask) {
    if (mask.units < 0) return std::nullopt;
    UnitMask units(static_cast<std::size_t>(mask.units));
    for (std::size_t i = 0; i < units.size(); ++i)
        units[i] = static_cast<std::uint8_t>(static_cast<unsigned char>(mask.bits[i / 8]) >> i % 8 & 1U);
    return units;
}

PackedPlan::PackedPlan(const Plan& plan) {
    bare_.model = plan.model;
    bare_.created = plan.created;
    bare_.calibration = plan.calibration;
    bare_.accounting = plan.accounting;
    bare_.measured = plan.measured;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const auto* width = std::get_if<WidthStep>(&plan.steps[i]);
        if (width == nullptr) {
            bare_.steps.push_back(plan.steps[i]);
            continue;
        }
        bare_.steps.emplace_back(WidthStep{width->method,
                                           width->metric,
                                           width->structure,
                                           width->ratio,
                                           width->bias,
                                           width->protect,
                                           {},
                                           width->refit});
        for (const LayerKeep& keep : width->keep)
            keeps_.push_back({static_cast<int>(i), keep.layer, pack(keep.kvGroups), pack(keep.channels)});
    }
}

Plan PackedPlan::unpack() const {
    Plan plan = bare_;
    for (const Keep& keep : keeps_)
        std::get<WidthStep>(plan.steps[static_cast<std::size_t>(keep.step)])
            .keep.push_back({keep.layer, unpack(keep.kvGroups), unpack(keep.channels)});
    return plan;
}

std::size_t PackedPlan::bytes() const noexcept {
    std::size_t bytes = 0;
    for (const Keep& keep : keeps_) bytes += keep.kvGroups.bits.size() + keep.channels.bits.size();
    return bytes;
}

std::string PackedPlan::allBits() const {
    std::string bits;
    for (const Keep& keep : keeps_) bits += keep.kvGroups.bits + keep.channels.bits;
    return bits;
}

void PackedPlan::setAllBits(std::string_view bits) {
    const auto take = [&](Mask& mask) {
        if (mask.units < 0) return;
        mask.bits = bits.substr(0, bytesOf(mask.units));
        bits.remove_prefix(mask.bits.size());
    };
    for (Keep& keep : keeps_) {
        take(keep.kvGroups);
        take(keep.channels);
    }
}

void PackedPlan::differFrom(const PackedPlan& other) {
    std::map<std::pair<int, int>, const Keep*> known;
    for (const Keep& keep : other.keeps_) known.emplace(std::pair(keep.step, keep.layer), &keep);
    const auto differ = [](Mask& mask, const Mask& from) {
        if (mask.units != from.units) return;
        std::ranges::transform(mask.bits, from.bits, mask.bits.begin(), std::bit_xor<char>());
    };
    for (Keep& keep : keeps_) {
        const auto found = known.find({keep.step, keep.layer});
        if (found == known.end()) continue;
        differ(keep.kvGroups, found->second->kvGroups);
        differ(keep.channels, found->second->channels);
    }
}

std::string PackedPlan::toJson(const PackedPlan* before) const {
    nlohmann::ordered_json keeps = nlohmann::ordered_json::array();
    for (const Keep& keep : keeps_) {
        nlohmann::ordered_json entry{{"step", keep.step}, {"layer", keep.layer}};
        if (keep.kvGroups.units >= 0) entry["kv_groups"] = keep.kvGroups.units;
        if (keep.channels.units >= 0) entry["channels"] = keep.channels.units;
        keeps.push_back(std::move(entry));
    }
    PackedPlan written;
    written.keeps_ = keeps_;
    if (before != nullptr) written.differFrom(*before);
    return nlohmann::ordered_json{{"plan", secateur::toJson(bare_)},
                                  {"keep", keeps},
                                  {"differs", before != nullptr},
                                  {"bits", base64(compressed(written.allBits()))}}
        .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

PackedPlan PackedPlan::parse(std::string_view json, const NetworkConfig& network,
                             const std::string& fingerprint, const std::string& origin,
                             const PackedPlan* before) {
    const nlohmann::json document = parseJson(json, origin, kPackedLimits);
    JsonObject object(document, origin, "");
    PackedPlan packed;
    packed.bare_ = parsePlan(longText(object, "plan"), network, fingerprint, origin).plan;
    const nlohmann::json& keeps = object.require("keep");
    const bool together = object.find("bits") != nullptr;  // version 1 wrote the bits of each mask beside it
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < keeps.size(); ++i) {
        const std::string path = "keep[" + std::to_string(i) + "]";
        JsonObject entry(keeps[i], origin, path);
        Keep keep;
        const auto last = static_cast<std::int64_t>(packed.bare_.steps.size()) - 1;
        keep.step = static_cast<int>(entry.integer("step", 0, 0, last));
        keep.layer = static_cast<int>(entry.integer("layer", 0, 0, 1'000'000));
        if (!std::holds_alternative<WidthStep>(packed.bare_.steps[static_cast<std::size_t>(keep.step)]))
            entry.fail("step", "narrows nothing");
        const auto layer = std::ranges::find(network.layers, keep.layer, &LayerConfig::originalLayer);
        if (layer == network.layers.end()) entry.fail("layer", "is not in this checkpoint");
        for (const auto& [key, mask] :
             {std::pair("kv_groups", &keep.kvGroups), std::pair("channels", &keep.channels)}) {
            const nlohmann::json* value = entry.find(key);
            if (value == nullptr) continue;
            const int units = mask == &keep.channels ? layer->intermediateSize : layer->kvHeads;
            if (together) {
                mask->units = static_cast<int>(entry.integer(key, 0, units, units));
            } else {
                JsonObject written(*value, origin, entry.pathOf(key));
                mask->units = static_cast<int>(written.integer("units", 0, units, units));
                const auto bits = fromBase64(longText(written, "bits"), bytesOf(mask->units));
                if (!bits) written.fail("bits", "are not so many units");
                mask->bits = *bits;
            }
            bytes += bytesOf(mask->units);
        }
        packed.keeps_.push_back(std::move(keep));
    }
    if (!together) return packed;
    if (bytes > kPackedLimits.bytes) object.fail("keep", "lists more masks than a plan has");
    const auto bits = uncompressed(longText(object, "bits"), bytes);
    if (!bits) object.fail("bits", "are not the masks that are listed");
    packed.setAllBits(*bits);
    if (!object.flag("differs", false)) return packed;
    if (before == nullptr) object.fail("differs", "but no plan comes before it");
    packed.differFrom(*before);
    return packed;
}

}  // namespace secateur
