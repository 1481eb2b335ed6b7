// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/hdf5_common.h"

#include <utility>

#include <hdf5.h>

namespace secateur::h5 {

Id::Id(Id&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}

Id& Id::operator=(Id&& other) noexcept {
    if (this != &other) {
        reset();
        id_ = std::exchange(other.id_, -1);
        close_ = other.close_;
    }
    return *this;
}

void Id::reset() noexcept {
    if (id_ >= 0) close_(id_);
    id_ = -1;
}

void silence() {
    // After a damaged file the library's own clean-up at exit can complain on stderr; it has nothing to clean
    // up.
    static const herr_t quietExit = H5dont_atexit();
    static_cast<void>(quietExit);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5Eclear2(H5E_DEFAULT);
}

std::string takeReason() {
    std::string reason;
    const auto first = [](unsigned int, const H5E_error2_t* entry, void* text) -> herr_t {
        auto& found = *static_cast<std::string*>(text);
        if (found.empty() && entry->desc != nullptr) found = entry->desc;
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first, &reason);
    H5Eclear2(H5E_DEFAULT);
    return reason;
}

void failReading(const std::string& place, const std::string& problem) {
    const std::string reason = takeReason();
    throw Error(ErrorCode::Corrupt, place + " " + problem + (reason.empty() ? "" : " (HDF5: " + reason + ")"),
                "the file is damaged or not an analysis; measure again");
}

void failWriting(const std::string& place, const std::string& what) {
    throw Error(ErrorCode::Internal, "cannot build " + place + ": " + what + " (HDF5: " + takeReason() + ")");
}

Id memoryAccess(const std::string& place) {
    Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    constexpr std::size_t kGrowth = std::size_t{1} << 20;
    if (access.get() < 0 || H5Pset_fapl_core(access.get(), kGrowth, 0) < 0) failWriting(place, "file access");
    H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
    return access;
}

}  // namespace secateur::h5
