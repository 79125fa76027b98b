// What optimizers share in Model::to_json().
#pragma once

#include <string>

#include "keras/json.h"
#include "opscope/keras/optimizers.h"

namespace opscope::keras {

// The fields of every optimizer, then its own. `weight_decay` is JSON.
[[nodiscard]] JsonFields optimizer_config(const std::string& name, const LearningRate& rate,
                                          const JsonFields& own,
                                          const std::string& weight_decay = "null");

}  // namespace opscope::keras
