// SPDX-License-Identifier: GPL-3.0-or-later
//
// Messages of core name the options of the command line; people at the window read what they find there.
#pragma once

#include <QString>
#include <string>

namespace secateur {

// "give ids directly with --tokens" as "choose a safetensors file of token ids"; an option without words of
// its own as its name in quotes.
[[nodiscard]] QString inWindowWords(const QString& message);
[[nodiscard]] QString inWindowWords(const std::string& message);
// With a capital and a full stop, as it stands on a line of its own.
[[nodiscard]] QString sentence(QString words);
// What happened and what to do about it in one line, each a sentence; the former alone where there is no
// hint.
[[nodiscard]] QString joined(const QString& message, const QString& hint);

}  // namespace secateur
