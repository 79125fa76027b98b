#include "cli/profile_argument.h"

#include <map>
#include <utility>

#include "cli/command_support.h"
#include "model/profile_loader.h"

namespace opscope::viewer {
namespace {

// The newest session, which is the last by name, of the run that was asked for.
const ProfileSession* choose_session(const LogdirModel& model, const std::string& run) {
  const ProfileSession* chosen = nullptr;
  for (const ProfileSession& session : model.profiles) {
    if (!run.empty() && session.run != run) continue;
    if (chosen == nullptr || session.session >= chosen->session) chosen = &session;
  }
  return chosen;
}

}  // namespace

StatisticsKey statistics_key(const std::string& word) {
  static const std::map<std::string, StatisticsKey> kKeys{{"op", StatisticsKey::name},
                                                          {"type", StatisticsKey::op_type},
                                                          {"thread", StatisticsKey::thread},
                                                          {"step", StatisticsKey::step}};
  return kKeys.at(word);
}

Result<NamedProfile> load_newest_profile(const std::string& path, const std::string& run,
                                         std::ostream& err) {
  const Result<Logdir> logdir = open_path(path);
  if (!logdir) return logdir.error();
  const auto model = logdir->snapshot();
  const ProfileSession* session = choose_session(*model, run);
  if (session == nullptr) {
    return Error(ErrorCode::not_found,
                 "no profile, " + path +
                     ", looked for plugins/profile/<session>/<host>.xplane.pb and Chrome traces");
  }
  Result<Profile> profile = load_profile(session->hosts);
  if (!profile) return profile.error();
  for (const std::string& warning : profile->warnings) print_error(err, warning);
  if (model->profiles.size() > 1) {
    print_error(err, std::to_string(model->profiles.size()) + " profiles, " + path +
                         ", taking the newest; give its path or --run for another");
  }
  return NamedProfile{session->run, session->session, std::move(*profile)};
}

}  // namespace opscope::viewer
