// Tensor: a handle to an array of values (eager), or to a value that a graph will compute (while a
// function is being traced).
//
// A Tensor is 8 bytes and cheap to copy; copies share their values, which never change. While a
// function is traced each handle also is a program variable: assigning to it inside a staged loop
// or branch makes it a loop variable or branch output (see staging.h). For that, every special
// member reports to the thread's trace; when none is active that is one thread-local load.
//
// Thread rule: different handles may be used from different threads, also when they share values;
// one handle may not be written while another thread uses it. A symbolic Tensor may only be used on
// the thread that traces, until its trace ends. Containers must construct and destroy their Tensors
// one by one, as those of the standard library do.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "opscope/runtime/dtype.h"
#include "opscope/runtime/loc.h"
#include "opscope/runtime/shape.h"

namespace opscope {

class Index;
class Operand;
class Tensor;

namespace runtime {

class TensorRep;
class Trace;

// The function being traced on this thread, or null: eager mode.
inline constinit thread_local Trace* current_trace = nullptr;

[[nodiscard]] inline bool is_tracing() noexcept {
  return __builtin_expect(current_trace != nullptr, 0);
}

void retain(TensorRep* rep) noexcept;
void release(TensorRep* rep) noexcept;

// What the special members of Tensor report, called only while tracing. on_read and on_move give a
// reference that the caller owns; on_assign takes one.
void on_construct(const Tensor* handle) noexcept;
void on_destroy(const Tensor* handle) noexcept;
[[nodiscard]] TensorRep* on_read(const Tensor& handle) noexcept;
[[nodiscard]] TensorRep* on_move(Tensor& handle) noexcept;
void on_assign(Tensor& handle, TensorRep* value) noexcept;

// A scalar of `dtype` with the value behind `bytes`: a Const node while tracing.
[[nodiscard]] TensorRep* scalar_rep(DType dtype, const void* bytes, Loc loc);
[[nodiscard]] TensorRep* string_scalar_rep(std::string_view text, Loc loc);

// The bytes of an eager tensor of exactly `dtype`; throws otherwise.
[[nodiscard]] const void* eager_data(const Tensor& tensor, DType dtype);
[[nodiscard]] double eager_item_as_double(const Tensor& tensor);
[[nodiscard]] std::int64_t eager_item_as_int64(const Tensor& tensor);
[[nodiscard]] std::string eager_item_as_string(const Tensor& tensor);

}  // namespace runtime

namespace runtime {
// The data type of a C++ number: like dtype_of, also for the other spellings of the integers.
template <typename T>
consteval DType scalar_dtype() {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> &&
                !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char8_t> &&
                !std::is_same_v<T, char16_t> && !std::is_same_v<T, char32_t>) {
    constexpr std::array kSigned = {DType::int8, DType::int16, DType::int32, DType::int64};
    constexpr std::array kUnsigned = {DType::uint8, DType::uint16, DType::uint32, DType::uint64};
    const std::size_t log2_size = static_cast<std::size_t>(std::bit_width(sizeof(T))) - 1;
    return std::is_signed_v<T> ? kSigned[log2_size] : kUnsigned[log2_size];
  } else if constexpr (std::is_same_v<T, std::string>) {
    return DType::invalid;
  } else {
    return dtype_of<T>;
  }
}
// Compared as a number: operator!= would look at Operands, which ask for this.
template <typename T>
inline constexpr bool is_scalar = static_cast<int>(scalar_dtype<T>()) != 0;
}  // namespace runtime

// The C++ types that stand for one element of a numeric Tensor: bool, integers (not characters),
// half, bfloat16, float and double.
template <typename T>
concept Scalar = runtime::is_scalar<T>;

class Tensor {
 public:
  // A handle without a value; reading it is an error until it is assigned.
  Tensor() noexcept {
    if (runtime::is_tracing()) runtime::on_construct(this);
  }

  // Scalars: int is int32, std::int64_t int64, float float32, double float64.
  template <Scalar T>
  Tensor(T value, Loc loc = Loc::current())  // NOLINT(google-explicit-constructor)
      : Tensor(runtime::scalar_rep(runtime::scalar_dtype<T>(), &value, loc)) {}
  Tensor(const char* text, Loc loc = Loc::current())  // NOLINT(google-explicit-constructor)
      : Tensor(runtime::string_scalar_rep(text, loc)) {}
  Tensor(std::string_view text, Loc loc = Loc::current())  // NOLINT(google-explicit-constructor)
      : Tensor(runtime::string_scalar_rep(text, loc)) {}
  Tensor(const std::string& text, Loc loc = Loc::current())  // NOLINT(google-explicit-constructor)
      : Tensor(runtime::string_scalar_rep(text, loc)) {}

  Tensor(const Tensor& other) noexcept {
    if (runtime::is_tracing()) {
      rep_ = runtime::on_read(other);
      runtime::on_construct(this);
    } else if ((rep_ = other.rep_) != nullptr) {
      runtime::retain(rep_);
    }
  }
  Tensor(Tensor&& other) noexcept {
    if (runtime::is_tracing()) {
      rep_ = runtime::on_move(other);
      runtime::on_construct(this);
    } else {
      rep_ = std::exchange(other.rep_, nullptr);
    }
  }
  Tensor& operator=(const Tensor& other) noexcept {
    if (runtime::is_tracing()) {
      runtime::on_assign(*this, runtime::on_read(other));
    } else if (this != &other) {
      if (other.rep_ != nullptr) runtime::retain(other.rep_);
      if (rep_ != nullptr) runtime::release(rep_);
      rep_ = other.rep_;
    }
    return *this;
  }
  Tensor& operator=(Tensor&& other) noexcept {
    if (this == &other) return *this;
    if (runtime::is_tracing()) {
      runtime::on_assign(*this, runtime::on_move(other));
    } else {
      if (rep_ != nullptr) runtime::release(rep_);
      rep_ = std::exchange(other.rep_, nullptr);
    }
    return *this;
  }
  ~Tensor() {
    if (runtime::is_tracing()) runtime::on_destroy(this);
    if (rep_ != nullptr) runtime::release(rep_);
  }

  // False for a handle without a value.
  [[nodiscard]] bool has_value() const noexcept { return rep_ != nullptr; }
  // True when the value is one that a graph will compute.
  [[nodiscard]] bool is_symbolic() const noexcept;

  // Throw failed_precondition without a value. The shape of a symbolic Tensor may have kAnyDim
  // dimensions or an unknown rank.
  [[nodiscard]] DType dtype() const;
  [[nodiscard]] const Shape& shape() const;

  // The elements in row-major order, valid as long as a handle shares them. T is the C++ type of
  // dtype() (std::string for strings), else invalid_argument; failed_precondition when symbolic.
  template <typename T>
  [[nodiscard]] std::span<const T> values() const {
    const void* data = runtime::eager_data(*this, dtype_of<T>);
    return {static_cast<const T*>(data), static_cast<std::size_t>(shape().num_elements())};
  }

  // The one element of a Tensor, converted to T: a number, or std::string for a string. Throws
  // invalid_argument when there is not exactly one; failed_precondition when symbolic.
  template <typename T = double>
  [[nodiscard]] T item() const {
    if constexpr (std::is_same_v<T, std::string>) {
      return runtime::eager_item_as_string(*this);
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<T>(runtime::eager_item_as_int64(*this));
    } else {
      return static_cast<T>(runtime::eager_item_as_double(*this));
    }
  }

  // The truth of an eager scalar. While tracing this throws failed_precondition that names the line
  // and the form to use instead: a plain `if` would bake one branch into the graph.
  explicit operator bool() const;

  // Arithmetic with broadcasting; a literal takes the other side's data type. `/` is Python's: of
  // integers it gives float64 (float32 for 8 and 16 bits); floordiv() stays with integers. `%` is
  // Python's as well (the sign of the divisor). Comparisons are elementwise and give bool tensors;
  // `&`, `|`, `!` are the logical ones. `&&` and `||` keep their C++ meaning on eager scalars and
  // throw while tracing.
  friend Tensor operator+(const Operand& a, const Operand& b);
  friend Tensor operator-(const Operand& a, const Operand& b);
  friend Tensor operator*(const Operand& a, const Operand& b);
  friend Tensor operator/(const Operand& a, const Operand& b);
  friend Tensor operator%(const Operand& a, const Operand& b);
  friend Tensor operator<(const Operand& a, const Operand& b);
  friend Tensor operator<=(const Operand& a, const Operand& b);
  friend Tensor operator>(const Operand& a, const Operand& b);
  friend Tensor operator>=(const Operand& a, const Operand& b);
  friend Tensor operator==(const Operand& a, const Operand& b);
  friend Tensor operator!=(const Operand& a, const Operand& b);
  friend Tensor operator&(const Operand& a, const Operand& b);
  friend Tensor operator|(const Operand& a, const Operand& b);
  friend Tensor operator-(const Operand& a);
  friend Tensor operator!(const Tensor& a);
  Tensor& operator+=(const Operand& b);
  Tensor& operator-=(const Operand& b);
  Tensor& operator*=(const Operand& b);
  Tensor& operator/=(const Operand& b);

  // Python's x[...]: x[0], x[{0, Slice{1, 5}, newaxis}]; index.h has the forms. Throws
  // invalid_argument for what TensorFlow refuses: out of bounds, a step of 0, two ellipses.
  [[nodiscard]] Tensor operator[](const Index& index) const;
  [[nodiscard]] Tensor operator[](std::initializer_list<Index> indices) const;

  // For the runtime's own code.
  explicit Tensor(runtime::TensorRep* owned) noexcept : rep_(owned) {
    if (runtime::is_tracing()) runtime::on_construct(this);
  }
  [[nodiscard]] runtime::TensorRep* rep() const noexcept { return rep_; }
  // Replaces the value without a report to the trace; takes a reference.
  void exchange_rep(runtime::TensorRep* owned) noexcept {
    if (rep_ != nullptr) runtime::release(rep_);
    rep_ = owned;
  }

 private:
  runtime::TensorRep* rep_ = nullptr;
};

static_assert(sizeof(Tensor) == sizeof(void*));

// ---- Making tensors; while tracing each is a Const node (or Fill) ----

// The values in row-major order with the given shape; without a shape, a vector. Throws
// invalid_argument when the count does not fit. With `dtype`, values are converted to it.
template <Scalar T>
[[nodiscard]] Tensor constant(std::span<const T> values, const Shape& shape,
                              Loc loc = Loc::current());
[[nodiscard]] Tensor constant(std::span<const std::string> values, const Shape& shape,
                              Loc loc = Loc::current());

template <Scalar T>
[[nodiscard]] Tensor constant(const std::vector<T>& values, const Shape& shape,
                              Loc loc = Loc::current()) {
  return constant(std::span<const T>(values), shape, loc);
}
template <Scalar T>
[[nodiscard]] Tensor constant(const std::vector<T>& values, Loc loc = Loc::current()) {
  return constant(std::span<const T>(values), Shape{static_cast<std::int64_t>(values.size())}, loc);
}
[[nodiscard]] inline Tensor constant(const std::vector<std::string>& values,
                                     Loc loc = Loc::current()) {
  return constant(std::span<const std::string>(values),
                  Shape{static_cast<std::int64_t>(values.size())}, loc);
}

// constant({1.f, 2.f}), constant({{1, 2}, {3, 4}}), constant({"a", "b"}), constant(3.f).
template <Scalar T>
[[nodiscard]] Tensor constant(std::initializer_list<T> values, Loc loc = Loc::current()) {
  return constant(std::span<const T>(values.begin(), values.size()),
                  Shape{static_cast<std::int64_t>(values.size())}, loc);
}
template <Scalar T>
[[nodiscard]] Tensor constant(std::initializer_list<T> values, const Shape& shape,
                              Loc loc = Loc::current()) {
  return constant(std::span<const T>(values.begin(), values.size()), shape, loc);
}
template <Scalar T>
[[nodiscard]] Tensor constant(std::initializer_list<std::initializer_list<T>> rows,
                              Loc loc = Loc::current());
template <Scalar T>
[[nodiscard]] Tensor constant(
    std::initializer_list<std::initializer_list<std::initializer_list<T>>> blocks,
    Loc loc = Loc::current());
[[nodiscard]] Tensor constant(std::initializer_list<const char*> values, Loc loc = Loc::current());
template <Scalar T>
[[nodiscard]] Tensor constant(T value, Loc loc = Loc::current()) {
  return Tensor(value, loc);
}
[[nodiscard]] inline Tensor constant(std::string_view text, Loc loc = Loc::current()) {
  return Tensor(text, loc);
}

// Printed as Python's print(tensor): "tf.Tensor(4.0, shape=(), dtype=float32)"; a symbolic one as
// "Tensor("add:0", shape=(), dtype=float32)".
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

// Printed as Python's repr(tensor): "<tf.Tensor: shape=(), dtype=float32, numpy=4.0>".
[[nodiscard]] std::string repr(const Tensor& tensor);

// ---- Implementation ----

namespace runtime {
[[nodiscard]] TensorRep* array_rep(DType dtype, const void* bytes, std::size_t count,
                                   const Shape& shape, Loc loc);
[[noreturn]] void throw_ragged_rows(Loc loc);
}  // namespace runtime

template <Scalar T>
Tensor constant(std::span<const T> values, const Shape& shape, Loc loc) {
  return Tensor(
      runtime::array_rep(runtime::scalar_dtype<T>(), values.data(), values.size(), shape, loc));
}

template <Scalar T>
Tensor constant(std::initializer_list<std::initializer_list<T>> rows, Loc loc) {
  const std::size_t width = rows.size() == 0 ? 0 : rows.begin()->size();
  std::vector<T> flat;
  flat.reserve(rows.size() * width);
  for (const std::initializer_list<T>& row : rows) {
    if (row.size() != width) runtime::throw_ragged_rows(loc);
    flat.insert(flat.end(), row.begin(), row.end());
  }
  const Shape shape{static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(width)};
  return constant(std::span<const T>(flat), shape, loc);
}

template <Scalar T>
Tensor constant(std::initializer_list<std::initializer_list<std::initializer_list<T>>> blocks,
                Loc loc) {
  std::vector<T> flat;
  const std::size_t height = blocks.size() == 0 ? 0 : blocks.begin()->size();
  const std::size_t width = height == 0 ? 0 : blocks.begin()->begin()->size();
  for (const auto& rows : blocks) {
    if (rows.size() != height) runtime::throw_ragged_rows(loc);
    for (const std::initializer_list<T>& row : rows) {
      if (row.size() != width) runtime::throw_ragged_rows(loc);
      flat.insert(flat.end(), row.begin(), row.end());
    }
  }
  const Shape shape{static_cast<std::int64_t>(blocks.size()), static_cast<std::int64_t>(height),
                    static_cast<std::int64_t>(width)};
  return constant(std::span<const T>(flat), shape, loc);
}

}  // namespace opscope
