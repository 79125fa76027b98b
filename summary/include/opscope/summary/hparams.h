// Hyperparameters, for the HParams page: what an experiment varies and measures, and what each
// session (one training, in a run directory of its own) used and how it ended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

using HParamValue = std::variant<bool, double, std::string>;

// What values a hyperparameter may have: any, one of a list, or a number between two.
struct HParamInfo {
  std::string name;
  std::vector<HParamValue> choices{};                   // of one type
  std::optional<std::pair<double, double>> interval{};  // smallest and largest
  std::string display_name{};
  std::string description{};  // markdown
};

struct MetricInfo {
  std::string tag;      // of the scalar
  std::string group{};  // the run below the session's run; empty: the session's run itself
  std::string display_name{};
  std::string description{};  // markdown
};

// Declares an experiment; goes into the run that is above those of the sessions. Throws
// invalid_argument for an empty name or tag, and for choices of several types or with an interval.
void hparams_experiment(FileWriter& writer, const std::vector<HParamInfo>& hparams,
                        const std::vector<MetricInfo>& metrics);

// Begins a session with these values. Sessions of one group (empty: the run by itself) are shown as
// one trial.
void hparams_session_start(FileWriter& writer, const std::map<std::string, HParamValue>& hparams,
                           std::string_view group = {});

// The numbers are those of the file format.
enum class SessionStatus { success = 1, failure = 2, running = 3 };

// Ends the session.
void hparams_session_end(FileWriter& writer, SessionStatus status = SessionStatus::success);

}  // namespace opscope::summary
