// What the commands share: options, errors, tables, JSON of numbers that JSON cannot hold.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/logdir.h"

namespace opscope::viewer {

using Json = nlohmann::ordered_json;

inline constexpr int kDone = 0, kFailed = 1, kBadUsage = 2, kDamaged = 3, kDiffers = 3;

// Parses `args` with `app`, then runs `work`. Help and bad usage are answered here; whatever `work`
// throws becomes "opscope: ..." and kFailed.
[[nodiscard]] int run_command(CLI::App& app, const std::vector<std::string>& args,
                              std::ostream& out, std::ostream& err,
                              const std::function<int()>& work);

// "opscope: <message>", one line.
void print_error(std::ostream& err, std::string_view message);

// NaN and infinities become the strings that TensorBoard uses.
[[nodiscard]] Json json_number(double value);

// `text` with bytes that are not UTF-8 replaced, so that it can be printed and put into JSON.
[[nodiscard]] std::string printable(std::string_view text);

// The document, indented, and a newline.
void print_json(std::ostream& out, const Json& document);

// Text in columns as wide as their widest cell; numbers (`is_right`) to the right.
class TextTable {
 public:
  struct Column {
    std::string title;
    bool is_right = false;
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(std::ostream& out, std::string_view indent = "") const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// A name as a table shows it: printable, and cut in its middle when it would make the table too
// wide to read. CSV and JSON give names whole.
[[nodiscard]] std::string table_name(std::string_view name);

// Opens a path, or says why not and where data may be instead.
[[nodiscard]] Result<Logdir> open_path(const std::string& path);

// The sentence for a path that holds nothing to show: what was looked for, and where data are.
[[nodiscard]] std::string nothing_to_show(const LogdirModel& model);

// True when `run` and `tag` (empty: any) name something in the model; else prints what there is.
[[nodiscard]] bool check_filters(const LogdirModel& model, const std::string& run,
                                 const std::string& tag, std::ostream& err);

}  // namespace opscope::viewer
