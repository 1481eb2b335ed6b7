// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/run_store.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/data/heal_json.h"
#include "core/data/json_reader.h"
#include "core/storage/file_io.h"
#include "core/storage/output_file.h"

namespace secateur {

namespace {

namespace fs = std::filesystem;

constexpr const char* kRecordFile = "run.json";
constexpr const char* kCurvesFile = "metrics.jsonl";
constexpr const char* kLockFile = ".lock";
constexpr std::uint64_t kLargestRecord = 1u << 20;
constexpr std::uint64_t kLargestCurves = std::uint64_t{1} << 30;

std::vector<HealPoint> readCurves(const fs::path& file) {
    std::vector<HealPoint> points;
    if (!isThere(file)) return points;
    const std::string text = readSmallFile(file, kLargestCurves);
    std::size_t number = 0;
    for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        const std::string where = file.string() + ", line " + std::to_string(++number);
        points.push_back(healPoint(parseJson(text.substr(begin, end - begin), where), where));
    }
    return points;
}

}  // namespace

void writeRun(const fs::path& folder, const RunRecord& record) {
    writeFileAtomically(folder / kRecordFile, true, [&](OutputFile& out) { out.write(toJson(record)); });
}

RunRecord readRun(const fs::path& folder) {
    const fs::path file = folder / kRecordFile;
    RunRecord record = parseRun(readSmallFile(file, kLargestRecord), file.string());
    record.folder = fs::absolute(folder).lexically_normal().string();
    record.name = fs::path(record.folder).filename().string();
    record.points = readCurves(folder / kCurvesFile);
    if (record.state == RunState::Running && !RunLock::heldBySomeone(folder))
        record.state = RunState::Interrupted;
    if (record.state == RunState::Complete || record.points.empty()) return record;
    const HealPoint& last = record.points.back();
    // Killed runs wrote what they had counted some steps before.
    if (record.steps > 0) record.flops *= static_cast<double>(last.step) / static_cast<double>(record.steps);
    record.steps = last.step;
    record.seconds = last.seconds;
    record.tokens = last.step * record.request.options.batchWindows * record.request.windows.seqLen;
    for (const HealPoint& point : record.points) {
        if (!point.evalPerplexity) continue;
        record.evalPerplexity = point.evalPerplexity;
        record.standardError = point.evalStandardError;
    }
    return record;
}

std::vector<RunRecord> readRuns(const fs::path& workspace, std::vector<std::string>& problems) {
    std::vector<RunRecord> runs;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(workspace, ignored)) {
        if (!entry.is_directory(ignored) || !fs::exists(entry.path() / kRecordFile, ignored)) continue;
        try {
            runs.push_back(readRun(entry.path()));
        } catch (const Error& problem) {
            problems.push_back(problem.message());
        }
    }
    std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return runs;
}

RunLock::RunLock(const fs::path& folder) {
    const fs::path file = folder / kLockFile;
    file_ = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
    if (file_ < 0) throwWriteError(file, errno);
    if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(file_);
    throw Error(ErrorCode::Exists, folder.string() + " is being written by another run",
                "wait for it, or choose another folder");
}

RunLock::~RunLock() {
    ::close(file_);
}

bool RunLock::heldBySomeone(const fs::path& folder) noexcept {
    const int file = ::open((folder / kLockFile).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0;
    ::close(file);
    return held;
}

}  // namespace secateur
