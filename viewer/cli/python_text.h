// Values as Python prints them, for the texts of saved_model_cli.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "opscope/proto/struct.pb.h"

namespace opscope::viewer {

// repr() of a str: "'abc'", with double quotes where the text holds single ones only.
[[nodiscard]] std::string python_string(std::string_view text);
// repr() of a float: "0.1", "1e+16", "nan".
[[nodiscard]] std::string python_float(double value);
// "['a', 'b']", and of a set "{'a', 'b'}", "set()".
[[nodiscard]] std::string python_list(const std::vector<std::string>& texts);
[[nodiscard]] std::string python_set(const std::vector<std::string>& texts);

// repr() and str() of the value that TensorFlow decodes, and the name of its type.
[[nodiscard]] std::string python_repr(const proto::StructuredValue& value);
[[nodiscard]] std::string python_str(const proto::StructuredValue& value);
[[nodiscard]] std::string python_type_name(const proto::StructuredValue& value);

// The keys of a dict, sorted. (TensorFlow goes through them in an order that changes from run to
// run.)
[[nodiscard]] std::vector<std::string> sorted_keys(const proto::DictValue& dict);

}  // namespace opscope::viewer
