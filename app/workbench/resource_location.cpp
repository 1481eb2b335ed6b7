// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/resource_location.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace secateur {

QString resourcePath(const QString& name) {
    const QString chosen = qEnvironmentVariable("SECATEUR_RESOURCES");
    const QString installed = QCoreApplication::applicationDirPath() + QStringLiteral("/../share/secateur");
    for (const QString& root : {chosen, installed, QStringLiteral(SECATEUR_RESOURCE_DIR)}) {
        if (root.isEmpty()) continue;
        const QFileInfo info(QDir(root).filePath(name));
        if (info.exists()) return info.canonicalFilePath();
    }
    return {};
}

}  // namespace secateur
