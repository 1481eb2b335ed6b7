// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/run_folder.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include "core/base/error.h"
#include "core/data/heal_json.h"
#include "core/heal/heal_check.h"
#include "core/storage/file_io.h"
#include "core/storage/output_file.h"

namespace secateur {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "checkpoint-";
constexpr const char* kPartial = ".partial-";
constexpr const char* kFill = "before-the-cut";
constexpr std::uint64_t kLargestCurves = std::uint64_t{1} << 32;
constexpr const char* kEventPrefix = "events.out.tfevents.";

// A hidden folder that is written and renamed away; what is left of it goes with the object.
class Partial {
public:
    explicit Partial(fs::path path) : path_(std::move(path)) { remove(); }
    ~Partial() { remove(); }
    Partial(const Partial&) = delete;
    Partial& operator=(const Partial&) = delete;
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    void remove() noexcept {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    fs::path path_;
};

void writeWhole(const fs::path& file, const std::string& text) {
    writeFileAtomically(file, true, [&](OutputFile& out) { out.write(text); });
}

std::vector<std::pair<std::int64_t, fs::path>> checkpointsIn(const fs::path& folder) {
    std::vector<std::pair<std::int64_t, fs::path>> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_directory() || name.rfind(kPrefix, 0) != 0) continue;
        const std::string digits = name.substr(std::string(kPrefix).size());
        if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos ||
            digits.size() > 15)
            continue;
        found.emplace_back(std::stoll(digits), entry.path());
    }
    std::sort(found.rbegin(), found.rend());
    return found;
}

// What a killed run was writing.
void removePartials(const fs::path& folder) {
    std::error_code ignored;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().filename().string().rfind(kPartial, 0) == 0) left.push_back(entry.path());
    for (const fs::path& path : left) fs::remove_all(path, ignored);
}

// Lines whose step is at most `step`, and the head of a table. A last line without its end was being written
// when the run was killed.
void cutBack(const fs::path& file, std::int64_t step, bool csv) {
    if (!fs::exists(file)) return;
    std::istringstream lines(readSmallFile(file, kLargestCurves));
    const std::string head = curvesCsvHeader();
    const auto commas = [](const std::string& text) { return std::count(text.begin(), text.end(), ','); };
    const std::ptrdiff_t columns = commas(head);
    std::string kept, line;
    for (bool first = true; std::getline(lines, line); first = false) {
        if (lines.eof()) break;
        if (csv && first) {
            kept += head;
            continue;
        }
        // Rows of an earlier version have fewer columns.
        if (csv)
            line.append(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, columns - commas(line))), ',');
        const std::size_t from = csv ? 0 : line.find(':') + 1;
        if (std::strtoll(line.c_str() + from, nullptr, 10) <= step) kept += line + '\n';
    }
    writeWhole(file, kept);
}

void append(const fs::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::app | std::ios::binary);
    out << text;
    out.flush();
    if (!out) throwWriteError(file, errno);
}

// The same file under a second name, or a copy where the file system has no such thing.
void link(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::create_hard_link(from, to, failed);
    if (!failed) return;
    fs::copy_file(from, to, failed);
    if (failed) throwWriteError(to, failed.value());
}

fs::path prepared(const fs::path& folder, bool overwrite, bool resume) {
    std::error_code ignored;
    const bool used = fs::exists(folder, ignored) && !fs::is_empty(folder, ignored);
    if (used && !resume) {
        if (!overwrite)
            throw Error(ErrorCode::Exists, folder.string() + " exists and is not empty",
                        "use --resume to go on with that run, --force to start it again, or another folder");
        if (checkpointsIn(folder).empty() && !fs::exists(folder / "run.json") &&
            !fs::exists(folder / "metrics.jsonl"))
            throw Error(ErrorCode::Exists, folder.string() + " holds something else than a healing run",
                        "choose another folder");
    }
    fs::create_directories(folder, ignored);
    if (ignored) throwWriteError(folder, ignored.value());
    return folder;
}

}  // namespace

RunFolder::RunFolder(const fs::path& folder, bool overwrite, bool resume)
    : folder_(prepared(folder, overwrite, resume)), lock_(folder_) {
    if (overwrite && !resume) clear();
    removePartials(folder_);
}

// What an earlier run left; files of somebody else stay.
void RunFolder::clear() {
    for (const auto& [step, path] : checkpointsIn(folder_)) fs::remove_all(path);
    fs::remove_all(folder_ / kFill);
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder_)) left.push_back(entry.path());
    static const std::set<std::string> kOurs{"metrics.jsonl", "metrics.csv", "run.json"};
    for (const fs::path& path : left) {
        const std::string name = path.filename().string();
        if (kOurs.contains(name) || name.starts_with(kEventPrefix)) fs::remove(path);
    }
}

void RunFolder::save(const Checkpoint& source, const TrainableNetwork& network, const Trainer& trainer,
                     const TrainingState& state) {
    const Partial partial(folder_ / (kPartial + std::to_string(state.step)));
    writeNetwork(source, network, partial.path());
    writeTrainer(network, trainer, state, partial.path());
    renameInto(partial.path(), checkpointFolder(state.step), true);
    fs::remove_all(folder_ / kFill);
}

void RunFolder::saveFill(const Moments& moments, const nlohmann::ordered_json& identity) const {
    const Partial partial(folder_ / (std::string(kPartial) + kFill));
    writeFill(moments, identity, partial.path());
    renameInto(partial.path(), folder_ / kFill, true);
}

std::optional<Moments> RunFolder::loadFill(const nlohmann::ordered_json& identity,
                                           JobContext& context) const {
    const fs::path path = folder_ / kFill;
    if (!fs::exists(path)) return std::nullopt;
    try {
        ReadFill fill = readFill(path);
        requireSameRun(fill.identity, identity, path.string());
        return std::move(fill.moments);
    } catch (const Error& problem) {
        if (problem.code() == ErrorCode::InvalidArgument) throw;
        context.warn(path.string() + " is damaged and is made again: " + problem.what());
        return std::nullopt;
    }
}

std::optional<TrainingState> RunFolder::load(TrainableNetwork& network, Trainer& trainer,
                                             const nlohmann::ordered_json& identity, JobContext& context) {
    for (const auto& [step, path] : checkpointsIn(folder_)) {
        try {
            TrainingState state = readState(path);
            requireSameRun(state.identity, identity, path.string());
            readTrainer(path, network, trainer);
            trainer.resumeAt(state.step);
            if (!fs::exists(checkpointFolder(state.bestStep))) state.best.reset();
            cutBack(folder_ / "metrics.jsonl", state.step, false);
            cutBack(folder_ / "metrics.csv", state.step, true);
            return state;
        } catch (const Error& problem) {
            if (problem.code() == ErrorCode::InvalidArgument) throw;
            context.warn(path.string() + " is damaged and was passed over: " + problem.what());
        }
    }
    // Stopped before the first checkpoint: the run begins again, and its curves with it.
    cutBack(folder_ / "metrics.jsonl", 0, false);
    cutBack(folder_ / "metrics.csv", 0, true);
    return std::nullopt;
}

void RunFolder::restore(std::int64_t step, TrainableNetwork& network, Trainer& trainer) const {
    readTrainer(checkpointFolder(step), network, trainer);
}

// Hidden first: a run that is killed in between leaves no half of a checkpoint.
void RunFolder::remove(std::int64_t step) const {
    const Partial going(folder_ / (std::string(kPartial) + "gone-" + std::to_string(step)));
    std::error_code ignored;
    fs::rename(checkpointFolder(step), going.path(), ignored);
}

void RunFolder::thin(int count, std::int64_t best) const {
    if (count <= 0) return;
    const auto found = checkpointsIn(folder_);
    for (std::size_t i = static_cast<std::size_t>(count); i < found.size(); ++i)
        if (found[i].first != best) remove(found[i].first);
}

void RunFolder::append(const HealPoint& point) {
    const fs::path csv = folder_ / "metrics.csv";
    secateur::append(folder_ / "metrics.jsonl", toJson(point).dump() + "\n");
    secateur::append(csv, (fs::exists(csv) ? std::string() : curvesCsvHeader()) + curvesCsvRow(point));
    if (!events_) events_.emplace(folder_);
    std::vector<std::pair<std::string, double>> scalars{{"loss/train", point.loss},
                                                        {"loss/cross_entropy", point.crossEntropy},
                                                        {"learning_rate", point.rate},
                                                        {"gradient_norm", point.gradientNorm},
                                                        {"tokens_per_second", point.tokensPerSecond}};
    if (point.divergence != 0.0) scalars.emplace_back("loss/divergence", point.divergence);
    if (point.hiddenDistance != 0.0) scalars.emplace_back("loss/hidden_distance", point.hiddenDistance);
    if (point.attentionDistance != 0.0)
        scalars.emplace_back("loss/attention_distance", point.attentionDistance);
    if (point.embeddingDistance != 0.0)
        scalars.emplace_back("loss/embedding_distance", point.embeddingDistance);
    if (point.memoryBytes > 0) scalars.emplace_back("memory_bytes", static_cast<double>(point.memoryBytes));
    if (point.evalPerplexity) {
        scalars.emplace_back("perplexity/eval", *point.evalPerplexity);
        scalars.emplace_back("loss/eval", std::log(*point.evalPerplexity));
    }
    events_->add(point.step, scalars);
}

void RunFolder::write(const RunRecord& record) {
    writeRun(folder_, record);
}

std::optional<HealPoint> RunFolder::lastPoint() const {
    const fs::path file = folder_ / "metrics.jsonl";
    try {
        std::istringstream lines(readSmallFile(file, kLargestCurves));
        std::string line, last;
        while (std::getline(lines, line))
            if (!line.empty()) last = line;
        if (last.empty()) return std::nullopt;
        return healPoint(nlohmann::json::parse(last), file.string());
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

void RunFolder::finish(std::int64_t step, const Checkpoint& source, const TrainableNetwork& network,
                       const HealOptions& options, const std::string& card) {
    const Partial partial(folder_ / (std::string(kPartial) + "result"));
    fs::create_directories(partial.path());
    for (const auto& entry : fs::directory_iterator(checkpointFolder(step))) {
        const std::string name = entry.path().filename().string();
        if (name != kOptimizerFile && name != kStateFile) link(entry.path(), partial.path() / name);
    }
    if (options.method == HealMethod::Lora)
        writeAdapter(network, options, source.folder(), partial.path() / "adapter");
    writeWhole(partial.path() / "README.md", card);
    // config.json last: with it the folder is a checkpoint.
    std::vector<fs::path> parts;
    for (const auto& entry : fs::directory_iterator(partial.path())) parts.push_back(entry.path());
    std::sort(parts.begin(), parts.end(), [](const fs::path& a, const fs::path& b) {
        return (a.filename() == "config.json") < (b.filename() == "config.json");
    });
    for (const fs::path& part : parts) {
        if (fs::is_directory(part)) fs::remove_all(folder_ / part.filename());
        fs::rename(part, folder_ / part.filename());
    }
}

fs::path RunFolder::checkpointFolder(std::int64_t step) const {
    return folder_ / (kPrefix + std::to_string(step));
}

}  // namespace secateur
