// SPDX-License-Identifier: GPL-3.0-or-later
//
// A model that is not where a session or the list of recent models says: looked for by its fingerprint near
// where it was and where other models are, and asked for when it is not found. GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <optional>

#include "widgets/document/session_keeper.h"

namespace secateur {

class LostModel final : public QObject {
    Q_OBJECT
public:
    LostModel(EngineClient& engine, const Settings& settings, QObject* parent = nullptr);

    // What is gone on with when it is found.
    void look(const SessionKeeper::Left& session);
    // The same of a recent model, as a session without JSON; false where nothing is known to look for it by.
    bool look(const QString& recentModel);
    // Something else was opened: what is found now is of no more use.
    void forget() { wanted_.reset(); }

    // Where models may be, the most likely first.
    [[nodiscard]] static QStringList places(const Settings& settings, const QString& gone);

Q_SIGNALS:
    void said(const QString& status);
    void found(const secateur::SessionKeeper::Left& session, const QString& folder);
    void notFound(const secateur::SessionKeeper::Left& session);

private:
    void answer(quint64 id, const QString& folder);

    EngineClient& engine_;
    const Settings& settings_;
    std::optional<SessionKeeper::Left> wanted_;
    std::uint64_t id_ = 0;  // of the last search
};

}  // namespace secateur
