// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/session_keeper.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "widgets/document/engine_client.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/whole_file.h"

namespace secateur {
namespace {

constexpr int kPauseMilliseconds = 300;  // after an edit; a drag is written once
constexpr int kMostWindows = 32;
constexpr qint64 kLargest = qint64{1} << 30;

// None without a model.
std::optional<SessionState> stateOf(const PlanDocument& document) {
    const auto& model = document.model();
    if (model == nullptr) return std::nullopt;
    return SessionState{
        {QString::fromStdString(model->path), planModel(*model)}, document.file(), document.history()};
}

}  // namespace

SessionKeeper::SessionKeeper(PlanDocument& document, EngineClient& engine, const QString& folder,
                             QObject* parent)
    : QObject(parent), document_(document), engine_(engine) {
    writer_.setMaxThreadCount(1);  // the newest state is written last
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMilliseconds);
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
    connect(document_.undoStack(), &QUndoStack::indexChanged, this, &SessionKeeper::changed);
    connect(document_.undoStack(), &QUndoStack::cleanChanged, this, &SessionKeeper::changed);
    connect(&document_, &PlanDocument::modelChanged, this, &SessionKeeper::changed);
    connect(&document_, &PlanDocument::fileChanged, this, &SessionKeeper::changed);
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
    if (!pause_.isActive()) pause_.start();  // not put off by the next edit: at most a pause is lost
}

void SessionKeeper::write() {
    pause_.stop();
    const auto present = stateOf(document_);
    if (!present || file_.isEmpty()) return;
    writer_.start([file = file_, bytes = toJson(*present, engine_.methods())] {
        try {
            replaceWhole(file, bytes);
        } catch (const Error&) {  // the next edit tries again
        }
    });
}

void SessionKeeper::flush() {
    if (pause_.isActive()) write();
    writer_.waitForDone();
}

void SessionKeeper::save(const PlanDocument& document, const std::vector<MethodInfo>& methods,
                         const QString& file) {
    const auto present = stateOf(document);
    if (!present)
        throw Error(ErrorCode::InvalidArgument, "There is no session to save.", "Open a model first.");
    replaceWhole(file, toJson(*present, methods));
}

}  // namespace secateur
