// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/whole_file.h"

#include <QFile>
#include <QSaveFile>
#include <string>

#include "core/base/error.h"

namespace secateur {

QByteArray readWhole(const QString& path, qint64 most, const char* kind) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        throw Error(ErrorCode::NotFound,
                    path.toStdString() + ": cannot be read: " + file.errorString().toStdString() + ".");
    }
    if (file.size() > most) {
        throw Error(ErrorCode::Corrupt, path.toStdString() + ": is larger than any " + kind + " can be.",
                    std::string("Choose a ") + kind + " JSON file.");
    }
    return file.readAll();
}

void replaceWhole(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        throw Error(ErrorCode::OutOfDisk,
                    path.toStdString() + ": cannot be written: " + file.errorString().toStdString() + ".",
                    "Choose a folder that can be written.");
    }
}

}  // namespace secateur
