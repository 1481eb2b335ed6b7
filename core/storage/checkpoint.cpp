// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/checkpoint.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/storage/checkpoint_check.h"
#include "core/storage/file_io.h"
#include "core/storage/fingerprint.h"
#include "core/storage/folder_kind.h"
#include "core/storage/hf_config.h"
#include "core/storage/run_store.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxConfigBytes = 16'000'000;

fs::path checkedFolder(const fs::path& folder) {
    requireFolder(folder);
    fs::path absolute = fs::absolute(folder).lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
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
    MappedWeights files;

    void readConfig();
    void readWeights();
    void warn(const std::vector<std::string>& warnings) {
        summary.warnings.insert(summary.warnings.end(), warnings.begin(), warnings.end());
    }
    void summarise(const std::vector<TensorSpec>& table);
    void readRunBeside();
};

void Checkpoint::Impl::readConfig() {
    const fs::path file = folder / "config.json";
    if (!isThere(file)) refuseFolderWithoutConfig(folder);
    configJson = readSmallFile(file, kMaxConfigBytes);
    summary.config = readHfConfig(configJson, file.string(), &summary.warnings);
}

void Checkpoint::Impl::readWeights() {
    const std::string configFile = (folder / "config.json").string();
    files = openWeightFiles(folder, networkTensors(summary.config));
    warn(settleSharedMatrix(summary.config, files, configFile));
    const std::vector<TensorSpec> table = networkTensors(summary.config);
    const std::vector<std::string> leftovers = checkTensors(summary.config, table, files, configFile);
    warn(files.warnings);
    warn(leftovers);
    summarise(table);
}

void Checkpoint::Impl::summarise(const std::vector<TensorSpec>& table) {
    summary.name = printable(folder.filename().string());
    summary.path = folder.string();
    for (const char* tokenizer : {"tokenizer.json", "tokenizer.model"}) {
        summary.hasTokenizer = summary.hasTokenizer || isThere(folder / tokenizer);
        if (isLfsPointer(folder / tokenizer))
            warn({(folder / tokenizer).string() +
                  " is a Git LFS pointer; run git lfs pull in the folder before text is read"});
    }
    summary.parameters = totalParameters(summary.config);
    summary.decoderLinearParameters = decoderLinearParameters(summary.config);
    summary.parts = emptyParts();
    for (const TensorSpec& spec : table) {
        const TensorView& view = *files.tensors.at(spec.name).view;
        const std::string word = torchName(view.dtype);
        if (summary.dtype.empty()) summary.dtype = word;
        if (summary.dtype != word) summary.dtype = "mixed";
        summary.bytes += static_cast<std::int64_t>(view.bytes.size());
        summary.parts[static_cast<std::size_t>(spec.part)].parameters += elements(spec);
    }
    for (const auto& [name, file] : files.files) {
        std::error_code problem;
        const std::uintmax_t bytes = fs::file_size(file->path(), problem);
        if (!problem) summary.fileBytes += static_cast<std::int64_t>(bytes);
    }
    summary.fingerprint = checkpointFingerprint(
        summary.config, table,
        [this](const std::string& tensor) -> const TensorView& { return *files.tensors.at(tensor).view; });
}

// A checkpoint that no readable run.json lies beside was not healed, as far as anyone can know.
void Checkpoint::Impl::readRunBeside() {
    if (!isThere(folder / "run.json")) return;
    try {
        summary.healedBy = std::make_shared<const RunRecord>(readRun(folder));
    } catch (const Error& error) {
        warn({error.message()});
    }
}

Checkpoint::Checkpoint() : impl_(std::make_unique<Impl>()) {}

Checkpoint::~Checkpoint() = default;

std::shared_ptr<const Checkpoint> Checkpoint::open(const fs::path& folder) {
    const std::shared_ptr<Checkpoint> checkpoint(new Checkpoint);
    Impl& impl = *checkpoint->impl_;
    impl.folder = checkedFolder(folder);
    impl.readConfig();
    impl.readWeights();
    impl.readRunBeside();
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
    return impl_->files.tensors.contains(tensor);
}

const TensorView& Checkpoint::tensor(const std::string& name) const {
    const auto found = impl_->files.tensors.find(name);
    if (found == impl_->files.tensors.end())
        throw Error(ErrorCode::NotFound,
                    "the checkpoint " + impl_->folder.string() + " has no tensor \"" + name + "\"");
    return *found->second.view;
}

std::vector<std::string> Checkpoint::tensorNames() const {
    std::vector<std::string> names;
    for (const auto& [name, placed] : impl_->files.tensors) names.push_back(name);
    return names;
}

void Checkpoint::release(const std::string& tensor) const noexcept {
    const auto found = impl_->files.tensors.find(tensor);
    if (found != impl_->files.tensors.end()) advisePages(found->second.view->bytes, PageAdvice::DontNeed);
}

}  // namespace secateur
