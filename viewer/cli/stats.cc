// opscope stats: operation statistics of a profile as a table, CSV or JSON.
#include <algorithm>
#include <ostream>

#include "cli/command_support.h"
#include "cli/commands.h"
#include "cli/profile_argument.h"
#include "model/op_statistics.h"
#include "model/units.h"

namespace opscope::viewer {
namespace {

struct StatsRequest {
  std::string path;
  std::string by = "op";
  std::string run;
  std::size_t top = 0;  // 0: all
  bool as_json = false;
  bool as_csv = false;
};

// "a""b" where a cell needs quotes.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void print_csv(std::ostream& out, const std::vector<OpStatistics>& rows) {
  out << "key,calls,total_ps,self_ps,mean_ps,min_ps,max_ps,p50_ps,p90_ps,p99_ps\n";
  for (const OpStatistics& row : rows) {
    out << csv_cell(printable(row.key)) << ',' << row.calls << ',' << row.total_ps << ','
        << row.self_ps << ',' << static_cast<std::int64_t>(row.mean_ps) << ',' << row.min_ps << ','
        << row.max_ps << ',' << row.p50_ps << ',' << row.p90_ps << ',' << row.p99_ps << '\n';
  }
}

void print_stats_json(std::ostream& out, const StatsRequest& request, const NamedProfile& profile,
                      const std::vector<OpStatistics>& rows) {
  Json document{{"path", printable(request.path)},
                {"run", printable(profile.run)},
                {"session", printable(profile.session)},
                {"by", request.by},
                {"rows", Json::array()}};
  for (const OpStatistics& row : rows) {
    document["rows"].push_back({{"key", printable(row.key)},
                                {"calls", row.calls},
                                {"total_ps", row.total_ps},
                                {"self_ps", row.self_ps},
                                {"mean_ps", row.mean_ps},
                                {"min_ps", row.min_ps},
                                {"max_ps", row.max_ps},
                                {"p50_ps", row.p50_ps},
                                {"p90_ps", row.p90_ps},
                                {"p99_ps", row.p99_ps}});
  }
  print_json(out, document);
}

void print_table(std::ostream& out, const StatsRequest& request, const NamedProfile& profile,
                 const std::vector<OpStatistics>& rows, std::size_t all) {
  out << "profile " << printable(profile.session) << " of run " << printable(profile.run) << '\n';
  TextTable table({{request.by},
                   {"calls", true},
                   {"total", true},
                   {"self", true},
                   {"mean", true},
                   {"min", true},
                   {"p50", true},
                   {"p90", true},
                   {"p99", true},
                   {"max", true}});
  for (const OpStatistics& row : rows) {
    table.add({table_name(row.key), format_count(row.calls), format_duration_ps(row.total_ps),
               format_duration_ps(row.self_ps),
               format_duration_ps(static_cast<std::int64_t>(row.mean_ps)),
               format_duration_ps(row.min_ps), format_duration_ps(row.p50_ps),
               format_duration_ps(row.p90_ps), format_duration_ps(row.p99_ps),
               format_duration_ps(row.max_ps)});
  }
  table.print(out);
  if (rows.size() < all) out << rows.size() << " of " << all << " rows\n";
}

int show_statistics(const StatsRequest& request, std::ostream& out, std::ostream& err) {
  const Result<NamedProfile> loaded = load_newest_profile(request.path, request.run, err);
  if (!loaded) {
    print_error(err, loaded.error().what());
    return kFailed;
  }
  std::vector<OpStatistics> rows =
      op_statistics(loaded->profile, {statistics_key(request.by), {}, {}});
  const std::size_t all = rows.size();
  if (request.top > 0 && rows.size() > request.top) rows.resize(request.top);
  if (request.as_json) {
    print_stats_json(out, request, *loaded, rows);
  } else if (request.as_csv) {
    print_csv(out, rows);
  } else {
    print_table(out, request, *loaded, rows, all);
  }
  return kDone;
}

}  // namespace

int run_stats(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("Operation statistics of a profile: calls, total, self, mean, percentiles", "stats");
  StatsRequest request;
  app.add_option("PATH", request.path, "a logdir or a profile file")->required();
  app.add_option("--by", request.by, "op, type, thread or step")
      ->check(CLI::IsMember({"op", "type", "thread", "step"}));
  app.add_option("--run", request.run, "only profiles of this run");
  app.add_option("--top", request.top, "only the N longest")->check(CLI::Range(1, 1'000'000'000));
  auto* csv = app.add_flag("--csv", request.as_csv, "comma-separated, times in picoseconds");
  app.add_flag("--json", request.as_json, "one JSON document, times in picoseconds")->excludes(csv);
  return run_command(app, args, out, err, [&] { return show_statistics(request, out, err); });
}

}  // namespace opscope::viewer
