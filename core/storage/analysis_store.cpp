// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/analysis_store.h"

#include <mutex>

#include "core/base/error.h"
#include "core/storage/analysis_layout.h"
#include "core/storage/file_io.h"
#include "core/storage/output_file.h"

namespace secateur {
namespace {

// HDF5 is not built for threads everywhere.
std::mutex& libraryMutex() {
    static std::mutex mutex;
    return mutex;
}

Analysis decoded(const std::filesystem::path& file,
                 Analysis (*decode)(std::span<const std::byte>, const std::string&)) {
    const MappedFile mapped(file);
    if (mapped.bytes().empty()) throw Error(ErrorCode::Corrupt, file.string() + " is empty", "measure again");
    const std::scoped_lock lock(libraryMutex());
    h5::silence();
    return decode(mapped.bytes(), file.string());
}

}  // namespace

void writeAnalysis(const std::filesystem::path& file, const Analysis& analysis, bool overwrite) {
    requireFileTarget(file, overwrite);
    std::vector<std::byte> image;
    {
        const std::scoped_lock lock(libraryMutex());
        h5::silence();
        image = encodeAnalysis(analysis, file.string());
    }
    writeFileAtomically(file, overwrite, [&](OutputFile& output) { output.write(image); });
}

Analysis readAnalysis(const std::filesystem::path& file) {
    return decoded(file, decodeAnalysis);
}

Analysis readAnalysisFacts(const std::filesystem::path& file) {
    return decoded(file, decodeAnalysisFacts);
}

}  // namespace secateur
