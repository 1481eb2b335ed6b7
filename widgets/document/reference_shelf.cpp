// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/reference_shelf.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

namespace secateur {
namespace {

constexpr std::size_t kMostReferences = 4;  // analyses of a large network are hundreds of megabytes

template <class Items>
auto valueAt(const Items& items, const QString& path) {
    const auto found = std::ranges::find(items, path, [](const auto& item) { return item.path; });
    return found != items.end() ? found->value : decltype(found->value)();
}

template <class Items>
QStringList pathsOf(const Items& items) {
    QStringList paths;
    for (const auto& item : items) paths << item.path;
    return paths;
}

}  // namespace

ReferenceShelf::ReferenceShelf(EngineClient& engine, QObject* parent) : QObject(parent), engine_(engine) {
    connect(&engine_, &EngineClient::analysisRead, this,
            [this](const std::shared_ptr<const Analysis>& analysis, const QString& file,
                   const QString& problem) { put(analyses_, file, analysis, problem); });
    connect(&engine_, &EngineClient::modelRead, this,
            [this](const std::shared_ptr<const ModelSummary>& model, const QString& folder,
                   const QString& problem) { put(models_, folder, model, problem); });
    connect(&engine_, &EngineClient::analysesListed, this,
            [this](const std::vector<KnownAnalysis>& analyses) {
                kept_ = analyses;
                Q_EMIT changed({});
            });
}

void ReferenceShelf::listKept() {
    engine_.listAnalyses();
}

QString ReferenceShelf::title(const QString& file) const {
    const auto found = std::ranges::find(kept_, file, &KnownAnalysis::file);
    if (found == kept_.end()) return QFileInfo(file).fileName();
    const CalibrationInfo& text = found->facts->calibration;
    return tr("%1, %2 windows of %3 tokens, of %4")
        .arg(QString::fromStdString(text.source))
        .arg(text.samples)
        .arg(text.seqLen)
        .arg(QString::fromStdString(found->facts->modelName));
}

void ReferenceShelf::readAnalysis(const QString& file) {
    if (reading_.contains(file)) return;
    reading_ << file;
    engine_.readAnalysis(file);
}

void ReferenceShelf::readModel(const QString& folder) {
    if (reading_.contains(folder)) return;
    reading_ << folder;
    engine_.readModel(folder);
}

template <class Value>
void ReferenceShelf::put(Items<Value>& items, const QString& path, std::shared_ptr<const Value> value,
                         const QString& problem) {
    reading_.removeAll(path);
    std::erase_if(items, [&](const Item<Value>& item) { return item.path == path; });
    std::erase_if(problems_, [&](const auto& known) { return known.first == path; });
    if (value != nullptr) items.push_front({path, std::move(value)});
    if (!problem.isEmpty()) problems_.emplace_front(path, problem);
    if (items.size() > kMostReferences) items.pop_back();
    if (problems_.size() > kMostReferences) problems_.pop_back();
    Q_EMIT changed(path);
}

std::shared_ptr<const Analysis> ReferenceShelf::analysis(const QString& file) const {
    return valueAt(analyses_, file);
}

std::shared_ptr<const ModelSummary> ReferenceShelf::model(const QString& folder) const {
    return valueAt(models_, folder);
}

std::vector<std::shared_ptr<const ModelSummary>> ReferenceShelf::knownModels() const {
    std::vector<std::shared_ptr<const ModelSummary>> known;
    for (const auto& item : models_) known.push_back(item.value);
    return known;
}

QString ReferenceShelf::problem(const QString& path) const {
    const auto found = std::ranges::find(problems_, path, &std::pair<QString, QString>::first);
    return found != problems_.end() ? found->second : QString();
}

QStringList ReferenceShelf::analyses() const {
    return pathsOf(analyses_);
}

QStringList ReferenceShelf::models() const {
    return pathsOf(models_);
}

}  // namespace secateur
