// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keeps the session on disk while it changes, so that no end of the program, however sudden, loses more than
// a second of edits. Files are made and replaced whole, by rename, on a thread of their own: the GUI thread
// only takes the values, which share what is large. Several windows may share a folder: each has a file that
// it locks. Thread rule: GUI thread only.
#pragma once

#include <QLockFile>
#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <atomic>
#include <memory>
#include <optional>

#include "widgets/document/session_file.h"

namespace secateur {

class ChopLab;
class PlanDocument;
class PlanList;
class PlanPins;
class EngineClient;
class Settings;

// What a session is of; all but the document may be null.
struct SessionParts {
    PlanDocument* document = nullptr;
    PlanList* plans = nullptr;
    PlanPins* pins = nullptr;
    ChopLab* lab = nullptr;
    Settings* settings = nullptr;  // the texts
};
// None without a model.
[[nodiscard]] std::optional<SessionState> stateOf(const SessionParts& parts);

class SessionKeeper final : public QObject {
    Q_OBJECT
public:
    SessionKeeper(PlanDocument& document, EngineClient& engine, const QString& folder,
                  QObject* parent = nullptr);
    ~SessionKeeper() override;  // writes what is not written yet

    // From now on all of these, of the same document, are kept.
    void keepAll(const SessionParts& parts);

    // The session that the last window left, newest first; none when there is nothing to go on with.
    struct Left {
        SessionOffer offer;
        QByteArray json;
        QString file;
    };
    [[nodiscard]] const std::optional<Left>& left() const noexcept { return left_; }

    // Writes at once and waits until it is on disk.
    void flush();
    [[nodiscard]] QString file() const { return file_; }
    // Throw Error.
    static void save(const SessionParts& parts, const std::vector<MethodInfo>& methods, const QString& file);
    [[nodiscard]] static Left open(const QString& file);

private:
    void changed();
    void labChanged();
    void writeWithin(int milliseconds);
    void write();
    void findLeft(const QString& folder);

    SessionParts parts_;
    std::shared_ptr<const std::vector<MethodInfo>> methods_;
    QTimer pause_;
    std::atomic<bool> writing_ = false;
    QThreadPool writer_;
    std::unique_ptr<QLockFile> lock_;
    QString file_;
    std::optional<Left> left_;
};

}  // namespace secateur
