#include "run/run_command.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <ostream>

#include "core/format.h"
#include "opscope/error.h"
#include "opscope/runtime/saved_model.h"
#include "run/npy.h"
#include "run/run_inputs.h"

namespace opscope::run {
namespace {

constexpr const char* kHelp =
    R"(Runs a signature of a SavedModel, as TensorFlow's saved_model_cli run
Usage: opscope run --dir D --tag_set T --signature_def S [OPTIONS]

  --dir D             the folder of the SavedModel
  --tag_set T         the tags of the graph, separated by commas
  --signature_def S   the signature to run
  --inputs TEXT       'key=file.npy;other=file.npz[name]'
  --input_exprs TEXT  'key=[1.0, 2.0];other="text"': numbers, strings, True, False, lists of them
  --outdir F          write each output to F/<key>.npy
  --overwrite         replace files that are there
)";

struct Options {
  std::map<std::string, std::string> values;
  bool overwrite = false;
  bool help = false;

  [[nodiscard]] std::string get(const std::string& name) const {
    const auto value = values.find(name);
    return value == values.end() ? "" : value->second;
  }
};

// Empty, with the reason in `problem`, for words that are no options.
std::optional<Options> parse(const std::vector<std::string>& args, std::string& problem) {
  static const std::vector<std::string> kNames = {"dir",    "tag_set",     "signature_def",
                                                  "inputs", "input_exprs", "outdir"};
  Options options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::size_t dashes = args[i].find_first_not_of('-');
    const std::size_t equals = args[i].find('=');
    const std::string name =
        dashes == 1 || dashes == 2 ? args[i].substr(dashes, equals - dashes) : "";
    if (name == "help" || name == "h") {
      options.help = true;
    } else if (name == "overwrite") {
      options.overwrite = true;
    } else if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) {
      problem = "unknown option " + args[i];
      return std::nullopt;
    } else if (equals != std::string::npos) {
      options.values[name] = args[i].substr(equals + 1);
    } else if (i + 1 < args.size()) {
      options.values[name] = args[++i];
    } else {
      problem = args[i] + " needs a value";
      return std::nullopt;
    }
  }
  for (const char* name : {"dir", "tag_set", "signature_def"}) {
    if (options.help || options.values.contains(name)) continue;
    problem = std::string("--") + name + " is required";
    return std::nullopt;
  }
  if (!options.help && options.get("inputs").empty() && options.get("input_exprs").empty()) {
    problem = "at least one of --inputs and --input_exprs is required";
    return std::nullopt;
  }
  return options;
}

std::vector<std::string> split_tags(const std::string& text) {
  std::vector<std::string> tags;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string tag = text.substr(begin, end - begin);
    tag.erase(0, std::min(tag.find_first_not_of(' '), tag.size()));
    tag.erase(tag.find_last_not_of(' ') + 1);
    if (!tag.empty()) tags.push_back(std::move(tag));
    begin = end + 1;
  }
  return tags;
}

void write_output(const Options& options, const std::string& key, const Tensor& tensor,
                  std::ostream& out) {
  const std::string folder = options.get("outdir");
  std::filesystem::create_directories(folder);
  const std::string path = (std::filesystem::path(folder) / (key + ".npy")).string();
  if (!options.overwrite && std::filesystem::exists(path)) {
    throw Error(ErrorCode::already_exists,
                "the output file " + path + " is there already, add --overwrite to replace it");
  }
  std::ofstream file(path, std::ios::binary);
  file << format_npy(tensor);
  file.close();
  if (!file) throw Error(ErrorCode::unknown, "cannot write " + path);
  out << "Output " << key << " is saved to " << path << '\n';
}

void run_signature(const Options& options, std::ostream& out) {
  const LoadedModel model = load(options.get("dir"), split_tags(options.get("tag_set")));
  const std::string name = options.get("signature_def");
  const auto signature = model.signatures().find(name);
  if (signature == model.signatures().end()) {
    std::string known;
    for (const auto& [key, each] : model.signatures()) known += (known.empty() ? "" : ", ") + key;
    throw Error(ErrorCode::not_found,
                "no signature \"" + name + "\", " + options.get("dir") + ", choose from: " + known);
  }
  const NamedTensors inputs =
      read_inputs(signature->second, options.get("inputs"), options.get("input_exprs"));
  for (const auto& [key, tensor] : model.run(name, inputs)) {
    out << "Result for output key " << key << ":\n"
        << runtime::format_tensor_numpy(*tensor.rep()) << '\n';
    if (options.values.contains("outdir")) write_output(options, key, tensor, out);
  }
}

}  // namespace

int run_command(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) try {
  std::string problem;
  const std::optional<Options> options = parse(args, problem);
  if (!options) {
    err << "opscope: " << problem << ", run, see opscope run --help\n";
    return 2;
  }
  if (options->help) {
    out << kHelp;
    return 0;
  }
  run_signature(*options, out);
  return 0;
} catch (const std::exception& error) {
  err << "opscope: " << error.what() << '\n';
  return 1;
}

}  // namespace opscope::run
