// Random numbers beyond those in ops.h, under the names of tf.random; rules as in ops.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "opscope/runtime/operand.h"
#include "opscope/runtime/shape.h"
#include "opscope/runtime/tensor.h"

namespace opscope::random {

// With a seed, TensorFlow's numbers for that op seed (no global seed); without, new ones each time.
using Seed = std::optional<std::int64_t>;

struct NormalOptions {
  double mean = 0;
  double stddev = 1;
  DType dtype = DType::float32;
  Seed seed = std::nullopt;
};
// Normal values, those further than two standard deviations from the mean drawn again.
[[nodiscard]] Tensor truncated_normal(const Shape& shape, const NormalOptions& options = {},
                                      Loc loc = Loc::current());
// Values in [minval, maxval) of the type of both: floats, int32 or int64.
[[nodiscard]] Tensor uniform(const Shape& shape, const Operand& minval, const Operand& maxval,
                             Seed seed = std::nullopt);
// The rows in another order.
[[nodiscard]] Tensor shuffle(const Operand& x, Seed seed = std::nullopt);
// Classes drawn by the rows of unnormalised log probabilities [batch, classes].
[[nodiscard]] Tensor categorical(const Operand& logits, const Operand& num_samples,
                                 Seed seed = std::nullopt, DType dtype = DType::int64);

// Gamma-distributed numbers of rate 1, `shape` of them for each element of alpha: the result has
// that shape followed by alpha's. Divide by a rate to have another one.
[[nodiscard]] Tensor gamma(const Shape& shape, const Operand& alpha, Seed seed = std::nullopt);

// ---- Stateless: the same seed pair gives the same numbers, those of tf.random.stateless_* ----
using SeedPair = std::array<std::int64_t, 2>;

[[nodiscard]] Tensor stateless_uniform(const Shape& shape, const SeedPair& seed,
                                       const Operand& minval, const Operand& maxval);
struct StatelessNormalOptions {
  double mean = 0;
  double stddev = 1;
  DType dtype = DType::float32;
};
[[nodiscard]] Tensor stateless_normal(const Shape& shape, const SeedPair& seed,
                                      const StatelessNormalOptions& options = {},
                                      Loc loc = Loc::current());
[[nodiscard]] Tensor stateless_truncated_normal(const Shape& shape, const SeedPair& seed,
                                                const StatelessNormalOptions& options = {},
                                                Loc loc = Loc::current());
[[nodiscard]] Tensor stateless_shuffle(const Operand& x, const SeedPair& seed);
[[nodiscard]] Tensor stateless_categorical(const Operand& logits, const Operand& num_samples,
                                           const SeedPair& seed, DType dtype = DType::int64);

}  // namespace opscope::random
