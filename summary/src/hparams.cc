#include "opscope/summary/hparams.h"

#include "event_encoder.h"
#include "opscope/proto/hparams_plugin_data.pb.h"
#include "opscope/proto/types.pb.h"
#include "tag_check.h"
#include "tensor_summary.h"

namespace opscope::summary {
namespace {

namespace hp = proto::hparams;

void set_value(const HParamValue& value, google::protobuf::Value& to) {
  if (const bool* truth = std::get_if<bool>(&value)) to.set_bool_value(*truth);
  if (const double* number = std::get_if<double>(&value)) to.set_number_value(*number);
  if (const std::string* text = std::get_if<std::string>(&value)) to.set_string_value(*text);
}

hp::DataType type_of(const HParamValue& value) {
  constexpr hp::DataType kTypes[] = {hp::DATA_TYPE_BOOL, hp::DATA_TYPE_FLOAT64,
                                     hp::DATA_TYPE_STRING};
  return kTypes[value.index()];
}

Error bad_hparam(const std::string& name, const std::string& what) {
  return Error(ErrorCode::invalid_argument, "hyperparameter " + quoted(name) + " " + what);
}

void check_name(const std::string& name) {
  if (name.empty()) throw Error(ErrorCode::invalid_argument, "a hyperparameter has no name");
  check_text(name, name);
}

void fill_info(const HParamInfo& info, hp::HParamInfo& to) {
  check_name(info.name);
  if (!info.choices.empty() && info.interval) {
    throw bad_hparam(info.name, "has choices and an interval; it can have one of them");
  }
  to.set_name(info.name);
  to.set_display_name(info.display_name);
  to.set_description(info.description);
  for (const HParamValue& choice : info.choices) {
    if (choice.index() != info.choices.front().index()) {
      throw bad_hparam(info.name, "has choices of several types");
    }
    set_value(choice, *to.mutable_domain_discrete()->add_values());
    to.set_type(type_of(choice));
  }
  if (info.interval) {
    to.set_type(hp::DATA_TYPE_FLOAT64);
    to.mutable_domain_interval()->set_min_value(info.interval->first);
    to.mutable_domain_interval()->set_max_value(info.interval->second);
  }
}

// All that there is to say is in the metadata; the tensor is there because a value needs one.
void write_plugin_data(FileWriter& writer, std::string_view tag,
                       const hp::HParamsPluginData& data) {
  constexpr std::int64_t kNoElements = 0;
  const std::string content = data.SerializeAsString();
  write_tensor_summary(writer, tag, encode_number_tensor(proto::DT_FLOAT, {&kNoElements, 1}, {}), 0,
                       {.plugin_name = "hparams", .content = content, .has_fixed_tag = true});
}

}  // namespace

void hparams_experiment(FileWriter& writer, const std::vector<HParamInfo>& hparams,
                        const std::vector<MetricInfo>& metrics) {
  hp::HParamsPluginData data;
  hp::Experiment& experiment = *data.mutable_experiment();
  experiment.set_time_created_secs(writer.wall_time());
  for (const HParamInfo& info : hparams) fill_info(info, *experiment.add_hparam_infos());
  for (const MetricInfo& metric : metrics) {
    check_tag(metric.tag);
    hp::MetricInfo& info = *experiment.add_metric_infos();
    info.mutable_name()->set_tag(metric.tag);
    info.mutable_name()->set_group(metric.group);
    info.set_display_name(metric.display_name);
    info.set_description(metric.description);
  }
  write_plugin_data(writer, "_hparams_/experiment", data);
}

void hparams_session_start(FileWriter& writer, const std::map<std::string, HParamValue>& hparams,
                           std::string_view group) {
  hp::HParamsPluginData data;
  hp::SessionStartInfo& start = *data.mutable_session_start_info();
  start.set_group_name(std::string(group));  // readers take the run's name where it is empty
  start.set_start_time_secs(writer.wall_time());
  for (const auto& [name, value] : hparams) {
    check_name(name);
    set_value(value, (*start.mutable_hparams())[name]);
  }
  write_plugin_data(writer, "_hparams_/session_start_info", data);
}

void hparams_session_end(FileWriter& writer, SessionStatus status) {
  hp::HParamsPluginData data;
  hp::SessionEndInfo& end = *data.mutable_session_end_info();
  end.set_status(static_cast<hp::Status>(status));
  end.set_end_time_secs(writer.wall_time());
  write_plugin_data(writer, "_hparams_/session_end_info", data);
}

}  // namespace opscope::summary
