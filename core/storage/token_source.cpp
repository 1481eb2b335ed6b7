// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/token_source.h"

#include <cstring>
#include <limits>

#include "core/base/error.h"
#include "core/storage/checkpoint.h"
#include "core/storage/corpus.h"
#include "core/storage/file_io.h"
#include "core/storage/hash.h"
#include "core/storage/tokenizer.h"

namespace secateur {

namespace {

std::int32_t checkedId(std::int64_t id, std::size_t position, const std::string& where) {
    if (id >= 0 && id <= std::numeric_limits<std::int32_t>::max()) return static_cast<std::int32_t>(id);
    throw Error(ErrorCode::InvalidArgument,
                where + " has the id " + std::to_string(id) + " at position " + std::to_string(position),
                "token ids start at 0");
}

template <typename T>
void appendIds(const TensorView& tensor, const std::string& where, std::vector<std::int32_t>& ids) {
    const std::size_t count = tensor.bytes.size() / sizeof(T);
    for (std::size_t i = 0; i < count; ++i) {
        T id = 0;
        std::memcpy(&id, tensor.bytes.data() + i * sizeof(T), sizeof(T));
        ids.push_back(checkedId(id, i, where));
    }
}

void appendTensor(const TextSource& source, std::vector<std::int32_t>& ids) {
    const SafetensorsFile file(source.tokensFile);
    const TensorView& tensor = file.tensor(source.tokensName);
    const std::string where = source.tokensFile + ": tensor " + source.tokensName;
    if (tensor.shape.empty() || tensor.shape.size() > 2) {
        throw Error(ErrorCode::InvalidArgument,
                    where + " has " + std::to_string(tensor.shape.size()) + " dimensions, not one or two");
    }
    ids.reserve(ids.size() + tensor.bytes.size() / byteSize(tensor.dtype));
    if (tensor.dtype == Dtype::I32) {
        appendIds<std::int32_t>(tensor, where, ids);
    } else if (tensor.dtype == Dtype::I64) {
        appendIds<std::int64_t>(tensor, where, ids);
    } else {
        throw Error(ErrorCode::InvalidArgument, where + " is " + name(tensor.dtype) + ", not I32 or I64",
                    "store token ids as int32");
    }
}

std::int32_t requireBos(std::optional<std::int32_t> bos, const std::filesystem::path& folder) {
    if (bos) return *bos;
    throw Error(ErrorCode::InvalidArgument, folder.string() + " names no BOS token", "leave out --bos");
}

std::string sha256Of(const std::string& path) {
    Sha256 sha256;
    sha256.add(MappedFile(path).bytes());
    return sha256.hex();
}

TokenStream readIds(const TextSource& source, const std::filesystem::path& folder, bool bos) {
    TokenStream stream{{}, std::filesystem::path(source.tokensFile).filename().string(), "", std::nullopt};
    if (bos) stream.ids.push_back(requireBos(configuredBosId(folder), folder));
    appendTensor(source, stream.ids);
    stream.sha256 = sha256Of(source.tokensFile);
    return stream;
}

// Document after document, each with EOS at its end where the text has not put one there itself.
std::vector<std::int32_t> packed(const Tokenizer& tokenizer, const Corpus& corpus,
                                 const std::filesystem::path& folder, bool bos, std::int32_t eos) {
    std::vector<std::int32_t> ids;
    for (const Corpus::Span& document : corpus.documents) {
        if (bos) ids.push_back(requireBos(tokenizer.bosId(), folder));
        const auto part = tokenizer.encode(corpus.text.substr(document.begin, document.length), false);
        ids.insert(ids.end(), part.begin(), part.end());
        if (ids.empty() || ids.back() != eos) ids.push_back(eos);
    }
    return ids;
}

std::int32_t requireEos(const Tokenizer& tokenizer, const std::filesystem::path& folder) {
    if (const auto eos = eosIdOf(tokenizer, folder)) return *eos;
    throw Error(ErrorCode::InvalidArgument,
                folder.string() +
                    " names no token that ends a document: neither its tokenizer_config.json "
                    "(eos_token) nor its config.json (eos_token_id) does",
                "add \"eos_token\" to tokenizer_config.json");
}

TokenStream readText(const TextSource& source, const std::filesystem::path& folder, bool bos, bool pack) {
    const auto tokenizer = Tokenizer::open(folder);
    Corpus corpus = readCorpus(source.textFile, source.textKey);
    if (pack)
        return {packed(*tokenizer, corpus, folder, bos, requireEos(*tokenizer, folder)),
                std::filesystem::path(source.textFile).filename().string(), corpus.sha256,
                static_cast<std::int64_t>(corpus.text.size())};
    TokenStream stream{tokenizer->encode(corpus.text, false),
                       std::filesystem::path(source.textFile).filename().string(), corpus.sha256,
                       static_cast<std::int64_t>(corpus.text.size())};
    if (bos) stream.ids.insert(stream.ids.begin(), requireBos(tokenizer->bosId(), folder));
    return stream;
}

}  // namespace

TokenStream readTokens(const TextSource& source, const std::filesystem::path& checkpointFolder, bool bos,
                       bool pack) {
    if (source.textFile.empty() == source.tokensFile.empty()) {
        throw Error(ErrorCode::InvalidArgument,
                    source.empty() ? "there is neither text nor tokens" : "both text and tokens are given",
                    "give exactly one of --text FILE and --tokens FILE.safetensors:NAME");
    }
    return source.textFile.empty() ? readIds(source, checkpointFolder, bos)
                                   : readText(source, checkpointFolder, bos, pack);
}

}  // namespace secateur
