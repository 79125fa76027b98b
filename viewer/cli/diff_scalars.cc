// opscope diff scalars: the curves of two logdirs.
#include <ostream>

#include "cli/command_support.h"
#include "cli/diff_command.h"
#include "model/scalar_diff.h"
#include "model/units.h"

namespace opscope::viewer {
namespace {

Json scalar_diff_document(const ScalarDiff& diff) {
  Json document{{"equal", diff.changes.empty()}, {"unchanged", diff.equal}};
  Json& rows = document["changes"] = Json::array();
  for (const ScalarChange& change : diff.changes) {
    rows.push_back({{"run", printable(change.run)},
                    {"tag", printable(change.tag)},
                    {"points_a", change.points_a},
                    {"points_b", change.points_b},
                    {"common_steps", change.common_steps},
                    {"last_a", json_number(change.last_a)},
                    {"last_b", json_number(change.last_b)},
                    {"largest_change", json_number(change.largest_change)},
                    {"at_step", change.at_step}});
  }
  return document;
}

void print_scalar_diff(std::ostream& out, const ScalarDiff& diff, std::size_t shown) {
  TextTable table({{"run"},
                   {"tag"},
                   {"points A", true},
                   {"points B", true},
                   {"last A", true},
                   {"last B", true},
                   {"largest change", true},
                   {"at step", true}});
  for (std::size_t i = 0; i < shown; ++i) {
    const ScalarChange& change = diff.changes[i];
    const bool is_in_both = change.points_a > 0 && change.points_b > 0;
    table.add({printable(change.run), printable(change.tag),
               change.points_a > 0 ? format_count(change.points_a) : "",
               change.points_b > 0 ? format_count(change.points_b) : "",
               change.points_a > 0 ? format_value(change.last_a) : "",
               change.points_b > 0 ? format_value(change.last_b) : "",
               is_in_both ? format_value(change.largest_change) : "",
               change.largest_change > 0 ? std::to_string(change.at_step) : ""});
  }
  table.print(out);
  if (shown < diff.changes.size()) {
    out << shown << " of " << diff.changes.size() << " changes\n";
  }
  if (diff.equal > 0) out << diff.equal << " unchanged\n";
}

// What `path` holds, with the runs and tags that the request leaves out removed.
Result<LogdirModel> load_scalars(const std::string& path, const DiffRequest& request) {
  const Result<Logdir> logdir = open_path(path);
  if (!logdir) return logdir.error();
  LogdirModel model = *logdir->snapshot();
  if (!request.run.empty()) {
    std::erase_if(model.runs, [&](const auto& run) { return run->name != request.run; });
  }
  if (request.tag.empty()) return model;
  for (std::shared_ptr<const Run>& run : model.runs) {
    auto reduced = std::make_shared<Run>(*run);
    std::erase_if(reduced->tags, [&](const auto& tag) { return tag->name != request.tag; });
    run = std::move(reduced);
  }
  return model;
}

}  // namespace

int diff_scalar_files(const DiffRequest& request, std::ostream& out, std::ostream& err) {
  const Result<LogdirModel> a = load_scalars(request.path_a, request);
  if (!a) {
    print_error(err, a.error().what());
    return kFailed;
  }
  const Result<LogdirModel> b = load_scalars(request.path_b, request);
  if (!b) {
    print_error(err, b.error().what());
    return kFailed;
  }
  const ScalarDiff diff = diff_scalars(*a, *b, request.threshold);
  if (diff.changes.empty() && diff.equal == 0) {
    print_error(err, "no scalars, " + request.path_a + " and " + request.path_b +
                         ", see what opscope inspect finds there");
    return kFailed;
  }
  const std::size_t shown =
      request.top > 0 ? std::min(request.top, diff.changes.size()) : diff.changes.size();
  if (request.as_json) {
    print_json(out, scalar_diff_document(diff));
  } else if (diff.changes.empty()) {
    out << "The scalars are equal: " << diff.equal << " curves.\n";
  } else {
    print_scalar_diff(out, diff, shown);
  }
  return diff.changes.empty() ? kDone : kDiffers;
}

}  // namespace opscope::viewer
