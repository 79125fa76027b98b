// Layers that arrange, repeat, pad and cut.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "opscope/keras/image_layers.h"
#include "opscope/keras/layers.h"

namespace opscope::keras {

// The dimensions of an example, counted from 1, in another order.
class Permute : public LayerOf<Permute> {
 public:
  explicit Permute(std::vector<std::int64_t> dims, const ShapeLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::vector<std::int64_t> dims_;
};

// [batch, features] as [batch, n, features].
class RepeatVector : public LayerOf<RepeatVector> {
 public:
  explicit RepeatVector(std::int64_t n, const ShapeLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t n_;
};

// Before and after the rows, and the columns, of an image. One number stands for all four, a size
// for rows and columns.
struct Margins2D {
  std::array<std::int64_t, 2> rows;
  std::array<std::int64_t, 2> columns;

  constexpr Margins2D(std::int64_t all) noexcept  // NOLINT(google-explicit-constructor)
      : rows{all, all}, columns{all, all} {}
  constexpr Margins2D(Size2D size) noexcept  // NOLINT(google-explicit-constructor)
      : rows{size.rows, size.rows}, columns{size.columns, size.columns} {}
  constexpr Margins2D(std::array<std::int64_t, 2> r, std::array<std::int64_t, 2> c) noexcept
      : rows(r), columns(c) {}
};

// Zeros around images.
class ZeroPadding2D : public LayerOf<ZeroPadding2D> {
 public:
  explicit ZeroPadding2D(Margins2D padding = 1, const ShapeLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  Margins2D padding_;
};

// Images without their margins.
class Cropping2D : public LayerOf<Cropping2D> {
 public:
  explicit Cropping2D(Margins2D cropping = 0, const ShapeLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  Margins2D cropping_;
};

// Each row and column of an image several times.
class UpSampling2D : public LayerOf<UpSampling2D> {
 public:
  explicit UpSampling2D(Size2D size = 2, const ShapeLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  Size2D size_;
};

}  // namespace opscope::keras
