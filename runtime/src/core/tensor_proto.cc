#include <algorithm>
#include <cstring>
#include <string>

#include "core/attrs_proto.h"
#include "opscope/error.h"
#include "opscope/proto/tensor.pb.h"

namespace opscope::runtime {
namespace {
constexpr std::int64_t kMaxTypedValues = 32;

[[noreturn]] void malformed(const std::string& what) {
  throw Error(ErrorCode::invalid_argument, "TensorProto: " + what);
}

// How many leading values say it all: TensorFlow repeats the last one.
template <typename T>
std::int64_t distinct_prefix(const T* values, std::int64_t count) {
  while (count > 1 && std::memcmp(&values[count - 1], &values[count - 2], sizeof(T)) == 0) --count;
  return count;
}

template <typename T, typename Add>
void write_values(const TensorRep& tensor, Add&& add) {
  const T* values = tensor.data<T>();
  const std::int64_t count = distinct_prefix(values, tensor.num_elements());
  for (std::int64_t i = 0; i < count; ++i) add(values[i]);
}

void write_typed(const TensorRep& tensor, proto::TensorProto* out) {
  const auto add_int = [out](auto value) { out->add_int_val(static_cast<std::int32_t>(value)); };
  const auto add_half = [out](auto value) { out->add_half_val(value.bits); };
  switch (tensor.dtype()) {
    case DType::float32:
      return write_values<float>(tensor, [out](float v) { out->add_float_val(v); });
    case DType::float64:
      return write_values<double>(tensor, [out](double v) { out->add_double_val(v); });
    case DType::int32:
      return write_values<std::int32_t>(tensor, add_int);
    case DType::uint8:
      return write_values<std::uint8_t>(tensor, add_int);
    case DType::int16:
      return write_values<std::int16_t>(tensor, add_int);
    case DType::int8:
      return write_values<std::int8_t>(tensor, add_int);
    case DType::uint16:
      return write_values<std::uint16_t>(tensor, add_int);
    case DType::int64:
      return write_values<std::int64_t>(tensor, [out](std::int64_t v) { out->add_int64_val(v); });
    case DType::uint32:
      return write_values<std::uint32_t>(tensor,
                                         [out](std::uint32_t v) { out->add_uint32_val(v); });
    case DType::uint64:
      return write_values<std::uint64_t>(tensor,
                                         [out](std::uint64_t v) { out->add_uint64_val(v); });
    case DType::boolean:
      return write_values<bool>(tensor, [out](bool v) { out->add_bool_val(v); });
    case DType::half:
      return write_values<half>(tensor, add_half);
    case DType::bfloat16:
      return write_values<bfloat16>(tensor, add_half);
    default:
      malformed("no typed values for " + std::string(dtype_name(tensor.dtype())));
  }
}

template <typename T, typename Field, typename Convert>
void read_values(const Field& field, TensorRep& out, Convert&& convert) {
  const auto count = static_cast<std::int64_t>(field.size());
  if (count > out.num_elements()) {
    malformed(std::to_string(count) + " values for the shape " + out.shape().to_string());
  }
  T* values = out.mutable_data<T>();
  for (std::int64_t i = 0; i < count; ++i) values[i] = convert(field.Get(static_cast<int>(i)));
  const T last = count > 0 ? values[count - 1] : T{};
  std::fill(values + count, values + out.num_elements(), last);
}

template <typename T, typename Field>
void read_cast(const Field& field, TensorRep& out) {
  read_values<T>(field, out, [](auto value) { return static_cast<T>(value); });
}

template <typename T>
void read_half(const proto::TensorProto& in, TensorRep& out) {
  read_values<T>(in.half_val(), out, [](std::int32_t value) {
    return T::from_bits(static_cast<std::uint16_t>(value));
  });
}

void read_typed(const proto::TensorProto& in, TensorRep& out) {
  switch (out.dtype()) {
    case DType::float32:
      return read_cast<float>(in.float_val(), out);
    case DType::float64:
      return read_cast<double>(in.double_val(), out);
    case DType::int32:
      return read_cast<std::int32_t>(in.int_val(), out);
    case DType::uint8:
      return read_cast<std::uint8_t>(in.int_val(), out);
    case DType::int16:
      return read_cast<std::int16_t>(in.int_val(), out);
    case DType::int8:
      return read_cast<std::int8_t>(in.int_val(), out);
    case DType::uint16:
      return read_cast<std::uint16_t>(in.int_val(), out);
    case DType::int64:
      return read_cast<std::int64_t>(in.int64_val(), out);
    case DType::uint32:
      return read_cast<std::uint32_t>(in.uint32_val(), out);
    case DType::uint64:
      return read_cast<std::uint64_t>(in.uint64_val(), out);
    case DType::boolean:
      return read_cast<bool>(in.bool_val(), out);
    case DType::half:
      return read_half<half>(in, out);
    case DType::bfloat16:
      return read_half<bfloat16>(in, out);
    case DType::string:
      return read_values<std::string>(in.string_val(), out, [](const auto& s) { return s; });
    default:
      malformed("no values of type " + std::string(dtype_name(out.dtype())));
  }
}

void read_content(const std::string& content, TensorRep& out) {
  if (out.dtype() == DType::string) malformed("strings as tensor_content");
  if (content.size() != out.size_bytes()) {
    malformed("tensor_content has " + std::to_string(content.size()) + " bytes, the shape " +
              out.shape().to_string() + " asks for " + std::to_string(out.size_bytes()));
  }
  if (out.dtype() == DType::boolean) {
    bool* values = out.mutable_data<bool>();
    for (std::size_t i = 0; i < content.size(); ++i) values[i] = content[i] != 0;
  } else if (!content.empty()) {
    std::memcpy(out.mutable_raw_data(), content.data(), content.size());
  }
}
}  // namespace

void tensor_to_proto(const TensorRep& tensor, proto::TensorProto* out) {
  out->Clear();
  out->set_dtype(static_cast<proto::DataType>(tensor.dtype()));
  shape_to_proto(tensor.shape(), out->mutable_tensor_shape());
  if (tensor.is_dense() && tensor.dtype() == DType::string) {
    for (const std::string& value : tensor.flat<std::string>()) out->add_string_val(value);
    return;
  }
  if (!tensor.is_dense() || dtype_size(tensor.dtype()) == 0) {
    malformed("a tensor of type " + std::string(dtype_name(tensor.dtype())) +
              (tensor.is_dense() ? "" : " without a value") + " cannot be written");
  }
  if (tensor.num_elements() <= kMaxTypedValues && !is_complex(tensor.dtype())) {
    write_typed(tensor, out);
  } else {
    out->set_tensor_content(tensor.raw_data(), tensor.size_bytes());
  }
}

Ref<TensorRep> tensor_from_proto(const proto::TensorProto& in, std::int64_t max_bytes) {
  const int number = in.dtype();
  const auto dtype = number > 0 && number < 32 ? static_cast<DType>(number) : DType::invalid;
  if (element_size(dtype) == 0 || is_complex(dtype) || dtype == DType::resource ||
      dtype == DType::variant) {
    throw Error(ErrorCode::unimplemented, "TensorProto: values of type number " +
                                              std::to_string(number) + " are not supported");
  }
  const Shape shape = shape_from_proto(in.tensor_shape());
  if (!shape.is_fully_defined()) malformed("the shape " + shape.to_string() + " is not complete");
  if (shape.num_elements() > max_bytes / static_cast<std::int64_t>(element_size(dtype))) {
    throw Error(ErrorCode::resource_exhausted, "TensorProto: the shape " + shape.to_string() +
                                                   " is larger than " + std::to_string(max_bytes) +
                                                   " bytes");
  }
  Ref<TensorRep> out = TensorRep::make(dtype, shape);
  if (!in.tensor_content().empty()) {
    read_content(in.tensor_content(), *out);
  } else {
    read_typed(in, *out);
  }
  return out;
}

}  // namespace opscope::runtime
