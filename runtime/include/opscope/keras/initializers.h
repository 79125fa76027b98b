// Initializers: the first values of weights.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "opscope/runtime/shape.h"
#include "opscope/runtime/tensor.h"

namespace opscope::keras {

// Makes values of a fully defined shape, eagerly. With a seed the random ones give the numbers of
// Keras with that seed (TensorFlow's Philox on [seed, 0]); without, they take the next seed of the
// process (session.h), so that set_random_seed() makes a program repeatable.
//
// A value type; `class_name` and `config` (pairs of a name and a JSON value) describe it in
// Model::to_json() under Keras's names.
class Initializer {
 public:
  using Config = std::vector<std::pair<std::string, std::string>>;
  using Make = std::function<Tensor(const Shape& shape)>;

  Initializer(std::string class_name, Config config, Make make)
      : class_name_(std::move(class_name)), config_(std::move(config)), make_(std::move(make)) {}

  // Throws what `make` throws: invalid_argument for a shape it has no rule for.
  [[nodiscard]] Tensor operator()(const Shape& shape) const { return make_(shape); }
  [[nodiscard]] const std::string& class_name() const noexcept { return class_name_; }
  [[nodiscard]] const Config& config() const noexcept { return config_; }

 private:
  std::string class_name_;
  Config config_;
  Make make_;
};

using Seed = std::optional<std::int64_t>;

[[nodiscard]] Initializer zeros();
[[nodiscard]] Initializer ones();
[[nodiscard]] Initializer constant_value(float value);
// Exactly these values; the weight must have their shape.
[[nodiscard]] Initializer values(const Tensor& tensor);
[[nodiscard]] Initializer random_uniform(float minval = -0.05f, float maxval = 0.05f,
                                         Seed seed = std::nullopt);
[[nodiscard]] Initializer random_normal(float mean = 0, float stddev = 0.05f,
                                        Seed seed = std::nullopt);
// Normal numbers beyond two standard deviations are drawn again.
[[nodiscard]] Initializer truncated_normal(float mean = 0, float stddev = 0.05f,
                                           Seed seed = std::nullopt);
// Glorot: variance 2 / (fan_in + fan_out); He: 2 / fan_in; LeCun: 1 / fan_in. The fans are those of
// a kernel [..., in, out], times the size of its window.
[[nodiscard]] Initializer glorot_uniform(Seed seed = std::nullopt);
[[nodiscard]] Initializer glorot_normal(Seed seed = std::nullopt);
[[nodiscard]] Initializer he_uniform(Seed seed = std::nullopt);
[[nodiscard]] Initializer he_normal(Seed seed = std::nullopt);
[[nodiscard]] Initializer lecun_uniform(Seed seed = std::nullopt);
[[nodiscard]] Initializer lecun_normal(Seed seed = std::nullopt);
// Orthonormal rows or columns (the QR decomposition of normal numbers), times gain.
[[nodiscard]] Initializer orthogonal(float gain = 1, Seed seed = std::nullopt);

}  // namespace opscope::keras
