// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shared by the reading and the writing half of hdf5_access. Internal to storage.
#pragma once

#include <string>

#include "core/base/error.h"
#include "core/storage/hdf5_access.h"

namespace secateur::h5 {

// What HDF5 said last, innermost cause first, and clears it.
[[nodiscard]] std::string takeReason();
[[noreturn]] void failReading(const std::string& place, const std::string& problem);
[[noreturn]] void failWriting(const std::string& place, const std::string& what);

// A file held in memory only.
[[nodiscard]] Id memoryAccess(const std::string& place);

}  // namespace secateur::h5
