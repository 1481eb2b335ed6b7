// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/post_processor.h"

#include <array>
#include <string>
#include <utility>

#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

namespace {

using PostProcessorFactory = PostProcessor (*)(const JsonValue&);

PostProcessor readTemplate(const JsonValue& component) {
    const JsonValue single = component.get("single");
    PostProcessor result;
    bool behindText = false;
    for (const JsonValue& piece : single.items()) {
        if (const auto sequence = piece.find("Sequence")) {
            if (behindText || sequence->get("id").string() != "A") {
                piece.unsupported("does not stand for the one text of a single template");
            }
            behindText = true;
            continue;
        }
        const std::string& name = piece.get("SpecialToken").get("id").string();
        auto& side = behindText ? result.behind : result.before;
        for (const JsonValue& id : component.get("special_tokens").get(name).get("ids").items())
            side.push_back(id.tokenId());
    }
    if (!behindText) single.fail(ErrorCode::Corrupt, "has no place for the text");
    return result;
}

// The pair [token, id].
std::int32_t pairId(const JsonValue& pair) {
    const auto items = pair.items();
    if (items.size() != 2) pair.fail(ErrorCode::Corrupt, "is not a pair of token and id");
    return items[1].tokenId();
}

PostProcessor readClassifier(const JsonValue& component) {
    return {{pairId(component.get("cls"))}, {pairId(component.get("sep"))}};
}

PostProcessor readNothing(const JsonValue&) {
    return {};
}

PostProcessor readSequence(const JsonValue& component) {
    PostProcessor all;
    for (const JsonValue& item : component.get("processors").items()) {
        const PostProcessor outer = readPostProcessor(item);
        all.before.insert(all.before.begin(), outer.before.begin(), outer.before.end());
        all.behind.insert(all.behind.end(), outer.behind.begin(), outer.behind.end());
    }
    return all;
}

constexpr std::array<std::pair<std::string_view, PostProcessorFactory>, 5> kPostProcessorFactories{{
    {"TemplateProcessing", readTemplate},
    {"RobertaProcessing", readClassifier},
    {"BertProcessing", readClassifier},
    {"ByteLevel", readNothing},
    {"Sequence", readSequence},
}};

}  // namespace

PostProcessor readPostProcessor(const JsonValue& component) {
    const std::string& type = component.get("type").string();
    for (const auto& [name, factory] : kPostProcessorFactories) {
        if (name == type) return factory(component);
    }
    component.unsupported("has type \"" + type + "\"");
}

}  // namespace secateur::tokenizer
