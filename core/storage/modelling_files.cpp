// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/modelling_files.h"

#include <array>

namespace secateur {

// Defined in the file that secateur_embed() generates.
extern const std::string_view kEmbedded_configuration_secateur_py;
extern const std::string_view kEmbedded_modeling_secateur_py;

std::span<const ModellingFile> modellingFiles() {
    static const std::array<ModellingFile, 2> files = {{
        {"configuration_secateur.py", kEmbedded_configuration_secateur_py},
        {"modeling_secateur.py", kEmbedded_modeling_secateur_py},
    }};
    return files;
}

}  // namespace secateur
