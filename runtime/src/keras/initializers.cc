#include "opscope/keras/initializers.h"

#include <cmath>
#include <cstddef>
#include <limits>

#include "keras/json.h"
#include "opscope/error.h"
#include "opscope/keras/session.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

struct Fans {
  double in;
  double out;
};

Fans fans_of(const Shape& shape) {
  const int rank = shape.rank();
  if (rank == 0) return {1, 1};
  if (rank == 1) return {static_cast<double>(shape[0]), static_cast<double>(shape[0])};
  double window = 1;
  for (int i = 0; i < rank - 2; ++i) window *= static_cast<double>(shape[i]);
  return {window * static_cast<double>(shape[rank - 2]),
          window * static_cast<double>(shape[rank - 1])};
}

// Unseeded ones draw a new seed for each weight.
std::int64_t seed_of(const Seed& seed) { return seed ? *seed : next_seed(); }

Tensor uniform(const Shape& shape, float low, float high, const Seed& seed) {
  return stateless_random_uniform(shape, {seed_of(seed), 0}) * (high - low) + low;
}

Tensor normal(const Shape& shape, const Seed& seed) {
  return stateless_random_normal(shape, {seed_of(seed), 0});
}

Tensor truncated(const Shape& shape, float mean, float stddev, const Seed& seed) {
  return random::stateless_truncated_normal(
      shape, {seed_of(seed), 0},
      {.mean = static_cast<double>(mean), .stddev = static_cast<double>(stddev)});
}

// Q of the QR decomposition with a positive diagonal of R, which is unique: Gram and Schmidt's, in
// double precision and twice, so that the columns are orthogonal to the last bits.
std::vector<double> orthonormal_columns(std::vector<double> a, std::size_t rows,
                                        std::size_t columns) {
  for (std::size_t j = 0; j < columns; ++j) {
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t k = 0; k < j; ++k) {
        double dot = 0;
        for (std::size_t i = 0; i < rows; ++i) dot += a[i * columns + j] * a[i * columns + k];
        for (std::size_t i = 0; i < rows; ++i) a[i * columns + j] -= dot * a[i * columns + k];
      }
    }
    double norm = 0;
    for (std::size_t i = 0; i < rows; ++i) norm += a[i * columns + j] * a[i * columns + j];
    norm = std::sqrt(norm);
    for (std::size_t i = 0; i < rows; ++i) a[i * columns + j] /= norm;
  }
  return a;
}

Tensor orthogonal_values(const Shape& shape, float gain, const Seed& seed) {
  if (shape.rank() < 2) {
    throw Error(ErrorCode::invalid_argument,
                "orthogonal() needs a shape of rank 2 or more, got " + shape.to_string());
  }
  const auto columns = static_cast<std::size_t>(shape[shape.rank() - 1]);
  std::size_t rows = 1;
  for (int i = 0; i < shape.rank() - 1; ++i) rows *= static_cast<std::size_t>(shape[i]);
  const std::size_t tall = std::max(rows, columns);
  const std::size_t wide = std::min(rows, columns);
  const Tensor drawn =
      normal(Shape{static_cast<std::int64_t>(tall), static_cast<std::int64_t>(wide)}, seed);
  const auto numbers = drawn.values<float>();
  const std::vector<double> q = orthonormal_columns({numbers.begin(), numbers.end()}, tall, wide);
  std::vector<float> result(rows * columns);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t at = rows < columns ? j * wide + i : i * wide + j;
      result[i * columns + j] = gain * static_cast<float>(q[at]);
    }
  }
  return opscope::constant(result, shape);
}

std::string seed_json(const Seed& seed) { return seed ? std::to_string(*seed) : "null"; }

enum class Fan { in, average };

Initializer scaled_uniform(const char* name, double scale, Fan fan, const Seed& seed) {
  return {name,
          {{"seed", seed_json(seed)}, {"input_axes", "null"}, {"output_axes", "null"}},
          [=](const Shape& shape) {
            const Fans fans = fans_of(shape);
            const double n = fan == Fan::in ? fans.in : (fans.in + fans.out) / 2;
            const auto limit = static_cast<float>(std::sqrt(3.0 * scale / std::max(1.0, n)));
            return uniform(shape, -limit, limit, seed);
          }};
}

Initializer scaled_normal(const char* name, double scale, Fan fan, const Seed& seed) {
  // The standard deviation of normal numbers that are cut at two of theirs.
  constexpr double kOfTruncated = 0.87962566103423978;
  return {name,
          {{"seed", seed_json(seed)}, {"input_axes", "null"}, {"output_axes", "null"}},
          [=](const Shape& shape) {
            const Fans fans = fans_of(shape);
            const double n = fan == Fan::in ? fans.in : (fans.in + fans.out) / 2;
            const double stddev = std::sqrt(scale / std::max(1.0, n)) / kOfTruncated;
            return truncated(shape, 0, static_cast<float>(stddev), seed);
          }};
}

}  // namespace

Initializer zeros() {
  return {"Zeros", {}, [](const Shape& shape) { return opscope::zeros(shape); }};
}
Initializer ones() {
  return {"Ones", {}, [](const Shape& shape) { return opscope::ones(shape); }};
}
Initializer constant_value(float value) {
  return {"Constant", {{"value", json_number(value)}}, [value](const Shape& shape) {
            return full(shape, value);
          }};
}
Initializer values(const Tensor& tensor) {
  return {"Constant", {{"value", json_string("array")}}, [tensor](const Shape&) { return tensor; }};
}
Initializer random_uniform(float minval, float maxval, Seed seed) {
  return {
      "RandomUniform",
      {{"seed", seed_json(seed)}, {"minval", json_number(minval)}, {"maxval", json_number(maxval)}},
      [=](const Shape& shape) { return uniform(shape, minval, maxval, seed); }};
}
Initializer random_normal(float mean, float stddev, Seed seed) {
  return {"RandomNormal",
          {{"seed", seed_json(seed)}, {"mean", json_number(mean)}, {"stddev", json_number(stddev)}},
          [=](const Shape& shape) { return normal(shape, seed) * stddev + mean; }};
}
Initializer truncated_normal(float mean, float stddev, Seed seed) {
  return {"TruncatedNormal",
          {{"seed", seed_json(seed)}, {"mean", json_number(mean)}, {"stddev", json_number(stddev)}},
          [=](const Shape& shape) { return truncated(shape, mean, stddev, seed); }};
}
Initializer glorot_uniform(Seed seed) {
  return scaled_uniform("GlorotUniform", 1, Fan::average, seed);
}
Initializer glorot_normal(Seed seed) {
  return scaled_normal("GlorotNormal", 1, Fan::average, seed);
}
Initializer he_uniform(Seed seed) { return scaled_uniform("HeUniform", 2, Fan::in, seed); }
Initializer he_normal(Seed seed) { return scaled_normal("HeNormal", 2, Fan::in, seed); }
Initializer lecun_uniform(Seed seed) { return scaled_uniform("LecunUniform", 1, Fan::in, seed); }
Initializer lecun_normal(Seed seed) { return scaled_normal("LecunNormal", 1, Fan::in, seed); }
Initializer orthogonal(float gain, Seed seed) {
  return {"Orthogonal",
          {{"seed", seed_json(seed)}, {"gain", json_number(gain)}},
          [=](const Shape& shape) { return orthogonal_values(shape, gain, seed); }};
}

}  // namespace opscope::keras
