// Layers of several inputs, beside Add, Multiply and Concatenate (layers.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "opscope/keras/layers.h"

namespace opscope::keras {

// The first of two inputs less the second.
class Subtract : public LayerOf<Subtract> {
 public:
  explicit Subtract(const MergeOptions& options = {});

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;
};

// The mean of two or more inputs, which are broadcast.
class Average : public LayerOf<Average> {
 public:
  explicit Average(const MergeOptions& options = {});

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;
};

// The greatest, element by element.
class Maximum : public LayerOf<Maximum> {
 public:
  explicit Maximum(const MergeOptions& options = {});

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;
};

// The least, element by element.
class Minimum : public LayerOf<Minimum> {
 public:
  explicit Minimum(const MergeOptions& options = {});

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;
};

struct DotOptions {
  bool normalize = false;  // cosines instead of products
  std::string name = {};
};

// Products of two inputs of two or three dimensions, summed along dimension `axis` of both, for
// each example. Two matrices [batch, n] give [batch, 1].
class Dot : public LayerOf<Dot> {
 public:
  explicit Dot(std::int64_t axis, const DotOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;

 private:
  std::int64_t axis_;
  bool normalize_;
};

}  // namespace opscope::keras
