// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/session_keeper.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "widgets/document/chop_lab.h"
#include "widgets/document/engine_client.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/plan_list.h"
#include "widgets/document/plan_pins.h"
#include "widgets/document/settings.h"
#include "widgets/document/whole_file.h"

namespace secateur {
namespace {

constexpr int kPauseMilliseconds = 300;  // after an edit; a drag is written once
constexpr int kLabMilliseconds = 5000;   // while a comparison finds more and more
constexpr int kMostWindows = 32;
constexpr qint64 kLargest = qint64{1} << 30;

PinChoice placed(PinChoice pin, const std::vector<PreviewPoint>& previews) {
    if (pin.source != PinSource::Previewed) return pin;
    const auto found = std::ranges::find(previews, pin.point, &PreviewPoint::id);
    if (found == previews.end()) return {};
    pin.point = static_cast<std::uint64_t>(found - previews.begin()) + 1;
    return pin;
}

}  // namespace

std::optional<SessionState> stateOf(const SessionParts& parts) {
    const auto& model = parts.document->model();
    if (model == nullptr) return std::nullopt;
    SessionState state{{QString::fromStdString(model->path), planModel(*model)},
                       parts.document->file(),
                       parts.document->history()};
    if (parts.plans != nullptr) {
        state.previews = parts.plans->points();
        state.labels = parts.plans->labels();
    }
    if (parts.pins != nullptr) {
        state.pinA = placed(parts.pins->choice(PlanPins::A), state.previews);
        state.pinB = placed(parts.pins->choice(PlanPins::B), state.previews);
    }
    if (parts.lab != nullptr) state.lab = parts.lab->result();
    if (parts.settings != nullptr) {
        state.calibration = parts.settings->calibration();
        state.evaluation = parts.settings->evaluation();
    }
    return state;
}

SessionKeeper::SessionKeeper(PlanDocument& document, EngineClient& engine, const QString& folder,
                             QObject* parent)
    : QObject(parent),
      parts_{&document},
      methods_(std::make_shared<const std::vector<MethodInfo>>(engine.methods())) {
    writer_.setMaxThreadCount(1);  // the newest state is written last
    pause_.setSingleShot(true);
    QDir().mkpath(folder);
    for (int window = 1; window <= kMostWindows && lock_ == nullptr; ++window) {
        const QString name = QStringLiteral("%1/session-%2").arg(folder).arg(window);
        auto lock = std::make_unique<QLockFile>(name + QStringLiteral(".lock"));
        lock->setStaleLockTime(0);  // a lock whose process is gone is stale, however young; others never are
        if (!lock->tryLock(0)) continue;
        lock_ = std::move(lock);
        file_ = name + QStringLiteral(".json");
    }
    findLeft(folder);
    connect(&pause_, &QTimer::timeout, this, &SessionKeeper::write);
    connect(document.undoStack(), &QUndoStack::indexChanged, this, &SessionKeeper::changed);
    connect(document.undoStack(), &QUndoStack::cleanChanged, this, &SessionKeeper::changed);
    connect(&document, &PlanDocument::modelChanged, this, &SessionKeeper::changed);
    connect(&document, &PlanDocument::fileChanged, this, &SessionKeeper::changed);
}

SessionKeeper::~SessionKeeper() {
    flush();
}

void SessionKeeper::findLeft(const QString& folder) {
    const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("session-*.json")}, QDir::Files,
                                                           QDir::Time);  // newest first
    for (const QFileInfo& info : files) {
        const QString path = info.absoluteFilePath();
        QLockFile lock(path.chopped(5) + QStringLiteral(".lock"));
        lock.setStaleLockTime(0);
        const bool own = path == QFileInfo(file_).absoluteFilePath();
        if (!own && !lock.tryLock(0)) continue;  // of a window that is open
        try {
            left_ = open(path);
            return;
        } catch (const Error&) {
            continue;  // nothing to go on with
        }
    }
}

SessionKeeper::Left SessionKeeper::open(const QString& file) {
    Left left;
    left.file = file;
    left.json = readWhole(file, kLargest, "session");
    left.offer = readOffer(left.json, file.toStdString());
    return left;
}

void SessionKeeper::changed() {
    writeWithin(kPauseMilliseconds);
}

void SessionKeeper::labChanged() {
    writeWithin(parts_.lab->running() ? kLabMilliseconds : kPauseMilliseconds);
}

// Not put off by what changes next: at most a pause is lost.
void SessionKeeper::writeWithin(int milliseconds) {
    if (!pause_.isActive() || pause_.remainingTime() > milliseconds) pause_.start(milliseconds);
}

void SessionKeeper::keepAll(const SessionParts& parts) {
    parts_ = parts;
    connect(parts.plans, &PlanList::changed, this, &SessionKeeper::changed);
    connect(parts.pins, &PlanPins::choicesChanged, this, &SessionKeeper::changed);
    connect(parts.lab, &ChopLab::changed, this, &SessionKeeper::labChanged);
    connect(parts.lab, &ChopLab::selectionChanged, this, &SessionKeeper::changed);
    connect(parts.settings, &Settings::calibrationChanged, this, &SessionKeeper::changed);
    connect(parts.settings, &Settings::evaluationChanged, this, &SessionKeeper::changed);
    changed();
}

void SessionKeeper::write() {
    pause_.stop();
    if (writing_)
        return pause_.start(kPauseMilliseconds);  // what is being written is older: this waits for its end
    auto present = stateOf(parts_);
    if (!present || file_.isEmpty()) return;
    writing_ = true;
    writer_.start([this, file = file_, methods = methods_, state = std::move(*present)] {
        try {
            replaceWhole(file, toJson(state, *methods));
        } catch (const Error&) {  // the next edit tries again
        }
        writing_ = false;
    });
}

void SessionKeeper::flush() {
    writer_.waitForDone();
    if (pause_.isActive()) write();
    writer_.waitForDone();
}

void SessionKeeper::save(const SessionParts& parts, const std::vector<MethodInfo>& methods,
                         const QString& file) {
    const auto present = stateOf(parts);
    if (!present)
        throw Error(ErrorCode::InvalidArgument, "There is no session to save.", "Open a model first.");
    replaceWhole(file, toJson(*present, methods));
}

}  // namespace secateur
