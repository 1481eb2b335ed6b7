// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/storage/checkpoint.h"
#include "core/storage/file_io.h"
#include "core/storage/safetensors_header.h"

namespace secateur {

struct SafetensorsFile::Impl {
    MappedFile file;
    std::map<std::string, TensorView> tensors;

    explicit Impl(const std::filesystem::path& path)
        : file(path), tensors(parseSafetensors(file.bytes(), path.string())) {}
};

SafetensorsFile::SafetensorsFile(const std::filesystem::path& file) : impl_(std::make_unique<Impl>(file)) {}

SafetensorsFile::~SafetensorsFile() = default;

const std::filesystem::path& SafetensorsFile::path() const noexcept {
    return impl_->file.path();
}

const std::map<std::string, TensorView>& SafetensorsFile::tensors() const noexcept {
    return impl_->tensors;
}

const TensorView& SafetensorsFile::tensor(const std::string& name) const {
    const auto found = impl_->tensors.find(name);
    if (found == impl_->tensors.end())
        throw Error(ErrorCode::NotFound, path().string() + " has no tensor \"" + name + "\"");
    return found->second;
}

void SafetensorsFile::release(const TensorView& tensor) const noexcept {
    advisePages(tensor.bytes, PageAdvice::DontNeed);
}

}  // namespace secateur
