// opscope diff profile: two profiles, what takes longer and what is new.
#include <algorithm>
#include <cmath>
#include <ostream>

#include "cli/command_support.h"
#include "cli/diff_command.h"
#include "cli/profile_argument.h"
#include "model/profile_diff.h"
#include "model/units.h"

namespace opscope::viewer {
namespace {

Json side(const std::optional<OpStatistics>& row) {
  if (!row) return nullptr;
  return {{"calls", row->calls},     {"total_ps", row->total_ps}, {"self_ps", row->self_ps},
          {"mean_ps", row->mean_ps}, {"p50_ps", row->p50_ps},     {"p99_ps", row->p99_ps}};
}

Json profile_diff_document(const DiffRequest& request, const std::vector<ProfileChange>& changes,
                           std::size_t equal) {
  Json document{{"equal", changes.empty()}, {"by", request.by}, {"unchanged", equal}};
  Json& rows = document["changes"] = Json::array();
  for (const ProfileChange& change : changes) {
    rows.push_back({{"key", printable(change.key)},
                    {"total_change_ps", change.total_change_ps()},
                    {"self_change_ps", change.self_change_ps()},
                    {"a", side(change.a)},
                    {"b", side(change.b)}});
  }
  return document;
}

std::string signed_duration(std::int64_t change_ps) {
  return (change_ps < 0 ? "-" : "+") + format_duration_ps(std::abs(change_ps));
}

std::string change_text(const ProfileChange& change) {
  if (!change.a) return "new";
  if (!change.b) return "gone";
  const std::optional<double> percent = change.mean_change_percent();
  if (!percent) return "";
  constexpr double kManyPercent = 900;
  if (*percent >= kManyPercent) return format_value(1 + *percent / 100, 3) + " ×";
  return (*percent < 0 ? "-" : "+") + format_value(std::abs(*percent), 3) + " %";
}

std::string count_of(const std::optional<OpStatistics>& row) {
  return row ? format_count(row->calls) : "";
}

std::string total_of(const std::optional<OpStatistics>& row) {
  return row ? format_duration_ps(row->total_ps) : "";
}

std::string mean_of(const std::optional<OpStatistics>& row) {
  return row ? format_duration_ps(static_cast<std::int64_t>(row->mean_ps)) : "";
}

void print_profile_diff(std::ostream& out, const DiffRequest& request,
                        const std::vector<ProfileChange>& changes, std::size_t all,
                        std::size_t equal) {
  TextTable table({{request.by},
                   {"calls A", true},
                   {"calls B", true},
                   {"total A", true},
                   {"total B", true},
                   {"change", true},
                   {"mean A", true},
                   {"mean B", true},
                   {"mean", true}});
  for (const ProfileChange& change : changes) {
    table.add({table_name(change.key), count_of(change.a), count_of(change.b), total_of(change.a),
               total_of(change.b), signed_duration(change.total_change_ps()), mean_of(change.a),
               mean_of(change.b), change_text(change)});
  }
  table.print(out);
  if (changes.size() < all) out << changes.size() << " of " << all << " changes\n";
  if (equal > 0) out << equal << " unchanged\n";
}

}  // namespace

int diff_profile_files(const DiffRequest& request, std::ostream& out, std::ostream& err) {
  const Result<NamedProfile> a = load_newest_profile(request.path_a, request.run, err);
  if (!a) {
    print_error(err, a.error().what());
    return kFailed;
  }
  const Result<NamedProfile> b = load_newest_profile(request.path_b, request.run, err);
  if (!b) {
    print_error(err, b.error().what());
    return kFailed;
  }
  const StatisticsKey key = statistics_key(request.by);
  std::vector<ProfileChange> changes = diff_statistics(op_statistics(a->profile, {key, {}, {}}),
                                                       op_statistics(b->profile, {key, {}, {}}));
  const std::size_t rows = changes.size();
  std::erase_if(changes,
                [&](const ProfileChange& change) { return !change.is_change(request.threshold); });
  const std::size_t all = changes.size();
  if (request.top > 0 && changes.size() > request.top) changes.resize(request.top);
  if (request.as_json) {
    print_json(out, profile_diff_document(request, changes, rows - all));
  } else if (all == 0) {
    out << "The profiles are equal: " << rows << " rows.\n";
  } else {
    print_profile_diff(out, request, changes, all, rows - all);
  }
  return all == 0 ? kDone : kDiffers;
}

}  // namespace opscope::viewer
