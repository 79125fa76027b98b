// What a Tensor handle points to: values in memory, or an output of a node in a graph being traced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/ref.h"
#include "opscope/runtime/dtype.h"
#include "opscope/runtime/shape.h"

namespace opscope::runtime {

// A block of elements shared by the TensorReps that view it. The elements follow the header.
class Buffer {
 public:
  // Elements of plain types are left uninitialized; strings are empty, resources null.
  // Throws resource_exhausted if count * element size overflows or there is no memory.
  [[nodiscard]] static Ref<Buffer> make(DType dtype, std::int64_t count);

  [[nodiscard]] void* data() noexcept;
  // Room for elements, in bytes.
  [[nodiscard]] std::size_t size_bytes() const noexcept { return size_bytes_; }
  void add_ref() const noexcept { refs_.add(); }
  void release() const noexcept {
    if (refs_.drop()) destroy();
  }
  [[nodiscard]] bool is_unique() const noexcept { return refs_.is_one(); }

 private:
  Buffer(DType dtype, std::int64_t count, std::size_t size_bytes)
      : dtype_(dtype), count_(count), size_bytes_(size_bytes) {}
  void destroy() const noexcept;

  mutable RefCount refs_;
  DType dtype_;
  std::int64_t count_;
  std::size_t size_bytes_;
};

// Where a symbolic value comes from. Opaque here: the tracer gives the fields their meaning.
struct SymbolicOrigin {
  void* graph = nullptr;
  std::int32_t node = 0;
  std::int32_t output = 0;
  std::uint64_t trace_id = 0;
};

// Bytes of one element in memory, objects included (a string element is a std::string, a resource
// or variant element a Ref<Resource>).
[[nodiscard]] std::size_t element_size(DType dtype) noexcept;

// Immutable once shared, except by the ops that are defined to write in place. Reference counting
// is thread-safe; the values are safe to read from any thread.
class TensorRep {
 public:
  enum class Kind : std::uint8_t { dense, symbolic };

  // A dense tensor whose plain elements are uninitialized (strings empty, resources null). `shape`
  // must be fully defined. Throws resource_exhausted when the size overflows or memory is out.
  [[nodiscard]] static Ref<TensorRep> make(DType dtype, const Shape& shape);
  // As make, with all bytes zero.
  [[nodiscard]] static Ref<TensorRep> make_zeros(DType dtype, const Shape& shape);
  // The same elements seen with another shape of equally many elements; shares the buffer.
  [[nodiscard]] static Ref<TensorRep> make_view(const TensorRep& of, const Shape& shape);
  // `shape` elements starting at element `offset` of `of`; shares the buffer where there is one.
  [[nodiscard]] static Ref<TensorRep> make_slice(const TensorRep& of, std::int64_t offset,
                                                 const Shape& shape);
  // A tensor without elements of its own, for running kernels on parts of others: it shows what
  // move_window() says, which must outlive that use, and counts no references to it.
  [[nodiscard]] static Ref<TensorRep> make_window();
  void move_window(DType dtype, const Shape& shape, void* data) noexcept;
  [[nodiscard]] static Ref<TensorRep> make_symbolic(DType dtype, const Shape& shape,
                                                    const SymbolicOrigin& origin);
  TensorRep(const TensorRep&) = delete;
  TensorRep& operator=(const TensorRep&) = delete;

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_dense() const noexcept { return kind_ == Kind::dense; }
  [[nodiscard]] DType dtype() const noexcept { return dtype_; }
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] int rank() const noexcept { return shape_.rank(); }
  // Dense: the number of elements. Symbolic: 0.
  [[nodiscard]] std::int64_t num_elements() const noexcept { return num_elements_; }
  // Dense, plain element types: the bytes of the elements.
  [[nodiscard]] std::size_t size_bytes() const noexcept {
    return static_cast<std::size_t>(num_elements_) * dtype_size(dtype_);
  }

  [[nodiscard]] const void* raw_data() const noexcept { return data_; }
  [[nodiscard]] void* mutable_raw_data() noexcept { return data_; }
  // Unchecked: T must be the element type (bool for boolean, std::string, Ref<Resource>).
  template <typename T>
  [[nodiscard]] const T* data() const noexcept {
    return static_cast<const T*>(static_cast<const void*>(data_));
  }
  template <typename T>
  [[nodiscard]] T* mutable_data() noexcept {
    return static_cast<T*>(data_);
  }
  template <typename T>
  [[nodiscard]] std::span<const T> flat() const noexcept {
    return {data<T>(), static_cast<std::size_t>(num_elements_)};
  }
  template <typename T>
  [[nodiscard]] std::span<T> mutable_flat() noexcept {
    return {mutable_data<T>(), static_cast<std::size_t>(num_elements_)};
  }

  // Unchecked: symbolic tensors only.
  [[nodiscard]] const SymbolicOrigin& origin() const noexcept { return origin_; }

  // True if nobody else refers to this rep nor to its elements: they may be overwritten.
  [[nodiscard]] bool is_exclusive() const noexcept {
    return refs_.is_one() && (buffer_ == nullptr || buffer_->is_unique());
  }
  // For reuse of an exclusive rep as an output of the same element size and count.
  void reinterpret(DType dtype, const Shape& shape) noexcept;
  // Makes the dims of a symbolic tensor more (or less) precise; the tracer's set_shape().
  void set_symbolic_shape(const Shape& shape) { shape_ = shape; }

  void add_ref() const noexcept { refs_.add(); }
  void release() const noexcept {
    if (refs_.drop()) destroy();
  }

 private:
  TensorRep(DType dtype, const Shape& shape, Kind kind) noexcept
      : kind_(kind), dtype_(dtype), shape_(shape), inline_{} {}
  ~TensorRep() = default;
  void destroy() const noexcept;

  static constexpr std::size_t kInlineBytes = 32;

  mutable RefCount refs_;
  Kind kind_;
  DType dtype_;
  bool has_inline_objects_ = false;
  Shape shape_;
  std::int64_t num_elements_ = 0;
  void* data_ = nullptr;
  Buffer* buffer_ = nullptr;  // null: the elements are in inline_
  union {
    alignas(16) std::byte inline_[kInlineBytes];
    SymbolicOrigin origin_;
  };
};

// One element of T, rank 0.
template <typename T>
[[nodiscard]] Ref<TensorRep> make_scalar(const T& value) {
  static_assert(dtype_of<T> != DType::invalid);
  Ref<TensorRep> rep = TensorRep::make(dtype_of<T>, Shape());
  *rep->mutable_data<T>() = value;
  return rep;
}

// Rank 1.
template <typename T>
[[nodiscard]] Ref<TensorRep> make_vector(std::span<const T> values) {
  static_assert(dtype_of<T> != DType::invalid);
  Ref<TensorRep> rep = TensorRep::make(dtype_of<T>, {static_cast<std::int64_t>(values.size())});
  T* out = rep->mutable_data<T>();
  for (std::size_t i = 0; i < values.size(); ++i) out[i] = values[i];
  return rep;
}

// A scalar of dtype resource or variant that refers to `object`.
[[nodiscard]] Ref<TensorRep> make_handle(DType dtype, Ref<Resource> object);

}  // namespace opscope::runtime
