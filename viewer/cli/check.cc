// opscope check: reads every byte and says what is damaged, and why a page would be empty.
#include <ostream>

#include "cli/check_report.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "model/units.h"

namespace opscope::viewer {
namespace {

Json report_document(const CheckReport& report) {
  Json document;
  document["path"] = printable(report.path);
  document["files"] = Json::array();
  for (const CheckedFile& file : report.files) {
    Json entry{{"file", printable(file.name)}, {"kind", file.kind}, {"bytes", file.size_bytes}};
    if (file.records) entry["records"] = *file.records;
    entry["damage"] = Json::array();
    for (const Damage& damage : file.damage) {
      entry["damage"].push_back(
          {{"offset", damage.offset}, {"bytes", damage.size}, {"what", printable(damage.what)}});
    }
    document["files"].push_back(std::move(entry));
  }
  document["empty_pages"] = Json::array();
  for (const EmptyPage& page : report.empty_pages) {
    document["empty_pages"].push_back({{"page", page.page}, {"why", printable(page.why)}});
  }
  document["damaged"] = report.damage_count();
  return document;
}

void print_report(std::ostream& out, const CheckReport& report) {
  std::uint64_t bytes = 0;
  for (const CheckedFile& file : report.files) {
    bytes += file.size_bytes;
    for (const Damage& damage : file.damage) {
      out << printable(file.name) << ", byte " << damage.offset;
      if (damage.size > 0) out << ", " << format_count(damage.size) << " bytes";
      out << ": " << printable(damage.what) << '\n';
    }
  }
  for (const EmptyPage& page : report.empty_pages) {
    out << "no " << page.page << ": " << printable(page.why) << '\n';
  }
  out << format_count(report.files.size()) << (report.files.size() == 1 ? " file, " : " files, ")
      << format_bytes(static_cast<double>(bytes)) << " read, "
      << (report.damage_count() == 0 ? "no damage"
                                     : "damage in " + format_count(report.damage_count()) +
                                           (report.damage_count() == 1 ? " place" : " places"))
      << '\n';
}

}  // namespace

int run_check(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("Reads every byte; damage by file and offset; why a page would be empty", "check");
  std::string path;
  bool as_json = false;
  app.add_option("PATH", path, "anything that opscope opens")->required();
  app.add_flag("--json", as_json, "one JSON document on stdout");
  return run_command(app, args, out, err, [&] {
    const Result<Logdir> logdir = open_path(path);
    if (!logdir) {
      print_error(err, logdir.error().what());
      return kFailed;
    }
    const auto model = logdir->snapshot();
    const CheckReport report = check_model(*model);
    if (as_json) {
      print_json(out, report_document(report));
    } else {
      print_report(out, report);
    }
    if (model->is_empty()) print_error(err, nothing_to_show(*model));
    if (report.damage_count() > 0) return kDamaged;
    return model->files_seen == 0 ? kFailed : kDone;
  });
}

}  // namespace opscope::viewer
