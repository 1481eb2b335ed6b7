// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/device.h"

#include <charconv>
#include <cstdlib>

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "core/base/error.h"

namespace secateur {

namespace {

// True when a CUDA build of LibTorch could be loaded and sees at least one GPU. Must run before anything else
// asks LibTorch about CUDA, because its hooks are looked up once.
bool loadCuda(std::string& reason) {
    static const auto outcome = []() -> std::pair<bool, std::string> {
        if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
            const char* message = dlerror();
            return {false, message ? message : "libtorch_cuda.so could not be loaded"};
        }
        if (at::detail::getCUDAHooks().deviceCount() < 1) return {false, "LibTorch sees no GPU"};
        return {true, {}};
    }();
    reason = outcome.second;
    return outcome.first;
}

at::Device chooseDevice(const std::string& name) {
    std::string reason;
    if (name == "cpu") return at::kCPU;
    if (name == "auto") return loadCuda(reason) ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    int index = 0;
    const bool numbered = name.rfind("cuda:", 0) == 0;
    if (numbered) {
        const char* end = name.data() + name.size();
        const auto [rest, problem] = std::from_chars(name.data() + 5, end, index);
        if (problem != std::errc() || rest != end || index < 0)
            throw Error(ErrorCode::InvalidArgument, "unknown device '" + name + "'",
                        "use auto, cpu, cuda or cuda:N");
    } else if (name != "cuda") {
        throw Error(ErrorCode::InvalidArgument, "unknown device '" + name + "'",
                    "use auto, cpu, cuda or cuda:N");
    }
    if (!loadCuda(reason))
        throw Error(ErrorCode::Unsupported, "device " + name + " is not available: " + reason,
                    "use --device cpu, or a LIBTORCH_ROOT with CUDA libraries and a GPU driver");
    const int count = static_cast<int>(at::detail::getCUDAHooks().deviceCount());
    if (index >= count)
        throw Error(ErrorCode::Unsupported,
                    "device " + name + " is not available: there are " + std::to_string(count) + " GPUs",
                    "GPUs are numbered from cuda:0");
    return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

at::ScalarType chooseDtype(const std::string& name, const at::Device& device) {
    if (name == "f32") return at::kFloat;
    if (name == "bf16") return at::kBFloat16;
    if (name == "f16") return at::kHalf;
    if (name != "auto")
        throw Error(ErrorCode::InvalidArgument, "unknown dtype '" + name + "'", "use auto, f32, bf16 or f16");
    return device.is_cuda() || cpuGainsFromBf16() ? at::kBFloat16 : at::kFloat;
}

}  // namespace

bool cpuGainsFromBf16() {
#if defined(__x86_64__)
    constexpr unsigned kAmxBf16 = 1U << 22;  // of leaf 7, EDX
    unsigned a = 0, b = 0, c = 0, d = 0;
    const bool matrices = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kAmxBf16) != 0;
    return matrices || (__builtin_cpu_supports("avx512bf16") != 0 && __builtin_cpu_is("amd") != 0);
#else
    return false;
#endif
}

ComputePlace choosePlace(const std::string& device, const std::string& dtype) {
    ComputePlace place;
    place.device = chooseDevice(device);
    place.weights = chooseDtype(dtype, place.device);
    const bool fast16 = place.device.is_cuda() || (place.weights == at::kBFloat16 && cpuGainsFromBf16());
    place.products = fast16 ? place.weights : at::kFloat;
    if (place.device.is_cuda()) {
        // Runs are to be the same again on the same GPU; cuBLAS reads this when it starts.
        setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
        at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
        at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
        at::globalContext().setDeterministicFillUninitializedMemory(false);
        // float32 means float32: goldens are compared on the GPU too.
        at::globalContext().setAllowTF32CuBLAS(false);
    }
    return place;
}

void waitFor(const at::Device& device) {
    if (!device.is_cpu()) at::accelerator::synchronizeDevice(device.index());
}

std::string describe(const at::Device& device) {
    return device.is_cpu() ? "cpu" : device.str();
}

const char* dtypeName(at::ScalarType dtype) {
    switch (dtype) {
        case at::kFloat:
            return "float32";
        case at::kBFloat16:
            return "bfloat16";
        case at::kHalf:
            return "float16";
        default:
            return "unknown";
    }
}

}  // namespace secateur
