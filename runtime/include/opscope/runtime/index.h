// Parts of a Tensor, as Python's x[...] selects them:
//
//   x[0]                         the first row
//   x[{0, Slice{1, 5}}]          x[0, 1:5]
//   x[{ellipsis, newaxis}]       x[..., tf.newaxis]
//   x[Slice{.step = -1}]         x[::-1]
//   x[{i, Slice{.stop = n}}]     scalar Tensors are bounds and indices as well
//   x[mask]                      a Tensor of bools is a mask: boolean_mask(x, mask)
//
// A node of its own per x[...] while tracing, TensorFlow's StridedSlice with the same masks.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

// Adds a dimension of size 1; Python's tf.newaxis.
struct NewAxis {};
inline constexpr NewAxis newaxis;

// As many full dimensions as are left; Python's "...".
struct Ellipsis {};
inline constexpr Ellipsis ellipsis;

// An end of a Slice: nothing, a number, or a scalar Tensor of int16, int32 or int64. Negative ones
// count from the end of the dimension.
class IndexBound {
 public:
  IndexBound() = default;
  template <std::integral T>
  requires(!std::same_as<T, bool>) IndexBound(T value)  // NOLINT(google-explicit-constructor)
      : number_(static_cast<std::int64_t>(value)) {}
  IndexBound(const Tensor& value) : tensor_(value) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool is_given() const noexcept { return number_ || tensor_; }
  [[nodiscard]] const std::optional<std::int64_t>& number() const noexcept { return number_; }
  [[nodiscard]] const std::optional<Tensor>& tensor() const noexcept { return tensor_; }

 private:
  std::optional<std::int64_t> number_;
  std::optional<Tensor> tensor_;
};

// Python's start:stop:step. Slice{1, 5}, Slice{.start = 2}, Slice{} for all.
struct Slice {
  IndexBound start = {};
  IndexBound stop = {};
  IndexBound step = {};
};

// One entry between the brackets.
class Index {
 public:
  enum class Kind : std::uint8_t { element, slice, new_axis, rest };

  template <std::integral T>
  requires(!std::same_as<T, bool>) Index(T at, Loc loc = Loc::current())  // NOLINT
      : kind_(Kind::element), loc_(loc), slice_{.start = at} {}
  Index(const Tensor& at, Loc loc = Loc::current())  // NOLINT(google-explicit-constructor)
      : kind_(Kind::element), loc_(loc), slice_{.start = at} {}
  Index(const Slice& slice, Loc loc = Loc::current())  // NOLINT(google-explicit-constructor)
      : kind_(Kind::slice), loc_(loc), slice_(slice) {}
  Index(NewAxis, Loc loc = Loc::current())  // NOLINT(google-explicit-constructor)
      : kind_(Kind::new_axis), loc_(loc) {}
  Index(Ellipsis, Loc loc = Loc::current())  // NOLINT(google-explicit-constructor)
      : kind_(Kind::rest), loc_(loc) {}

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] Loc loc() const noexcept { return loc_; }
  // Of an element, the index is `start`.
  [[nodiscard]] const Slice& slice() const noexcept { return slice_; }

 private:
  Kind kind_;
  Loc loc_;
  Slice slice_;
};

}  // namespace opscope
