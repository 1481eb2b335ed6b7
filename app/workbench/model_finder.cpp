// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/model_finder.h"

#include "core/storage/checkpoint_search.h"

namespace secateur {

ModelFinder::ModelFinder(EngineClient& client) : client_(client) {
    thread_.setMaxThreadCount(1);
}

ModelFinder::~ModelFinder() {
    stop_.request_stop();
    thread_.waitForDone();
}

void ModelFinder::find(const ModelSearch& search) {
    stop_.request_stop();
    stop_ = std::stop_source();
    CheckpointSearch wanted;
    wanted.fingerprint = search.fingerprint;
    for (const QString& place : search.places) wanted.places.emplace_back(place.toStdString());
    thread_.start([this, id = search.id, wanted, stop = stop_.get_token()] {
        const auto found = findCheckpoint(wanted, stop);
        QMetaObject::invokeMethod(
            this,
            [this, id, stop, folder = found ? QString::fromStdString(found->string()) : QString()] {
                if (!stop.stop_requested()) Q_EMIT client_.modelFound(id, folder);
            },
            Qt::QueuedConnection);
    });
}

}  // namespace secateur
