// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/work_memory.h"

#include "core/storage/scratch_file.h"

namespace secateur {

namespace {

// A tensor over `data`, which `owner` holds; counted until the last of its views is gone.
template <class Owner>
at::Tensor counted(void* data, at::IntArrayRef sizes, const at::TensorOptions& options, Owner owner,
                   const std::shared_ptr<std::atomic<std::int64_t>>& counter, std::int64_t bytes) {
    *counter += bytes;
    return at::from_blob(
        data, sizes,
        [owner = std::move(owner), counter, bytes](void*) mutable {
            owner.reset();
            *counter -= bytes;
        },
        options);
}

std::int64_t bytesOf(at::IntArrayRef sizes, const at::TensorOptions& options) {
    return c10::multiply_integers(sizes) * static_cast<std::int64_t>(options.dtype().itemsize());
}

}  // namespace

WorkMemory::WorkMemory(std::int64_t residentBytes)
    : limit_(residentBytes),
      resident_(std::make_shared<std::atomic<std::int64_t>>(0)),
      spilled_(std::make_shared<std::atomic<std::int64_t>>(0)) {}

at::Tensor WorkMemory::empty(at::IntArrayRef sizes, const at::TensorOptions& options) {
    const std::int64_t bytes = bytesOf(sizes, options);
    if (!options.device().is_cpu() || bytes == 0) return at::empty(sizes, options);
    if (fits(bytes)) {
        const at::Tensor whole = at::empty(sizes, options);
        return counted(whole.mutable_data_ptr(), sizes, options, whole, resident_, bytes);
    }
    auto file = std::make_shared<ScratchFile>(bytes);
    void* data = file->bytes().data();
    return counted(data, sizes, options, std::move(file), spilled_, bytes);
}

at::Tensor WorkMemory::copy(const at::Tensor& tensor) {
    return empty(tensor.sizes(), tensor.options()).copy_(tensor);
}

at::Tensor WorkMemory::keep(at::Tensor tensor) {
    if (!tensor.defined() || !tensor.is_cpu()) return tensor;
    const auto bytes = static_cast<std::int64_t>(tensor.nbytes());
    if (!fits(bytes) || !tensor.is_contiguous()) return copy(tensor);
    const std::vector<std::int64_t> sizes = tensor.sizes().vec();
    const at::TensorOptions options = tensor.options();
    void* data = tensor.mutable_data_ptr();
    return counted(data, sizes, options, std::move(tensor), resident_, bytes);
}

LayerWeights WorkMemory::keep(LayerWeights layer, const LayerWeights& source) {
    for (const LinearName name : kAllLinears) {
        Linear& linear = layer.linear(name);
        const std::vector<at::Tensor> before = weightsOf(source.linear(name));
        std::vector<at::Tensor> tensors = weightsOf(linear);
        bool moved = false;
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            if (i < before.size() && tensors[i].is_alias_of(before[i])) continue;
            tensors[i] = keep(std::move(tensors[i]));
            moved = true;
        }
        if (!moved) continue;
        if (linear.body)
            linear.body = linear.body->with(std::move(tensors));
        else
            linear.weight = tensors.front();
    }
    return layer;
}

}  // namespace secateur
