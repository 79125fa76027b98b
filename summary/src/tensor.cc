#include "opscope/summary/tensor.h"

#include "number_tensor.h"
#include "opscope/proto/summary.pb.h"
#include "tensor_summary.h"

namespace opscope::summary {

template <typename T>
void tensor(FileWriter& writer, std::string_view tag, std::span<const T> values,
            std::span<const std::int64_t> dims, std::int64_t step, const TensorOptions& options) {
  check_tag(tag);
  check_dims(tag, dims, values.size());
  check_data_size(tag, values.size_bytes());
  write_tensor_summary(writer, tag, encode_numbers(values, dims), step,
                       {.plugin_name = options.plugin_name,
                        .content = options.plugin_content,
                        .display_name = options.display_name,
                        .description = options.description,
                        .data_class = proto::DATA_CLASS_TENSOR});
}

#define OPSCOPE_TENSOR_OF(T)                                              \
  template void tensor(FileWriter&, std::string_view, std::span<const T>, \
                       std::span<const std::int64_t>, std::int64_t, const TensorOptions&)
OPSCOPE_TENSOR_OF(bool);
OPSCOPE_TENSOR_OF(float);
OPSCOPE_TENSOR_OF(double);
OPSCOPE_TENSOR_OF(signed char);
OPSCOPE_TENSOR_OF(unsigned char);
OPSCOPE_TENSOR_OF(short);
OPSCOPE_TENSOR_OF(unsigned short);
OPSCOPE_TENSOR_OF(int);
OPSCOPE_TENSOR_OF(unsigned);
OPSCOPE_TENSOR_OF(long);
OPSCOPE_TENSOR_OF(unsigned long);
OPSCOPE_TENSOR_OF(long long);
OPSCOPE_TENSOR_OF(unsigned long long);
#undef OPSCOPE_TENSOR_OF

}  // namespace opscope::summary
