// SPDX-License-Identifier: GPL-3.0-or-later
//
// The layers that all views mark together. Views set them when a user chooses layers in them and mark what it
// says; none knows another. What was selected before can be had back. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <vector>

namespace secateur {

class LayerSelection final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    // The one in front, ORIGINAL number; -1 = none.
    [[nodiscard]] int layer() const noexcept { return layer_; }
    // All of them, ascending; layer() is one of them.
    [[nodiscard]] const std::vector<int>& layers() const noexcept { return layers_; }

    void setLayer(int layer);  // alone; -1: none
    // In any order. `front` comes to the front; where it is none of them, the one in front stays, else the
    // first comes there.
    void setLayers(std::vector<int> layers, int front = -1);
    // The selection before this one; the first of all is none.
    void stepBack();
    [[nodiscard]] bool canStepBack() const noexcept { return !before_.empty(); }
    void forgetSteps();  // another network: earlier selections mean nothing

Q_SIGNALS:
    void layerChanged(int layer);
    void layersChanged(const std::vector<int>& layers);

private:
    struct State {
        std::vector<int> layers;
        int layer = -1;
    };
    void become(State next);

    std::vector<int> layers_;
    int layer_ = -1;
    std::vector<State> before_;
    bool telling_ = false;
};

}  // namespace secateur
