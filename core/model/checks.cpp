// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/checks.h"

#include <cmath>
#include <new>

#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include "core/base/error.h"

namespace secateur {

void requireFinite(const at::Tensor& tensor, const std::string& what) {
    if (tensor.numel() == 0) return;
    // A sum is NaN or Inf as soon as one element is; a finite tensor whose sum overflows is looked at element
    // by element.
    if (std::isfinite(tensor.sum(at::kFloat).item<float>())) return;
    if (at::isfinite(tensor).all().item<bool>()) return;
    throw Error(ErrorCode::Corrupt, what + " holds NaN or Inf",
                "the checkpoint is damaged, or was saved from a diverged run");
}

void guarded(const std::function<void()>& work, Gradients gradients) {
    try {
        const c10::InferenceMode inference(gradients == Gradients::Off);
        work();
    } catch (const Error&) {
        throw;
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::OutOfMemory, "out of memory",
                    "use fewer windows, a smaller --seq-len or --memory-limit");
    } catch (const c10::OutOfMemoryError& problem) {
        throw Error(ErrorCode::OutOfMemory, std::string("out of memory: ") + problem.what_without_backtrace(),
                    "use fewer windows, a smaller --seq-len or --device cpu");
    } catch (const c10::Error& problem) {
        const std::string text = problem.what_without_backtrace();
        const bool memory = text.find("not enough memory") != std::string::npos ||
                            text.find("can't allocate memory") != std::string::npos;
        throw Error(memory ? ErrorCode::OutOfMemory : ErrorCode::Internal,
                    (memory ? "out of memory: " : "LibTorch: ") + text.substr(0, text.find('\n')));
    }
}

}  // namespace secateur
