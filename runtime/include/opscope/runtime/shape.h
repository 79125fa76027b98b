// The shape of a tensor, known, partly known, or of unknown rank.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace opscope {

// A dimension whose size is not known while tracing; TensorFlow's None.
inline constexpr std::int64_t kAnyDim = -1;

// Most dimensions a Shape may have, as in TensorFlow.
inline constexpr int kMaxRank = 254;

// A value type; up to six dimensions are stored in place. Dimensions are >= 0 or kAnyDim; building
// one with anything else, or with more than kMaxRank dimensions, throws invalid_argument.
class Shape {
 public:
  // A scalar: rank 0.
  Shape() noexcept {}
  Shape(std::initializer_list<std::int64_t> dims);
  explicit Shape(std::span<const std::int64_t> dims);
  Shape(const Shape& other) { copy_from(other); }
  Shape(Shape&& other) noexcept { take(other); }
  Shape& operator=(const Shape& other);
  Shape& operator=(Shape&& other) noexcept;
  ~Shape() {
    if (rank_ > kInline) delete[] heap_;
  }

  // Rank not known: compatible with everything.
  [[nodiscard]] static Shape unknown() noexcept;
  // Rank known, no dimension known.
  [[nodiscard]] static Shape of_rank(int rank);

  [[nodiscard]] bool has_rank() const noexcept { return rank_ >= 0; }
  // -1 if the rank is unknown.
  [[nodiscard]] int rank() const noexcept { return rank_; }
  // The dimensions; empty if the rank is unknown.
  [[nodiscard]] std::span<const std::int64_t> dims() const noexcept {
    return {data(), static_cast<std::size_t>(rank_ > 0 ? rank_ : 0)};
  }
  // Unchecked: 0 <= axis < rank().
  [[nodiscard]] std::int64_t operator[](int axis) const noexcept { return data()[axis]; }
  [[nodiscard]] bool is_fully_defined() const noexcept;
  // The number of elements, kAnyDim if not fully defined. Throws resource_exhausted if it does not
  // fit in 63 bits.
  [[nodiscard]] std::int64_t num_elements() const;

  void set_dim(int axis, std::int64_t size);
  void append(std::int64_t size);
  void insert(int axis, std::int64_t size);
  void remove(int axis);

  // Same rank and same dimensions; kAnyDim equals only kAnyDim.
  [[nodiscard]] bool operator==(const Shape& other) const noexcept;
  // True if some fully defined shape is described by both.
  [[nodiscard]] bool is_compatible_with(const Shape& other) const noexcept;
  // What both say together; throws invalid_argument if they are not compatible.
  [[nodiscard]] Shape merge_with(const Shape& other) const;
  // What is still true of a value that has one shape or the other (loop and branch outputs).
  [[nodiscard]] Shape relax_with(const Shape& other) const;

  // As Python's tf.TensorShape prints: "(None, 8)", "(3,)", "()", "<unknown>".
  [[nodiscard]] std::string to_string() const;
  // As TensorFlow's C++ errors print: "[?,8]", "[3]", "[]", "<unknown>".
  [[nodiscard]] std::string to_bracket_string() const;

 private:
  static constexpr int kInline = 6;
  [[nodiscard]] const std::int64_t* data() const noexcept {
    return rank_ > kInline ? heap_ : inline_.data();
  }
  [[nodiscard]] std::int64_t* data() noexcept { return rank_ > kInline ? heap_ : inline_.data(); }
  void copy_from(const Shape& other);
  void take(Shape& other) noexcept;
  void resize(int rank);

  std::int32_t rank_ = 0;
  union {
    std::array<std::int64_t, kInline> inline_;
    std::int64_t* heap_;
  };
};

// The shape of an elementwise result, by NumPy's rule, with unknown dimensions as TensorFlow infers
// them. Throws invalid_argument ("Incompatible shapes: [2] vs. [3]").
[[nodiscard]] Shape broadcast_shapes(const Shape& a, const Shape& b);

}  // namespace opscope
