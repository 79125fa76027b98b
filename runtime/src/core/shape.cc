#include "opscope/runtime/shape.h"

#include <algorithm>
#include <utility>

#include "opscope/error.h"

namespace opscope {
namespace {
void check_dim(std::int64_t size) {
  if (size < kAnyDim) {
    throw Error(ErrorCode::invalid_argument,
                "Shape: dimension " + std::to_string(size) + " is negative");
  }
}

std::string incompatible(const char* what, const Shape& a, const Shape& b) {
  return std::string(what) + a.to_bracket_string() + " vs. " + b.to_bracket_string();
}
}  // namespace

Shape::Shape(std::initializer_list<std::int64_t> dims)
    : Shape(std::span<const std::int64_t>(dims.begin(), dims.size())) {}

Shape::Shape(std::span<const std::int64_t> dims) {
  for (const std::int64_t size : dims) check_dim(size);
  if (dims.size() > static_cast<std::size_t>(kMaxRank)) resize(kMaxRank + 1);
  resize(static_cast<int>(dims.size()));
  std::copy(dims.begin(), dims.end(), data());
}

Shape& Shape::operator=(const Shape& other) {
  if (this != &other) {
    Shape copy(other);
    *this = std::move(copy);
  }
  return *this;
}

Shape& Shape::operator=(Shape&& other) noexcept {
  if (this != &other) {
    if (rank_ > kInline) delete[] heap_;
    take(other);
  }
  return *this;
}

void Shape::copy_from(const Shape& other) {
  if (other.rank_ > kInline) heap_ = new std::int64_t[static_cast<std::size_t>(other.rank_)];
  rank_ = other.rank_;
  const auto source = other.dims();
  std::copy(source.begin(), source.end(), data());
}

void Shape::take(Shape& other) noexcept {
  rank_ = other.rank_;
  if (rank_ > kInline) {
    heap_ = other.heap_;
    other.rank_ = 0;
  } else {
    for (int i = 0; i < rank_; ++i) inline_[static_cast<std::size_t>(i)] = other.data()[i];
  }
}

void Shape::resize(int rank) {
  if (rank > kMaxRank) {
    throw Error(ErrorCode::invalid_argument,
                "Shape: more than " + std::to_string(kMaxRank) + " dimensions");
  }
  const int keep = std::min(std::max(rank_, 0), rank);
  if (rank <= kInline && rank_ <= kInline) {
    rank_ = rank;
    return;
  }
  Shape grown;
  if (rank > kInline) grown.heap_ = new std::int64_t[static_cast<std::size_t>(rank)];
  grown.rank_ = rank;
  std::copy_n(data(), keep, grown.data());
  *this = std::move(grown);
}

Shape Shape::unknown() noexcept {
  Shape shape;
  shape.rank_ = -1;
  return shape;
}

Shape Shape::of_rank(int rank) {
  if (rank < 0) return unknown();
  Shape shape;
  shape.resize(rank);
  std::fill_n(shape.data(), rank, kAnyDim);
  return shape;
}

bool Shape::is_fully_defined() const noexcept {
  if (rank_ < 0) return false;
  const auto all = dims();
  return std::none_of(all.begin(), all.end(), [](std::int64_t size) { return size == kAnyDim; });
}

std::int64_t Shape::num_elements() const {
  if (!is_fully_defined()) return kAnyDim;
  std::int64_t count = 1;
  for (const std::int64_t size : dims()) {
    if (__builtin_mul_overflow(count, size, &count)) {
      throw Error(ErrorCode::resource_exhausted,
                  "Shape " + to_string() + " has more elements than fit in 63 bits");
    }
  }
  return count;
}

void Shape::set_dim(int axis, std::int64_t size) {
  check_dim(size);
  data()[axis] = size;
}

void Shape::append(std::int64_t size) { insert(rank_, size); }

void Shape::insert(int axis, std::int64_t size) {
  check_dim(size);
  resize(rank_ + 1);
  std::int64_t* all = data();
  std::copy_backward(all + axis, all + rank_ - 1, all + rank_);
  all[axis] = size;
}

void Shape::remove(int axis) {
  std::int64_t* all = data();
  std::copy(all + axis + 1, all + rank_, all + axis);
  resize(rank_ - 1);
}

bool Shape::operator==(const Shape& other) const noexcept {
  if (rank_ != other.rank_) return false;
  const auto mine = dims();
  return std::equal(mine.begin(), mine.end(), other.dims().begin());
}

bool Shape::is_compatible_with(const Shape& other) const noexcept {
  if (rank_ < 0 || other.rank_ < 0) return true;
  if (rank_ != other.rank_) return false;
  for (int i = 0; i < rank_; ++i) {
    const std::int64_t a = data()[i];
    const std::int64_t b = other.data()[i];
    if (a != kAnyDim && b != kAnyDim && a != b) return false;
  }
  return true;
}

Shape Shape::merge_with(const Shape& other) const {
  if (!is_compatible_with(other)) {
    throw Error(ErrorCode::invalid_argument,
                incompatible("Shapes are not compatible: ", *this, other));
  }
  if (rank_ < 0) return other;
  if (other.rank_ < 0) return *this;
  Shape merged = *this;
  for (int i = 0; i < rank_; ++i) {
    if (merged.data()[i] == kAnyDim) merged.data()[i] = other.data()[i];
  }
  return merged;
}

Shape Shape::relax_with(const Shape& other) const {
  if (rank_ < 0 || rank_ != other.rank_) return unknown();
  Shape relaxed = *this;
  for (int i = 0; i < rank_; ++i) {
    if (relaxed.data()[i] != other.data()[i]) relaxed.data()[i] = kAnyDim;
  }
  return relaxed;
}

std::string Shape::to_string() const {
  if (rank_ < 0) return "<unknown>";
  std::string text = "(";
  for (int i = 0; i < rank_; ++i) {
    if (i > 0) text += ", ";
    text += data()[i] == kAnyDim ? "None" : std::to_string(data()[i]);
  }
  text += rank_ == 1 ? ",)" : ")";
  return text;
}

std::string Shape::to_bracket_string() const {
  if (rank_ < 0) return "<unknown>";
  std::string text = "[";
  for (int i = 0; i < rank_; ++i) {
    if (i > 0) text += ',';
    text += data()[i] == kAnyDim ? "?" : std::to_string(data()[i]);
  }
  return text + ']';
}

Shape broadcast_shapes(const Shape& a, const Shape& b) {
  if (!a.has_rank() || !b.has_rank()) return Shape::unknown();
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape result = longer;
  const int offset = longer.rank() - shorter.rank();
  for (int i = 0; i < shorter.rank(); ++i) {
    const std::int64_t x = longer[i + offset];
    const std::int64_t y = shorter[i];
    if (x == y || y == 1) continue;
    if (x == 1) {
      result.set_dim(i + offset, y);
    } else if (x == kAnyDim || y == kAnyDim) {
      const std::int64_t known = x == kAnyDim ? y : x;
      result.set_dim(i + offset, known > 1 ? known : kAnyDim);  // as TensorFlow: 0 is not trusted
    } else {
      throw Error(ErrorCode::invalid_argument, incompatible("Incompatible shapes: ", a, b));
    }
  }
  return result;
}

}  // namespace opscope
