// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/checkpoint.h"

#include "core/base/error.h"
#include "core/storage/checkpoint_check.h"
#include "core/storage/file_io.h"
#include "core/storage/fingerprint.h"
#include "core/storage/hf_config.h"
#include "core/storage/safetensors_header.h"
#include "core/storage/shard_index.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxConfigBytes = 16'000'000;

fs::path checkedFolder(const fs::path& folder) {
    std::error_code failure;
    const fs::file_status status = fs::status(folder, failure);
    if (!fs::exists(status))
        throw Error(ErrorCode::NotFound, "the checkpoint folder " + folder.string() + " does not exist");
    if (!fs::is_directory(status)) {
        const bool pickle = isPickle(folder.filename().string());
        throw Error(pickle ? ErrorCode::Unsupported : ErrorCode::InvalidArgument,
                    folder.string() +
                        (pickle ? " is a pickle, which is not read" : " is a file, not a checkpoint folder"),
                    pickle ? pickleHint() : "give the folder that holds config.json");
    }
    fs::path absolute = fs::absolute(folder).lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
}

bool isFile(const fs::path& file) {
    std::error_code ignored;
    return fs::exists(file, ignored);
}

std::string dtypeWord(Dtype dtype) {
    switch (dtype) {
        case Dtype::F32:
            return "float32";
        case Dtype::F16:
            return "float16";
        case Dtype::BF16:
            return "bfloat16";
        default:
            return name(dtype);
    }
}

std::vector<PartSize> emptyParts() {
    return {{"embedding", 0}, {"attention", 0}, {"MLP", 0}, {"norms and biases", 0}, {"output head", 0}};
}

std::int64_t elements(const TensorSpec& spec) {
    std::int64_t count = 1;
    for (const std::int64_t size : spec.shape) count *= size;
    return count;
}

}  // namespace

struct Checkpoint::Impl {
    fs::path folder;
    std::string configJson;
    ModelSummary summary;
    std::map<std::string, std::unique_ptr<SafetensorsFile>> files;  // by name
    std::map<std::string, PlacedTensor> tensors;

    void readConfig();
    void mapFiles();
    void mapShards(const fs::path& index);
    void summarise(const std::vector<TensorSpec>& table);
};

void Checkpoint::Impl::readConfig() {
    const fs::path file = folder / "config.json";
    if (!isFile(file))
        throw Error(ErrorCode::NotFound, folder.string() + " has no config.json",
                    "give the folder of a checkpoint as transformers saves it");
    configJson = readSmallFile(file, kMaxConfigBytes);
    summary.config = readHfConfig(configJson, file.string());
}

void Checkpoint::Impl::mapFiles() {
    if (isFile(folder / kSingleFileName)) {
        const auto& file = files[kSingleFileName] =
            std::make_unique<SafetensorsFile>(folder / kSingleFileName);
        for (const auto& [tensor, view] : file->tensors()) tensors[tensor] = {&view, file->path()};
    } else if (isFile(folder / kIndexFileName)) {
        mapShards(folder / kIndexFileName);
    } else {
        refuseFolderWithoutSafetensors(folder);
    }
}

void Checkpoint::Impl::mapShards(const fs::path& index) {
    for (const auto& [tensor, shard] :
         parseShardIndex(readSmallFile(index, kMaxHeaderBytes), index.string())) {
        std::unique_ptr<SafetensorsFile>& file = files[shard];
        if (!file && !isFile(folder / shard))
            throw Error(ErrorCode::NotFound,
                        "the shard " + (folder / shard).string() + " does not exist, but " + index.string() +
                            " names it",
                        "download the missing file");
        if (!file) file = std::make_unique<SafetensorsFile>(folder / shard);
        const auto found = file->tensors().find(tensor);
        if (found == file->tensors().end())
            throw Error(ErrorCode::Corrupt, index.string() + ": tensor \"" + tensor + "\" is said to be in " +
                                                shard + ", but is not there");
        tensors[tensor] = {&found->second, file->path()};
    }
}

void Checkpoint::Impl::summarise(const std::vector<TensorSpec>& table) {
    summary.name = folder.filename().string();
    summary.path = folder.string();
    summary.hasTokenizer = isFile(folder / "tokenizer.json") || isFile(folder / "tokenizer.model");
    summary.parameters = totalParameters(summary.config);
    summary.decoderLinearParameters = decoderLinearParameters(summary.config);
    summary.parts = emptyParts();
    for (const TensorSpec& spec : table) {
        const TensorView& view = *tensors.at(spec.name).view;
        const std::string word = dtypeWord(view.dtype);
        if (summary.dtype.empty()) summary.dtype = word;
        if (summary.dtype != word) summary.dtype = "mixed";
        summary.bytes += static_cast<std::int64_t>(view.bytes.size());
        summary.parts[static_cast<std::size_t>(spec.part)].parameters += elements(spec);
    }
    summary.fingerprint = checkpointFingerprint(
        summary.config, table,
        [this](const std::string& tensor) -> const TensorView& { return *tensors.at(tensor).view; });
}

Checkpoint::Checkpoint() : impl_(std::make_unique<Impl>()) {}

Checkpoint::~Checkpoint() = default;

std::shared_ptr<const Checkpoint> Checkpoint::open(const fs::path& folder) {
    const std::shared_ptr<Checkpoint> checkpoint(new Checkpoint);
    Impl& impl = *checkpoint->impl_;
    impl.folder = checkedFolder(folder);
    impl.readConfig();
    impl.mapFiles();
    const std::vector<TensorSpec> table = networkTensors(impl.summary.config);
    checkTensors(impl.summary.config, table, impl.tensors, (impl.folder / "config.json").string());
    impl.summarise(table);
    return checkpoint;
}

const ModelSummary& Checkpoint::summary() const noexcept {
    return impl_->summary;
}

const fs::path& Checkpoint::folder() const noexcept {
    return impl_->folder;
}

const std::string& Checkpoint::configJson() const noexcept {
    return impl_->configJson;
}

bool Checkpoint::has(const std::string& tensor) const noexcept {
    return impl_->tensors.contains(tensor);
}

const TensorView& Checkpoint::tensor(const std::string& name) const {
    const auto found = impl_->tensors.find(name);
    if (found == impl_->tensors.end())
        throw Error(ErrorCode::NotFound,
                    "the checkpoint " + impl_->folder.string() + " has no tensor \"" + name + "\"");
    return *found->second.view;
}

std::vector<std::string> Checkpoint::tensorNames() const {
    std::vector<std::string> names;
    for (const auto& [name, placed] : impl_->tensors) names.push_back(name);
    return names;
}

void Checkpoint::release(const std::string& tensor) const noexcept {
    const auto found = impl_->tensors.find(tensor);
    if (found != impl_->tensors.end()) advisePages(found->second.view->bytes, PageAdvice::DontNeed);
}

}  // namespace secateur
