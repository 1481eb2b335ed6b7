// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/storage/checkpoint.h"
#include "core/storage/file_io.h"
#include "core/storage/safetensors_header.h"

namespace secateur {

struct SafetensorsFile::Impl {
    MappedFile file;
    SafetensorsContent content;

    explicit Impl(const std::filesystem::path& path)
        : file(path), content(parseSafetensors(file.bytes(), path.string())) {}
};

SafetensorsFile::SafetensorsFile(const std::filesystem::path& file) : impl_(std::make_unique<Impl>(file)) {}

SafetensorsFile::~SafetensorsFile() = default;

const std::filesystem::path& SafetensorsFile::path() const noexcept {
    return impl_->file.path();
}

const std::map<std::string, TensorView>& SafetensorsFile::tensors() const noexcept {
    return impl_->content.tensors;
}

const std::map<std::string, std::string>& SafetensorsFile::unread() const noexcept {
    return impl_->content.unread;
}

const TensorView& SafetensorsFile::tensor(const std::string& name) const {
    const auto found = tensors().find(name);
    if (found != tensors().end()) return found->second;
    if (const auto other = unread().find(name); other != unread().end())
        throw Error(ErrorCode::Unsupported,
                    path().string() + ": tensor \"" + name + "\" has dtype " + other->second +
                        ", which is not computed with",
                    "store it as F32, F16 or BF16, and ids as I32 or I64");
    throw Error(ErrorCode::NotFound, path().string() + " has no tensor \"" + name + "\"");
}

void SafetensorsFile::release(const TensorView& tensor) const noexcept {
    advisePages(tensor.bytes, PageAdvice::DontNeed);
}

}  // namespace secateur
