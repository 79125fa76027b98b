// What layers ask of their inputs.
#pragma once

#include <cstdint>
#include <string>

#include "opscope/error.h"
#include "opscope/keras/layer.h"

namespace opscope::keras {

// Throws unless the last dimension is known and there are at least `min_rank` dimensions. Gives it.
[[nodiscard]] inline std::int64_t require_features(const Layer& layer, const Shape& input,
                                                   int min_rank) {
  const int rank = input.rank();
  if (rank < min_rank || input[rank - 1] == kAnyDim) {
    throw Error(ErrorCode::invalid_argument,
                layer.name() + " needs inputs of at least " + std::to_string(min_rank) +
                    " dimensions, the last of which is known; got " + input.to_string());
  }
  return input[rank - 1];
}

// Throws when the last dimension is known and not `features`.
inline void require_last_dim(const Layer& layer, const Shape& input, std::int64_t features) {
  const int rank = input.rank();
  if (rank < 1 || input[rank - 1] == kAnyDim || input[rank - 1] == features) return;
  throw Error(ErrorCode::invalid_argument, "Input of layer \"" + layer.name() +
                                               "\" is incompatible with the layer: expected a "
                                               "last dimension of " +
                                               std::to_string(features) + ", got shape " +
                                               input.to_string());
}

inline void require_rank(const Layer& layer, const Shape& input, int rank) {
  if (!input.has_rank() || input.rank() == rank) return;
  throw Error(ErrorCode::invalid_argument,
              "Input of layer \"" + layer.name() + "\" is incompatible with the layer: expected " +
                  std::to_string(rank) + " dimensions, got shape " + input.to_string());
}

// Throws unless value > 0, with the layer's name and what it is.
inline void require_positive(const Layer& layer, const char* what, std::int64_t value) {
  if (value > 0) return;
  throw Error(ErrorCode::invalid_argument,
              layer.name() + ": " + what + " must be positive, got " + std::to_string(value));
}

}  // namespace opscope::keras
