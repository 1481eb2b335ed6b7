// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/layer_selection.h"

namespace secateur {

void LayerSelection::setLayer(int layer) {
    if (layer == layer_) return;
    layer_ = layer;
    Q_EMIT layerChanged(layer_);
}

}  // namespace secateur
