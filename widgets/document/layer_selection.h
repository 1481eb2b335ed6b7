// SPDX-License-Identifier: GPL-3.0-or-later
//
// The layer that all views mark together. Views set it when a user chooses a layer in them and mark what it
// says; none knows another. Thread rule: GUI thread only.
#pragma once

#include <QObject>

namespace secateur {

class LayerSelection final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] int layer() const noexcept { return layer_; }  // ORIGINAL number; -1 = none

    void setLayer(int layer);

Q_SIGNALS:
    void layerChanged(int layer);

private:
    int layer_ = -1;
};

}  // namespace secateur
