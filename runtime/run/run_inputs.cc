#include "run/run_inputs.h"

#include <fstream>
#include <iterator>
#include <vector>

#include "opscope/error.h"
#include "run/literal.h"
#include "run/npy.h"

namespace opscope::run {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::invalid_argument, what);
}

// "key=value" words between semicolons, empty ones left out. Strings may hold semicolons.
std::vector<std::pair<std::string, std::string>> split(const std::string& text,
                                                       const char* option) {
  std::vector<std::pair<std::string, std::string>> words;
  std::size_t begin = 0;
  char quote = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ';';
    if (quote != 0 && i < text.size()) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '\'' || c == '"') quote = c;
    if (c != ';') continue;
    const std::string word = text.substr(begin, i - begin);
    begin = i + 1;
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos) {
      refuse(std::string(option) + " '" + word + "' must be <input_key>=<value>");
    }
    words.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return words;
}

const TensorSpec& spec_of(const LoadedModel::Signature& signature, const std::string& key) {
  std::string known;
  for (const TensorSpec& spec : signature.inputs) {
    if (spec.name == key) return spec;
    known += (known.empty() ? "\"" : ", \"") + spec.name + "\"";
  }
  refuse("\"" + key + "\" is not a valid input key, choose from " + known);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorCode::not_found, "cannot read " + path + ", check the path");
  return {std::istreambuf_iterator<char>(in), {}};
}

// "file.npz[name]" names one of the arrays of a file.
Tensor read_array(const std::string& value) {
  std::string path = value;
  std::string name;
  const std::size_t bracket = value.find('[');
  if (bracket != std::string::npos && value.back() == ']') {
    path = value.substr(0, bracket);
    name = value.substr(bracket + 1, value.size() - bracket - 2);
  }
  const std::string bytes = read_file(path);
  if (bytes.rfind("PK", 0) != 0) return parse_npy(bytes, path).value();
  const std::map<std::string, Tensor> arrays = parse_npz(bytes, path).value();
  if (name.empty() && arrays.size() == 1) return arrays.begin()->second;
  const auto array = arrays.find(name);
  if (array != arrays.end()) return array->second;
  refuse(name.empty() ? path + " holds several arrays, say which: " + path + "[<name>]"
                      : path + " holds no array of the name '" + name + "'");
}

}  // namespace

NamedTensors read_inputs(const LoadedModel::Signature& signature, const std::string& inputs,
                         const std::string& expressions) {
  NamedTensors tensors;
  for (const auto& [key, value] : split(inputs, "--inputs")) {
    const TensorSpec& spec = spec_of(signature, key);
    tensors.insert_or_assign(key, convert(read_array(value), spec.dtype).value());
  }
  for (const auto& [key, value] : split(expressions, "--input_exprs")) {
    const TensorSpec& spec = spec_of(signature, key);
    const Result<Tensor> tensor = literal_tensor(parse_literal(value).value(), spec.dtype);
    if (!tensor) refuse("the input '" + key + "': " + tensor.error().what());
    tensors.insert_or_assign(key, *tensor);
  }
  return tensors;
}

}  // namespace opscope::run
