// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/plan_list.h"

#include <QFileInfo>
#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/error.h"

namespace secateur {
namespace {

constexpr std::size_t kLongestList = 300;
constexpr std::size_t kMostRemoved = 50;
constexpr int kLongestNote = 1000;  // letters; session files take texts of 4096 bytes

}  // namespace

QString inWords(const JudgedOn& judged) {
    const QString file = QFileInfo(QString::fromStdString(judged.text.file())).fileName();
    const WindowOptions& windows = judged.windows;
    const QString count = windows.samples > 0 ? QString::number(windows.samples) : PlanList::tr("all");
    QString text = PlanList::tr("%1, %2 windows of %3 tokens").arg(file, count).arg(windows.seqLen);
    if (windows.skip == std::numeric_limits<int>::max()) return text + PlanList::tr(", the last ones");
    if (windows.skip > 0) text += PlanList::tr(" after the first %1").arg(windows.skip);
    return text;
}

PlanWishes wishesBack(const PreviewPoint& point, const ModelSummary& model, const Analysis* analysis) {
    if (point.packed == nullptr) return point.wishes;
    Plan plan = point.packed->unpack();
    try {
        if (!plannedByEngine(point.wishes) && planOf(model, analysis, point.wishes).plan.steps == plan.steps)
            return point.wishes;
    } catch (const Error&) {  // they need an analysis that is not there
    }
    return wishesOf(plan);
}

const PreviewPoint* PlanList::find(std::uint64_t id) const {
    const auto found = std::ranges::find(points_, id, &PreviewPoint::id);
    return found == points_.end() ? nullptr : &*found;
}

PreviewPoint* PlanList::mutableFind(std::uint64_t id) {
    const auto found = std::ranges::find(points_, id, &PreviewPoint::id);
    return found == points_.end() ? nullptr : &*found;
}

bool PlanList::kept(const PreviewPoint& point) const {
    return !point.name.isEmpty() || !point.note.isEmpty() || pinned_.contains(point.id);
}

std::uint64_t PlanList::remember(PreviewPoint point, std::uint64_t edit) {
    const auto same = std::ranges::find_if(points_, [&](const PreviewPoint& known) {
        return known.judged == point.judged && known.packed && point.packed &&
               known.packed->sameSteps(*point.packed);
    });
    if (same != points_.end()) {
        point.id = same->id;
        point.name = same->name;
        point.note = same->note;
        points_.erase(same);
    } else {
        point.id = ++ids_;
    }
    const auto passed = std::ranges::find(points_, lastId_, &PreviewPoint::id);
    if (edit == lastEdit_ && passed != points_.end() && !kept(*passed) && passed->judged == point.judged)
        points_.erase(passed);
    lastEdit_ = edit;
    lastId_ = point.id;
    points_.push_back(std::move(point));
    if (points_.size() > kLongestList) {
        const auto oldest = std::ranges::find_if(points_, [this](const auto& one) { return !kept(one); });
        points_.erase(oldest == points_.end() ? points_.begin() : oldest);
    }
    Q_EMIT changed();
    return lastId_;
}

void PlanList::rename(std::uint64_t id, const QString& name) {
    PreviewPoint* point = mutableFind(id);
    if (point == nullptr || point->name == name.trimmed()) return;
    point->name = name.trimmed().left(kLongestNote);
    Q_EMIT changed();
}

void PlanList::setNote(std::uint64_t id, const QString& note) {
    PreviewPoint* point = mutableFind(id);
    if (point == nullptr || point->note == note.trimmed()) return;
    point->note = note.trimmed().left(kLongestNote);
    Q_EMIT changed();
}

void PlanList::remove(std::uint64_t id) {
    const auto found = std::ranges::find(points_, id, &PreviewPoint::id);
    if (found == points_.end()) return;
    removed_.push_back({static_cast<std::size_t>(found - points_.begin()), std::move(*found)});
    if (removed_.size() > kMostRemoved) removed_.erase(removed_.begin());
    points_.erase(found);
    Q_EMIT changed();
}

void PlanList::takeBack() {
    if (removed_.empty()) return;
    Removed last = std::move(removed_.back());
    removed_.pop_back();
    const auto at = static_cast<std::ptrdiff_t>(std::min(last.at, points_.size()));
    points_.insert(points_.begin() + at, std::move(last.point));
    Q_EMIT changed();
}

RunLabel PlanList::labelOf(const QString& folder) const {
    const auto found = std::ranges::find(labels_, folder, &RunLabel::folder);
    return found == labels_.end() ? RunLabel{folder} : *found;
}

void PlanList::setLabel(const RunLabel& label) {
    std::erase_if(labels_, [&](const RunLabel& one) { return one.folder == label.folder; });
    if (!label.name.isEmpty() || !label.note.isEmpty())
        labels_.push_back({label.folder, label.name.left(kLongestNote), label.note.left(kLongestNote)});
    Q_EMIT changed();
}

void PlanList::restore(std::vector<PreviewPoint> points, std::vector<RunLabel> labels) {
    points_ = std::move(points);
    for (PreviewPoint& point : points_) point.id = ++ids_;
    labels_ = std::move(labels);
    removed_.clear();
    lastId_ = 0;
    Q_EMIT changed();
}

void PlanList::clear() {
    points_.clear();
    removed_.clear();
    pinned_.clear();
    lastId_ = 0;
    Q_EMIT changed();
}

}  // namespace secateur
