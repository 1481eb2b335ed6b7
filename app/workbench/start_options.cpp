// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/start_options.h"

#include "core/base/error.h"

namespace secateur {

SessionOptions startOptions(const StartWords& words, const ComputeChoice& kept) {
    SessionOptions options;
    options.device = words.device.value_or(kept.device).toStdString();
    const auto dtype = computeDtypes().indexOf(words.dtype.value_or(kept.dtype));
    if (dtype < 0)
        throw Error(ErrorCode::InvalidArgument,
                    "--dtype needs one of " + computeDtypes().join(QStringLiteral(", ")).toStdString());
    options.dtype = static_cast<ComputeDtype>(dtype);
    options.threads = kept.threads;
    if (words.threads) {
        bool number = false;
        options.threads = words.threads->toInt(&number);
        if (!number || options.threads < 0)
            throw Error(ErrorCode::InvalidArgument, "--threads needs a number");
    }
    options.memoryLimit = words.memoryLimit.value_or(kept.memoryLimit);
    return options;
}

}  // namespace secateur
