// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace secateur {

// The bytes of a file of the kind `kind` ("plan"). Throws NotFound, and Corrupt beyond `most` bytes.
[[nodiscard]] QByteArray readWhole(const QString& path, qint64 most, const char* kind);
// Another file in the place of that one, whole or not at all. Throws OutOfDisk.
void replaceWhole(const QString& path, const QByteArray& bytes);

}  // namespace secateur
