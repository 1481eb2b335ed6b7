// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/engine_client.h"

#include <QFileInfo>

#include "widgets/document/window_words.h"

namespace secateur {

EngineClient::EngineClient(QObject* parent) : QObject(parent) {
    qRegisterMetaType<JobRow>();
    qRegisterMetaType<LogEntry>();
}

EngineClient::~EngineClient() = default;

Problem problemOf(EngineTask task, const Error& error) {
    return {task, inWindowWords(error.message()), inWindowWords(error.hint()),
            error.code() == ErrorCode::Cancelled};
}

TextSource textSource(const QString& choice) {
    TextSource source;
    const QString marker = QStringLiteral(".safetensors:");
    const auto at = choice.lastIndexOf(marker);
    if (at < 0) {
        source.textFile = choice.toStdString();
        return source;
    }
    const auto end = at + marker.size() - 1;
    source.tokensFile = choice.left(end).toStdString();
    source.tokensName = choice.mid(end + 1).toStdString();
    return source;
}

QString textLabel(const TextSource& source) {
    if (!source.tokensFile.empty()) {
        return QFileInfo(QString::fromStdString(source.tokensFile)).fileName() + QLatin1Char(':') +
               QString::fromStdString(source.tokensName);
    }
    return QFileInfo(QString::fromStdString(source.textFile)).fileName();
}

}  // namespace secateur
