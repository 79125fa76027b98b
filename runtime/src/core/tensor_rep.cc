#include "core/tensor_rep.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "core/allocator.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
constexpr std::size_t kBufferHeader = kBlockAlignment;

bool holds_objects(DType dtype) noexcept {
  return dtype == DType::string || dtype == DType::resource || dtype == DType::variant;
}

void construct_objects(DType dtype, void* data, std::int64_t count) noexcept {
  if (dtype == DType::string) {
    std::uninitialized_default_construct_n(static_cast<std::string*>(data), count);
  } else if (holds_objects(dtype)) {
    std::uninitialized_default_construct_n(static_cast<Ref<Resource>*>(data), count);
  }
}

void destroy_objects(DType dtype, void* data, std::int64_t count) noexcept {
  if (dtype == DType::string) {
    std::destroy_n(static_cast<std::string*>(data), count);
  } else if (holds_objects(dtype)) {
    std::destroy_n(static_cast<Ref<Resource>*>(data), count);
  }
}

void copy_elements(DType dtype, const void* from, void* to, std::int64_t count) {
  if (dtype == DType::string) {
    std::copy_n(static_cast<const std::string*>(from), count, static_cast<std::string*>(to));
  } else if (holds_objects(dtype)) {
    std::copy_n(static_cast<const Ref<Resource>*>(from), count, static_cast<Ref<Resource>*>(to));
  } else if (count > 0) {
    std::memcpy(to, from, static_cast<std::size_t>(count) * dtype_size(dtype));
  }
}

std::size_t checked_bytes(DType dtype, std::int64_t count) {
  std::int64_t bytes = 0;
  if (count < 0 ||
      __builtin_mul_overflow(count, static_cast<std::int64_t>(element_size(dtype)), &bytes) ||
      bytes > INT64_MAX - 4096) {
    throw Error(ErrorCode::resource_exhausted, "A tensor of " + std::to_string(count) + " " +
                                                   std::string(dtype_name(dtype)) +
                                                   " elements is too large");
  }
  return static_cast<std::size_t>(bytes);
}
}  // namespace

std::size_t element_size(DType dtype) noexcept {
  if (dtype == DType::string) return sizeof(std::string);
  if (holds_objects(dtype)) return sizeof(Ref<Resource>);
  return dtype_size(dtype);
}

Ref<Buffer> Buffer::make(DType dtype, std::int64_t count) {
  static_assert(sizeof(Buffer) <= kBufferHeader);
  const std::size_t bytes = checked_bytes(dtype, count);
  void* block = allocate_block(kBufferHeader + bytes);
  auto* buffer = new (block) Buffer(dtype, count, bytes);
  construct_objects(dtype, buffer->data(), count);
  note_buffer_made(static_cast<std::int64_t>(bytes), buffer);
  return Ref<Buffer>::adopt(buffer);
}

void* Buffer::data() noexcept {
  return static_cast<std::byte*>(static_cast<void*>(this)) + kBufferHeader;
}

void Buffer::destroy() const noexcept {
  auto* self = const_cast<Buffer*>(this);
  const std::size_t bytes = size_bytes_;
  destroy_objects(dtype_, self->data(), count_);
  self->~Buffer();
  note_buffer_freed(static_cast<std::int64_t>(bytes), self);
  free_block(self, kBufferHeader + bytes);
}

Ref<TensorRep> TensorRep::make(DType dtype, const Shape& shape) {
  const std::int64_t count = shape.num_elements();
  if (count < 0 || element_size(dtype) == 0) {
    throw Error(ErrorCode::internal, "A dense " + std::string(dtype_name(dtype)) +
                                         " tensor cannot have the shape " + shape.to_string());
  }
  const std::size_t bytes = checked_bytes(dtype, count);
  Ref<Buffer> buffer;
  if (bytes > kInlineBytes) buffer = Buffer::make(dtype, count);
  auto* rep = new (allocate_block(sizeof(TensorRep))) TensorRep(dtype, shape, Kind::dense);
  rep->num_elements_ = count;
  if (buffer) {
    rep->buffer_ = buffer.leak();
    rep->data_ = rep->buffer_->data();
  } else {
    rep->data_ = rep->inline_;
    rep->has_inline_objects_ = holds_objects(dtype);
    construct_objects(dtype, rep->data_, count);
  }
  return Ref<TensorRep>::adopt(rep);
}

Ref<TensorRep> TensorRep::make_zeros(DType dtype, const Shape& shape) {
  Ref<TensorRep> rep = make(dtype, shape);
  if (!holds_objects(dtype)) std::memset(rep->data_, 0, rep->size_bytes());
  return rep;
}

Ref<TensorRep> TensorRep::make_view(const TensorRep& of, const Shape& shape) {
  return make_slice(of, 0, shape);
}

Ref<TensorRep> TensorRep::make_slice(const TensorRep& of, std::int64_t offset, const Shape& shape) {
  const std::int64_t count = shape.num_elements();
  if (!of.is_dense() || count < 0 || offset < 0 || offset > of.num_elements_ - count) {
    throw Error(ErrorCode::internal, "A view of shape " + shape.to_string() + " at element " +
                                         std::to_string(offset) + " is outside of a tensor of " +
                                         std::to_string(of.num_elements_) + " elements");
  }
  const std::size_t skip = static_cast<std::size_t>(offset) * element_size(of.dtype_);
  if (of.buffer_ == nullptr) {
    Ref<TensorRep> copy = make(of.dtype_, shape);
    copy_elements(of.dtype_, static_cast<const std::byte*>(of.data_) + skip, copy->data_, count);
    return copy;
  }
  auto* rep = new (allocate_block(sizeof(TensorRep))) TensorRep(of.dtype_, shape, Kind::dense);
  of.buffer_->add_ref();
  rep->buffer_ = of.buffer_;
  rep->num_elements_ = count;
  rep->data_ = static_cast<std::byte*>(of.data_) + skip;
  return Ref<TensorRep>::adopt(rep);
}

Ref<TensorRep> TensorRep::make_window() {
  auto* rep = new (allocate_block(sizeof(TensorRep)))
      TensorRep(DType::float32, Shape({0}), Kind::dense);
  return Ref<TensorRep>::adopt(rep);
}

void TensorRep::move_window(DType dtype, const Shape& shape, void* data) noexcept {
  dtype_ = dtype;
  shape_ = shape;
  num_elements_ = shape.num_elements();
  data_ = data;
}

Ref<TensorRep> TensorRep::make_symbolic(DType dtype, const Shape& shape,
                                        const SymbolicOrigin& origin) {
  auto* rep = new (allocate_block(sizeof(TensorRep))) TensorRep(dtype, shape, Kind::symbolic);
  rep->origin_ = origin;
  return Ref<TensorRep>::adopt(rep);
}

void TensorRep::reinterpret(DType dtype, const Shape& shape) noexcept {
  dtype_ = dtype;
  shape_ = shape;
}

void TensorRep::destroy() const noexcept {
  auto* self = const_cast<TensorRep*>(this);
  if (buffer_ != nullptr) {
    buffer_->release();
  } else if (has_inline_objects_) {
    destroy_objects(dtype_, data_, num_elements_);
  }
  self->~TensorRep();
  free_block(self, sizeof(TensorRep));
}

Ref<TensorRep> make_handle(DType dtype, Ref<Resource> object) {
  Ref<TensorRep> rep = TensorRep::make(dtype, Shape());
  *rep->mutable_data<Ref<Resource>>() = std::move(object);
  return rep;
}

}  // namespace opscope::runtime
