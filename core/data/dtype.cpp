// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dtype.h"

namespace secateur {

const char* name(Dtype dtype) noexcept {
    switch (dtype) {
        case Dtype::F32:
            return "F32";
        case Dtype::F16:
            return "F16";
        case Dtype::BF16:
            return "BF16";
        case Dtype::I32:
            return "I32";
        case Dtype::I64:
            return "I64";
        case Dtype::U8:
            return "U8";
    }
    return "unknown";
}

const char* torchName(Dtype dtype) noexcept {
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

std::size_t byteSize(Dtype dtype) noexcept {
    switch (dtype) {
        case Dtype::F32:
        case Dtype::I32:
            return 4;
        case Dtype::F16:
        case Dtype::BF16:
            return 2;
        case Dtype::I64:
            return 8;
        case Dtype::U8:
            return 1;
    }
    return 1;
}

std::optional<Dtype> weightDtype(std::string_view word) noexcept {
    for (const Dtype dtype : {Dtype::F32, Dtype::F16, Dtype::BF16})
        if (word == torchName(dtype)) return dtype;
    return std::nullopt;
}

}  // namespace secateur
