// SPDX-License-Identifier: GPL-3.0-or-later
//
// Looks for a model that is not where it was, on a thread of its own. GUI thread only.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <stop_token>

#include "widgets/document/engine_client.h"

namespace secateur {

class ModelFinder final : public QObject {
    Q_OBJECT
public:
    explicit ModelFinder(EngineClient& client);
    ~ModelFinder() override;

    // Answered by modelFound() of the client. A newer search ends an older one, which is not answered.
    void find(const ModelSearch& search);

private:
    EngineClient& client_;
    QThreadPool thread_;
    std::stop_source stop_;
};

}  // namespace secateur
