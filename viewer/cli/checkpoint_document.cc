#include "cli/checkpoint_document.h"

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "cli/tensor_numbers.h"
#include "model/units.h"
#include "opscope/saved_model/bundle_reader.h"
#include "opscope/saved_model/model_graph.h"

namespace opscope::viewer {
namespace {

namespace fs = std::filesystem;
using saved_model::BundleEntry;
using saved_model::BundleReader;

constexpr std::string_view kIndexSuffix = ".index";

bool ends_in_index(const std::string& path) {
  return path.size() > kIndexSuffix.size() &&
         std::string_view(path).substr(path.size() - kIndexSuffix.size()) == kIndexSuffix;
}

Json number_json(double value, bool is_whole) {
  return is_whole ? Json(static_cast<std::int64_t>(value)) : json_number(value);
}

Json statistics_json(const TensorStatistics& statistics) {
  return {{"elements", statistics.count},
          {"min", json_number(statistics.min)},
          {"max", json_number(statistics.max)},
          {"mean", json_number(statistics.mean)},
          {"std", json_number(statistics.deviation)},
          {"zeros", statistics.zeros},
          {"not_finite", statistics.not_finite}};
}

void add_numbers(const BundleReader& reader, const BundleEntry& entry,
                 const CheckpointOptions& options, Json& document) {
  const std::vector<double> numbers = tensor_numbers(reader, entry).value();
  if (options.has_statistics) document["statistics"] = statistics_json(statistics_of(numbers));
  if (!options.has_values) return;
  document["values"] = Json::array();
  for (const double value : numbers) {
    document["values"].push_back(number_json(value, is_whole_type(entry.data_type)));
  }
}

void add_strings(const BundleReader& reader, const BundleEntry& entry, Json& document) {
  const std::vector<std::string> values = reader.read_strings(entry).value();
  document["values"] = Json::array();
  for (const std::string& value : values) document["values"].push_back(printable(value));
}

Json tensor_document(const BundleReader& reader, const BundleEntry& entry,
                     const CheckpointOptions& options, std::vector<std::string>& problems) {
  Json document = {{"name", printable(entry.name)},
                   {"dtype", dtype_name(entry.data_type)},
                   {"shape", entry.shape},
                   {"bytes", entry.size_bytes}};
  if (!options.has_values && !options.has_statistics) return document;
  try {
    if (entry.data_type != saved_model::kDataTypeString) {
      add_numbers(reader, entry, options, document);
    } else if (options.has_values) {
      add_strings(reader, entry, document);
    }
  } catch (const Error& error) {
    problems.emplace_back(error.what());
  }
  return document;
}

std::string shape_text(const Json& shape) {
  std::string text;
  for (const Json& size : shape) text += (text.empty() ? "" : ", ") + size.dump();
  return "[" + text + "]";
}

std::string number_text(const Json& number) {
  return number.is_string() ? number.get<std::string>() : number.dump();
}

}  // namespace

std::vector<std::string> checkpoints_at(const std::string& path) {
  std::error_code error;
  std::vector<std::string> prefixes;
  if (fs::is_directory(path, error)) {
    if (fs::exists(saved_model::variables_prefix(path) + ".index", error)) {
      return {saved_model::variables_prefix(path)};
    }
    for (const auto& entry : fs::directory_iterator(path, error)) {
      const std::string name = entry.path().string();
      if (ends_in_index(name))
        prefixes.push_back(name.substr(0, name.size() - kIndexSuffix.size()));
    }
  } else if (ends_in_index(path) && fs::exists(path, error)) {
    prefixes.push_back(path.substr(0, path.size() - kIndexSuffix.size()));
  } else if (fs::exists(path + std::string(kIndexSuffix), error)) {
    prefixes.push_back(path);
  }
  std::sort(prefixes.begin(), prefixes.end());
  return prefixes;
}

Json checkpoint_document(const std::string& prefix, const CheckpointOptions& options,
                         std::vector<std::string>& problems) {
  Json document = {{"path", printable(prefix)}, {"tensors", Json::array()}};
  const Result<BundleReader> reader = BundleReader::open(prefix);
  if (!reader) {
    problems.emplace_back(reader.error().what());
    return document;
  }
  document["shards"] = reader->num_shards();
  for (const BundleEntry& entry : reader->entries()) {
    if (!options.tensor.empty() && entry.name != options.tensor) continue;
    document["tensors"].push_back(tensor_document(*reader, entry, options, problems));
  }
  if (!options.tensor.empty() && document["tensors"].empty()) {
    problems.push_back("no tensor " + options.tensor + ", " + prefix + ", see opscope inspect " +
                       prefix);
  }
  return document;
}

void print_checkpoint(std::ostream& out, const Json& document) {
  const Json& tensors = document["tensors"];
  out << "Checkpoint " << document["path"].get<std::string>() << ": " << tensors.size()
      << (tensors.size() == 1 ? " tensor\n" : " tensors\n");
  if (tensors.empty()) return;
  const bool has_statistics = std::any_of(tensors.begin(), tensors.end(), [](const Json& tensor) {
    return tensor.contains("statistics");
  });
  std::vector<TextTable::Column> columns{{"tensor"}, {"dtype"}, {"shape"}, {"bytes", true}};
  constexpr const char* kStatistics[] = {"min", "max", "mean", "std", "zeros", "not_finite"};
  if (has_statistics) {
    for (const char* name : kStatistics) columns.push_back({name, true});
  }
  TextTable table(columns);
  for (const Json& tensor : tensors) {
    std::vector<std::string> row{tensor["name"], tensor["dtype"], shape_text(tensor["shape"]),
                                 tensor["bytes"].dump()};
    for (const char* name : kStatistics) {
      if (!has_statistics) break;
      row.push_back(tensor.contains("statistics") ? number_text(tensor["statistics"][name]) : "");
    }
    table.add(std::move(row));
  }
  table.print(out, "  ");
  for (const Json& tensor : tensors) {
    if (!tensor.contains("values")) continue;
    out << "  " << tensor["name"].get<std::string>() << " =";
    for (const Json& value : tensor["values"]) out << ' ' << number_text(value);
    out << '\n';
  }
}

}  // namespace opscope::viewer
