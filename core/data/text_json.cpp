// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text_json.h"

#include <limits>

namespace secateur {

nlohmann::ordered_json toJson(const TextSource& source, const WindowOptions& windows) {
    nlohmann::ordered_json value = nlohmann::ordered_json::object();
    if (!source.textFile.empty()) value["text"] = source.textFile;
    if (source.textKey != "text") value["text_key"] = source.textKey;
    if (!source.tokensFile.empty()) value["tokens"] = source.tokensFile + ":" + source.tokensName;
    value["samples"] = windows.samples;
    value["seq_len"] = windows.seqLen;
    value["sampling"] = windows.sampling == Sampling::Random ? "random" : "sequential";
    value["seed"] = windows.seed;
    value["bos"] = windows.bos;
    value["packed"] = windows.packed;
    if (windows.skip > 0) value["skip"] = windows.skip;
    return value;
}

void readText(JsonObject& parent, const char* key, TextSource& source, WindowOptions& windows) {
    const nlohmann::json* value = parent.find(key);
    if (value == nullptr || value->is_null()) return;
    JsonObject object(*value, parent.origin(), parent.pathOf(key));
    source.textFile = object.text("text");
    source.textKey = object.text("text_key", "text");
    const std::string tokens = object.text("tokens");
    const std::size_t colon = tokens.rfind(':');
    if (!tokens.empty() && colon == std::string::npos) object.fail("tokens", "is not FILE:NAME");
    if (!tokens.empty()) {
        source.tokensFile = tokens.substr(0, colon);
        source.tokensName = tokens.substr(colon + 1);
    }
    windows.samples = static_cast<int>(object.integer("samples", 0, 0, std::numeric_limits<int>::max()));
    windows.seqLen = static_cast<int>(object.integer("seq_len", 128, 1, std::numeric_limits<int>::max()));
    windows.sampling =
        object.text("sampling", "sequential") == "random" ? Sampling::Random : Sampling::Sequential;
    windows.seed = object.unsignedInteger("seed", 0);
    windows.bos = object.flag("bos", false);
    windows.packed = object.flag("packed", false);
    windows.skip = static_cast<int>(object.integer("skip", 0, 0, std::numeric_limits<int>::max()));
}

}  // namespace secateur
