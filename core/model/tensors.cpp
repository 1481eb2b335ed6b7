// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tensors.h"

#include <cstdint>

#include "core/base/error.h"

namespace secateur {

at::ScalarType torchDtype(Dtype dtype) {
    switch (dtype) {
        case Dtype::F32:
            return at::kFloat;
        case Dtype::F16:
            return at::kHalf;
        case Dtype::BF16:
            return at::kBFloat16;
        case Dtype::I32:
            return at::kInt;
        case Dtype::I64:
            return at::kLong;
        case Dtype::U8:
            return at::kByte;
    }
    return at::kByte;
}

Dtype storedDtype(at::ScalarType dtype) {
    switch (dtype) {
        case at::kFloat:
            return Dtype::F32;
        case at::kHalf:
            return Dtype::F16;
        case at::kBFloat16:
            return Dtype::BF16;
        case at::kInt:
            return Dtype::I32;
        case at::kLong:
            return Dtype::I64;
        case at::kByte:
            return Dtype::U8;
        default:
            throw Error(ErrorCode::Internal, std::string("checkpoints do not hold ") + c10::toString(dtype));
    }
}

at::Tensor viewOf(const TensorView& view) {
    const auto options = at::TensorOptions().dtype(torchDtype(view.dtype));
    // LibTorch takes a mutable pointer; the mapping is read-only and nothing here writes through it.
    auto* data = const_cast<std::byte*>(view.bytes.data());
    if (view.bytes.empty()) return at::empty(view.shape, options);
    const at::Tensor tensor = at::from_blob(data, view.shape, options);
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % byteSize(view.dtype) == 0;
    if (aligned) return tensor;
    const at::Tensor copy = at::empty(view.shape, options);
    std::memcpy(copy.data_ptr(), data, view.bytes.size());
    return copy;
}

bool isHostFloat(const at::Tensor& tensor) {
    return tensor.is_cpu() && tensor.scalar_type() == at::kFloat;
}

at::Generator seededGenerator(const at::Device& device, std::uint64_t seed) {
    at::Generator generator = at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(seed);
    return generator;
}

std::vector<float> floatsOf(const at::Tensor& tensor) {
    const at::Tensor host = tensor.to(at::kCPU, at::kFloat).contiguous();
    const float* data = host.const_data_ptr<float>();
    return {data, data + host.numel()};
}

std::span<const std::byte> bytesOf(const at::Tensor& tensor) {
    return {static_cast<const std::byte*>(tensor.const_data_ptr()),
            static_cast<std::size_t>(tensor.nbytes())};
}

}  // namespace secateur
