#include "model/graph_keras.h"

#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "opscope/proto/graph.pb.h"
#include "opscope/proto/types.pb.h"

namespace opscope::viewer {
namespace {

using Json = nlohmann::json;

std::string text_at(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json& member(const Json& object, const char* key) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found != object.end() ? *found : kNothing;
}

// Names of layers that inbound_nodes refer to: Keras 2 writes [[["name", 0, 0, {}]]], Keras 3
// tensors whose config has "keras_history": ["name", 0, 0].
void find_inbound(const Json& value, std::vector<std::string>& names) {
  std::vector<const Json*> pending{&value};
  while (!pending.empty()) {
    const Json& at = *pending.back();
    pending.pop_back();
    if (at.is_object()) {
      const Json& history = member(at, "keras_history");
      if (history.is_array() && !history.empty() && history[0].is_string()) {
        names.push_back(history[0].get<std::string>());
        continue;
      }
    }
    const bool is_reference =
        at.is_array() && at.size() >= 3 && at[0].is_string() && at[1].is_number();
    if (is_reference) {
      names.push_back(at[0].get<std::string>());
    } else if (at.is_structured()) {
      for (auto item = at.rbegin(); item != at.rend(); ++item) pending.push_back(&*item);
    }
  }
}

class KerasReader {
 public:
  // Adds the layers of `model` below `scope`; gives the full name of the node its output is.
  std::string add_model(const Json& model, const std::string& scope,
                        const std::vector<std::string>& inputs) {
    std::map<std::string, std::string> output_of;  // layer -> node
    std::vector<std::string> previous = inputs;
    std::string last;
    for (const Json& layer : member(member(model, "config"), "layers")) {
      const Json& config = member(layer, "config");
      const std::string name = text_at(config, "name");
      const std::string full = scope.empty() ? name : scope + "/" + name;
      std::vector<std::string> sources;
      if (layer.is_object() && layer.contains("inbound_nodes")) {
        std::vector<std::string> names;
        find_inbound(member(layer, "inbound_nodes"), names);
        for (const std::string& source : names) {
          const auto known = output_of.find(source);
          sources.push_back(known == output_of.end() ? scope + "/" + source : known->second);
        }
        if (names.empty()) sources = inputs;
      } else {
        sources = previous;
      }
      last = member(config, "layers").is_array() ? add_model(layer, full, sources)
                                                 : add_layer(layer, full, sources);
      output_of[name] = last;
      previous = {last};
    }
    return last;
  }

  [[nodiscard]] std::string serialized() const { return graph_.SerializeAsString(); }

 private:
  std::string add_layer(const Json& layer, const std::string& name,
                        const std::vector<std::string>& sources) {
    proto::NodeDef& node = *graph_.add_node();
    node.set_name(name);
    node.set_op(text_at(layer, "class_name"));
    for (const std::string& source : sources) node.add_input(source);
    auto& attributes = *node.mutable_attr();
    attributes["keras_class"].set_s(node.op());
    const Json& config = member(layer, "config");
    proto::DataType dtype = proto::DT_INVALID;
    std::string text = text_at(config, "dtype");
    if (text.empty()) text = text_at(member(member(config, "dtype"), "config"), "name");
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (text == "FLOAT32") text = "FLOAT";
    if (text == "FLOAT64") text = "DOUBLE";
    if (text == "FLOAT16") text = "HALF";
    if (proto::DataType_Parse("DT_" + text, &dtype)) attributes["dtype"].set_type(dtype);
    for (const auto& [key, value] : config.items()) {
      if (value.is_primitive() && !value.is_null() && key != "name" && key != "dtype") {
        attributes[key].set_s(value.is_string() ? value.get<std::string>() : value.dump());
      }
    }
    return name;
  }

  proto::GraphDef graph_;
};

}  // namespace

Result<std::string> graph_def_from_keras(std::string_view json) {
  const Json model = Json::parse(json, nullptr, false);
  if (model.is_discarded()) return Error(ErrorCode::data_loss, "the Keras model is no JSON");
  const Json& config = member(model, "config");
  if (!member(config, "layers").is_array()) {
    return Error(ErrorCode::data_loss, "the JSON describes no Keras model: no layers in config");
  }
  KerasReader reader;
  reader.add_model(model, text_at(config, "name"), {});
  return reader.serialized();
}

}  // namespace opscope::viewer
