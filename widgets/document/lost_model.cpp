// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/lost_model.h"

#include <QFileInfo>
#include <utility>

#include "widgets/document/engine_client.h"
#include "widgets/document/settings.h"

namespace secateur {

LostModel::LostModel(EngineClient& engine, const Settings& settings, QObject* parent)
    : QObject(parent), engine_(engine), settings_(settings) {
    connect(&engine_, &EngineClient::modelFound, this, &LostModel::answer);
}

QStringList LostModel::places(const Settings& settings, const QString& gone) {
    const auto above = [](const QString& folder) { return QFileInfo(folder).absolutePath(); };
    const QStringList recent = settings.recentModels();
    QStringList places{above(gone)};  // renamed
    places << recent;
    for (const QString& model : recent) places << above(model);
    places << settings.workspace() << above(above(gone));  // moved with the folder around it
    places.removeAll(QStringLiteral("/"));
    places.removeAll(gone);
    places.removeDuplicates();
    return places;
}

void LostModel::look(const SessionKeeper::Left& session) {
    wanted_ = session;
    const SessionModel& model = session.offer.model;
    Q_EMIT said(tr("%1 is not there any more: looking for it...").arg(model.path));
    engine_.findModel({model.facts.fingerprint, places(settings_, model.path), ++id_});
}

bool LostModel::look(const QString& recentModel) {
    SessionKeeper::Left alone;
    alone.offer.model.path = recentModel;
    alone.offer.model.facts.name = QFileInfo(recentModel).fileName().toStdString();
    alone.offer.model.facts.fingerprint = settings_.fingerprintOf(recentModel).toStdString();
    if (alone.offer.model.facts.fingerprint.empty()) return false;
    look(alone);
    return true;
}

void LostModel::answer(quint64 id, const QString& folder) {
    if (id != id_ || !wanted_) return;
    const SessionKeeper::Left session = *std::exchange(wanted_, std::nullopt);
    const SessionModel& model = session.offer.model;
    if (folder.isEmpty()) {
        Q_EMIT said(tr("%1 is not there any more.").arg(model.path));
        Q_EMIT notFound(session);
    } else {
        Q_EMIT said(tr("%1 is now in %2").arg(QString::fromStdString(model.facts.name), folder));
        Q_EMIT found(session, folder);
    }
}

}  // namespace secateur
