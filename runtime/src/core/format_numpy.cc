// NumPy's array layout: at most 75 columns, summarized above 1000 elements.
#include <algorithm>
#include <vector>

#include "core/format.h"
#include "core/numpy_elements.h"

namespace opscope::runtime {
namespace {
constexpr std::int64_t kThreshold = 1000;
constexpr std::int64_t kEdgeItems = 3;
constexpr std::size_t kLineWidth = 75;

class ArrayFormat {
 public:
  ArrayFormat(const TensorRep& tensor, std::string separator)
      : tensor_(tensor),
        separator_(std::move(separator)),
        bare_separator_(separator_.substr(0, separator_.find_last_not_of(' ') + 1)),
        summarized_(tensor.num_elements() > kThreshold) {
    collect(0, 0);
    texts_ = numpy_elements(tensor, elements_);
  }

  [[nodiscard]] std::string format(const std::string& indent, std::size_t width) {
    next_ = 0;
    return level(0, indent, width);
  }

 private:
  [[nodiscard]] bool is_cut(int axis) const {
    return summarized_ && tensor_.shape()[axis] > 2 * kEdgeItems;
  }

  // Calls item(index) for the indexes shown and gap() where some are left out.
  template <typename Item, typename Gap>
  void each(int axis, Item&& item, Gap&& gap) const {
    const std::int64_t size = tensor_.shape()[axis];
    for (std::int64_t i = 0; i < size; ++i) {
      if (is_cut(axis) && i == kEdgeItems) {
        gap();
        i = size - kEdgeItems;
      }
      item(i);
    }
  }

  void collect(int axis, std::int64_t first) {
    if (axis == tensor_.rank()) {
      elements_.push_back(first);
      return;
    }
    std::int64_t step = 1;
    for (int d = axis + 1; d < tensor_.rank(); ++d) step *= tensor_.shape()[d];
    each(
        axis, [&](std::int64_t i) { collect(axis + 1, first + i * step); }, [] {});
  }

  [[nodiscard]] std::string level(int axis, const std::string& indent, std::size_t width) {
    return axis + 1 == tensor_.rank() ? row(axis, indent, width) : rows(axis, indent, width);
  }

  [[nodiscard]] std::string row(int axis, const std::string& indent, std::size_t width) {
    const std::size_t limit = width - std::max<std::size_t>(bare_separator_.size(), 1);
    std::string done;
    std::string line = indent;
    const auto extend = [&](const std::string& word) {
      if (line.size() + word.size() > limit && line.size() > indent.size()) {
        done += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        line = indent;
      }
      line += word;
    };
    const std::int64_t last = tensor_.shape()[axis] - 1;
    each(
        axis,
        [&](std::int64_t i) {
          extend(texts_[next_++]);
          if (i != last) line += separator_;
        },
        [&] {
          extend("...");
          line += separator_;
        });
    done += line;
    return "[" + done.substr(indent.size()) + "]";
  }

  [[nodiscard]] std::string rows(int axis, const std::string& indent, std::size_t width) {
    const std::string line_end =
        bare_separator_ + std::string(static_cast<std::size_t>(tensor_.rank() - axis - 1), '\n');
    const std::int64_t last = tensor_.shape()[axis] - 1;
    std::string out;
    each(
        axis,
        [&](std::int64_t i) {
          out += indent + level(axis + 1, indent + ' ', width - 1);
          if (i != last) out += line_end;
        },
        [&] { out += indent + "..." + line_end; });
    return "[" + out.substr(indent.size()) + "]";
  }

  const TensorRep& tensor_;
  std::string separator_;
  std::string bare_separator_;
  bool summarized_;
  std::vector<std::int64_t> elements_;
  std::vector<std::string> texts_;
  std::size_t next_ = 0;
};

std::string numpy_dtype(DType dtype) {
  return dtype == DType::string || dtype_size(dtype) == 0 ? "object"
                                                          : std::string(dtype_name(dtype));
}

// repr(array).
std::string array_repr(const TensorRep& tensor) {
  constexpr std::string_view kPrefix = "array(";
  std::string text(kPrefix);
  std::string extras;
  if (tensor.num_elements() == 0) {
    text += "[]";
    if (tensor.rank() != 1) extras = "shape=" + tensor.shape().to_string();
  } else {
    text += ArrayFormat(tensor, ", ").format(std::string(kPrefix.size() + 1, ' '), kLineWidth - 1);
    if (tensor.num_elements() > kThreshold) extras = "shape=" + tensor.shape().to_string();
  }
  const DType dtype = tensor.dtype();
  const bool implied =
      (dtype == DType::int64 || dtype == DType::float64 || dtype == DType::boolean) &&
      tensor.num_elements() > 0;
  if (!implied) extras += (extras.empty() ? "dtype=" : ", dtype=") + numpy_dtype(dtype);
  if (extras.empty()) return text + ")";
  text += ',';
  const std::size_t last_line = text.size() - (text.rfind('\n') + 1);
  const bool wraps = last_line + extras.size() + 2 > kLineWidth;
  return text + (wraps ? "\n" + std::string(kPrefix.size(), ' ') : " ") + extras + ")";
}
}  // namespace

std::string format_tensor_numpy(const TensorRep& tensor) {
  if (tensor.rank() == 0) return numpy_scalar(tensor);
  if (tensor.num_elements() == 0) return "[]";
  return ArrayFormat(tensor, " ").format(" ", kLineWidth);
}

std::string format_tensor_str(const TensorRep& tensor) {
  const std::string values = format_tensor_numpy(tensor);
  const bool is_long = values.find('\n') != std::string::npos;
  return std::string("tf.Tensor(") + (is_long ? "\n" : "") + values +
         ", shape=" + tensor.shape().to_string() +
         ", dtype=" + std::string(dtype_name(tensor.dtype())) + ")";
}

std::string format_tensor_repr(const TensorRep& tensor) {
  const std::string values = tensor.rank() == 0 ? python_scalar(tensor) : array_repr(tensor);
  const bool is_long = values.find('\n') != std::string::npos;
  return "<tf.Tensor: shape=" + tensor.shape().to_string() +
         ", dtype=" + std::string(dtype_name(tensor.dtype())) + ", numpy=" + (is_long ? "\n" : "") +
         values + ">";
}

}  // namespace opscope::runtime
