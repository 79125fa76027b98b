#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>

#include "core/format.h"
#include "core/number_format.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
// C escapes, as TensorFlow prints the strings in a tensor; bytes above ASCII stay as they are.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '"' || c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      std::array<char, 8> octal{};
      std::snprintf(octal.data(), octal.size(), "\\%03o", byte);
      out += octal.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

class Printer {
 public:
  Printer(const TensorRep& tensor, std::int64_t ends, bool quote_strings)
      : tensor_(tensor), ends_(ends), quote_strings_(quote_strings) {}

  void print(int axis, std::int64_t first, std::string& out) const {
    if (axis == tensor_.rank()) {
      out += element(first);
      return;
    }
    const std::int64_t size = tensor_.shape()[axis];
    std::int64_t step = 1;
    for (int d = axis + 1; d < tensor_.rank(); ++d) step *= tensor_.shape()[d];
    out += '[';
    for (std::int64_t i = 0; i < std::min(ends_, size); ++i) {
      if (i > 0) add_spacing(axis, out);
      print(axis + 1, first + i * step, out);
    }
    if (size - ends_ > ends_) {
      add_spacing(axis, out);
      out += "...";
    }
    for (std::int64_t i = std::max(ends_, size - ends_); i < size; ++i) {
      add_spacing(axis, out);
      print(axis + 1, first + i * step, out);
    }
    out += ']';
  }

 private:
  void add_spacing(int axis, std::string& out) const {
    if (axis == tensor_.rank() - 1) {
      out += ' ';
      return;
    }
    out.append(static_cast<std::size_t>(tensor_.rank() - 1 - axis), '\n');
    out.append(static_cast<std::size_t>(axis + 1), ' ');
  }

  [[nodiscard]] std::string element(std::int64_t i) const {
    if (tensor_.dtype() == DType::string) {
      const std::string& text = tensor_.data<std::string>()[i];
      return quote_strings_ ? quoted(text) : text;
    }
    if (dtype_size(tensor_.dtype()) > 0) return print_element(tensor_, i);
    const auto& handle = tensor_.data<Ref<Resource>>()[i];
    return handle ? "<" + handle->describe() + ">" : "<none>";
  }

  const TensorRep& tensor_;
  std::int64_t ends_;
  bool quote_strings_;
};

std::atomic<PrintSink> print_sink{nullptr};

void append_to_file(const std::string& path, std::string_view text) {
  std::FILE* file = std::fopen(path.c_str(), "ae");
  if (file == nullptr) throw error_from_errno(errno, "open", path);
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int write_error = errno;
  if (std::fclose(file) != 0) throw error_from_errno(errno, "write", path);
  if (!is_written) throw error_from_errno(write_error, "write", path);
}
}  // namespace

std::string format_tensor_print(const TensorRep& tensor, std::int64_t summarize,
                                bool quote_strings) {
  const std::int64_t count = tensor.num_elements();
  const std::int64_t ends = summarize < 0 ? count : std::min(summarize, count);
  std::string out;
  Printer(tensor, ends, quote_strings).print(0, 0, out);
  return out;
}

void set_print_sink(PrintSink sink) noexcept { print_sink.store(sink); }

void print_text(std::string_view stream, std::string_view text) {
  if (const PrintSink sink = print_sink.load()) {
    sink(stream, text);
    return;
  }
  constexpr std::string_view kFile = "file://";
  if (stream.starts_with(kFile)) {
    append_to_file(std::string(stream.substr(kFile.size())), text);
    return;
  }
  std::FILE* file = stream == "stdout" ? stdout : stderr;
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

}  // namespace opscope::runtime
