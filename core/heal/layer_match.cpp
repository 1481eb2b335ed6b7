// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/layer_match.h"

#include <algorithm>
#include <map>
#include <string>

#include "core/base/error.h"
#include "core/data/plan_validate.h"

namespace secateur {

namespace {

void requireOneOrigin(const NetworkConfig& student, const NetworkConfig& teacher,
                      const std::string& without) {
    if (student.hiddenSize != teacher.hiddenSize)
        throw Error(ErrorCode::InvalidArgument,
                    "the teacher's hidden size is " + std::to_string(teacher.hiddenSize) +
                        ", the student's " + std::to_string(student.hiddenSize),
                    "use the checkpoint that was compressed as the teacher, " + without);
    const int ofStudent = originalLayerCount(student), ofTeacher = originalLayerCount(teacher);
    if (ofStudent != ofTeacher)
        throw Error(ErrorCode::InvalidArgument,
                    "the student's layers are numbered among " + std::to_string(ofStudent) +
                        ", the teacher's among " + std::to_string(ofTeacher) +
                        ": which of them belong together is not known",
                    "heal a folder that secateur apply wrote, which says which layers it kept, " + without);
}

}  // namespace

std::vector<int> matchedLayers(const NetworkConfig& student, const NetworkConfig& teacher,
                               const std::string& without) {
    requireOneOrigin(student, teacher, without);
    std::map<int, std::vector<int>> positionsOf;  // in the teacher, by original number
    for (int position = 0; position < teacher.layerCount(); ++position)
        positionsOf[teacher.layers[static_cast<std::size_t>(position)].originalLayer].push_back(position);
    std::map<int, std::size_t> met;
    std::vector<int> matched;
    for (const LayerConfig& layer : student.layers) {
        const auto found = positionsOf.find(layer.originalLayer);
        if (found == positionsOf.end())
            throw Error(ErrorCode::InvalidArgument,
                        "the teacher has no layer " + std::to_string(layer.originalLayer) + ", which layer " +
                            std::to_string(matched.size()) + " of the student comes from",
                        "use the checkpoint that was compressed as the teacher, " + without);
        const std::size_t turn = met[layer.originalLayer]++;
        matched.push_back(found->second[std::min(turn, found->second.size() - 1)]);
    }
    return matched;
}

}  // namespace secateur
