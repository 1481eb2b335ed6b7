// SPDX-License-Identifier: GPL-3.0-or-later
//
// Healing for the window: runs on the device thread, and the folders they leave, which are read and deleted
// on threads of their own, so that the list of runs never waits for one of them. GUI thread only; answers are
// signals of the client.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <map>
#include <memory>

#include "app/workbench/device_executor.h"
#include "core/session.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class HealRunner final : public QObject {
    Q_OBJECT
public:
    HealRunner(EngineClient& client, DeviceExecutor& executor, SessionOptions options);
    ~HealRunner() override;  // waits for files being read or deleted

    // `open` is the model that the job's plan is for; may be null when the job has none.
    void heal(const HealJob& job, const std::shared_ptr<Session>& open);
    void pause(const QString& folder);
    void listRuns(const QString& workspace);
    void deleteRun(const QString& folder);

private:
    using PauseFlag = std::shared_ptr<std::atomic<bool>>;
    void failed(EngineTask task, const Error& error);

    EngineClient& client_;
    DeviceExecutor& executor_;
    SessionOptions options_;
    std::map<QString, PauseFlag> pauses_;
    QThreadPool files_;
};

}  // namespace secateur
