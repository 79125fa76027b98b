#include "saved_model/model_builder.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "graph/concrete.h"
#include "graph/export.h"
#include "opscope/error.h"
#include "saved_model/checkpoint_functions.h"
#include "saved_model/node_writer.h"
#include "saved_model/op_list.h"
#include "saved_model/structured_values.h"

namespace opscope::runtime {
namespace {

constexpr const char* kInitOp = "__saved_model_init_op";
constexpr const char* kTensorFlowVersion = "2.21.0";  // whose form of the format this is
constexpr std::int32_t kProducer = 2474;
constexpr std::int32_t kMinConsumer = 12;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::invalid_argument, "save: " + what);
}

// "StatefulPartitionedCall", "StatefulPartitionedCall_1", ...
class NodeNames {
 public:
  std::string unique(const std::string& name) {
    std::string candidate = name;
    for (int i = 1; !taken_.insert(candidate).second; ++i)
      candidate = name + "_" + std::to_string(i);
    return candidate;
  }

 private:
  std::set<std::string> taken_;
};

class Builder {
 public:
  Builder(const ObjectTree& tree, const SaveOptions& options) : tree_(tree), options_(options) {}

  proto::SavedModel build(const std::vector<std::string>& asset_names) {
    model_.set_saved_model_schema_version(1);
    meta_ = model_.add_meta_graphs();
    write_meta_info();
    write_module_objects();
    write_variable_nodes();
    for (const auto& [name, function] : options_.functions) add_function(name, function);
    add_signatures();
    add_init_op();
    add_saver();
    for (const std::string& name : asset_names) meta_->add_asset_file_def()->set_filename(name);
    meta_->mutable_graph_def()->mutable_versions()->set_producer(kProducer);
    meta_->mutable_graph_def()->mutable_versions()->set_min_consumer(kMinConsumer);
    *meta_->mutable_meta_info_def()->mutable_stripped_op_list() = used_op_list(meta_->graph_def());
    return std::move(model_);
  }

 private:
  proto::NodeDef* add_node() { return meta_->mutable_graph_def()->add_node(); }
  proto::SavedObjectGraph& objects() { return *meta_->mutable_object_graph_def(); }

  void write_meta_info() {
    auto* info = meta_->mutable_meta_info_def();
    info->add_tags("serve");
    info->set_tensorflow_version(kTensorFlowVersion);
    info->set_stripped_default_attrs(true);
  }

  static void add_child(proto::SavedObject* object, const std::string& name, int id) {
    auto* child = object->add_children();
    child->set_node_id(id);
    child->set_local_name(name);
  }

  static void make_user_object(proto::SavedObject* object, const char* identifier) {
    object->mutable_user_object()->set_identifier(identifier);
    object->mutable_user_object()->mutable_version()->set_producer(1);
    object->mutable_user_object()->mutable_version()->set_min_consumer(1);
  }

  void write_module_objects() {
    for (const SavedObject& object : tree_.objects()) {
      proto::SavedObject* node = objects().add_nodes();
      for (const auto& [name, id] : object.children) add_child(node, name, id);
      if (!object.variable) {
        make_user_object(node, "_generic_user_object");
        continue;
      }
      proto::SavedVariable* variable = node->mutable_variable();
      variable->set_dtype(static_cast<proto::DataType>(object.variable->dtype()));
      shape_to_proto(object.variable->shape(), variable->mutable_shape());
      variable->set_trainable(object.variable->trainable());
      variable->set_name(object.full_name);
    }
  }

  void write_variable_nodes() {
    for (const int id : tree_.variables()) {
      const SavedObject& object = tree_.objects()[static_cast<std::size_t>(id)];
      const std::string name = names_.unique(object.full_name);
      fill_node(add_node(), name, "VarHandleOp", {},
                {{"dtype", object.variable->dtype()},
                 {"shape", object.variable->shape()},
                 {"shared_name", object.full_name}});
      variable_nodes_.emplace(id, name);
    }
  }

  // Adds an object below `parent`, whose name must be free there.
  int add_object(int parent, const std::string& name) {
    const int id = objects().nodes_size();
    proto::SavedObject* owner = objects().mutable_nodes(parent);
    for (const auto& child : owner->children()) {
      if (child.local_name() == name) refuse("the name '" + name + "' is taken by another object");
    }
    add_child(owner, name, id);
    objects().add_nodes();
    return id;
  }

  // The objects whose resources a trace takes after its arguments.
  std::vector<int> bound_inputs(const ConcreteFunction& trace) const {
    const FuncGraph& graph = trace.core()->graph();
    if (graph.arguments().size() != trace.inputs().size() + graph.captures().size()) {
      refuse("the function " + trace.name() + " needs values of the function around it");
    }
    std::vector<int> ids;
    for (const VariableCapture& capture : graph.captures()) {
      ids.push_back(tree_.id_of(*capture.variable));
      if (ids.back() < 0) {
        refuse("the function " + trace.name() + " uses the variable " +
               capture.variable->full_name() + ", which no module owns; track() it");
      }
    }
    return ids;
  }

  void add_to_library(proto::FunctionDef function) {
    if (!library_.insert(function.signature().name()).second) return;
    *meta_->mutable_graph_def()->mutable_library()->add_function() = std::move(function);
  }

  // The trace and all functions that it calls.
  void add_trace(const ConcreteFunction& trace) {
    if (library_.contains(trace.name())) return;
    proto::FunctionDef function = trace.function_def();
    rename_arguments(trace, function);
    add_to_library(std::move(function));
    proto::GraphDef graph = trace.graph_def();
    for (auto& called : *graph.mutable_library()->mutable_function()) {
      add_to_library(std::move(called));
    }
    proto::SavedConcreteFunction& concrete =
        (*objects().mutable_concrete_functions())[trace.name()];
    for (const int id : bound_inputs(trace)) concrete.add_bound_inputs(id);
    *concrete.mutable_canonicalized_input_signature() = positional_signature(trace);
    *concrete.mutable_output_signature() = result_signature(trace);
  }

  // Python users call arguments by these names.
  static void rename_arguments(const ConcreteFunction& trace, proto::FunctionDef& function) {
    for (std::size_t i = 0; i < trace.inputs().size(); ++i) {
      (*(*function.mutable_arg_attr())[static_cast<std::uint32_t>(i)]
            .mutable_attr())["_user_specified_name"]
          .set_s(argument_name(trace, i));
    }
  }

  void add_function(const std::string& name, const SavedFunction& function) {
    if (function.traces.empty()) {
      refuse("the function '" + name + "' was never called and has no input signature");
    }
    const int id = add_object(0, name);
    for (const ConcreteFunction& trace : function.traces) {
      add_trace(trace);
      objects().mutable_nodes(id)->mutable_function()->add_concrete_functions(trace.name());
    }
    *objects().mutable_nodes(id)->mutable_function()->mutable_function_spec() =
        function_spec(function.traces.front());
  }

  void add_signatures() {
    const int map = add_object(0, "signatures");
    make_user_object(objects().mutable_nodes(map), "signature_map");
    for (const auto& [name, signature] : options_.signatures) add_signature(map, name, signature);
  }

  static std::vector<std::string> output_names(const std::string& name,
                                               const SavedSignature& signature) {
    const std::size_t count = signature.function.traces.front().outputs().size();
    std::vector<std::string> names = signature.output_names;
    for (std::size_t i = 0; names.size() < count && signature.output_names.empty(); ++i) {
      names.push_back("output_" + std::to_string(i));
    }
    if (names.size() != count) {
      refuse("the signature '" + name + "' has " + std::to_string(count) + " outputs, " +
             std::to_string(names.size()) + " names were given");
    }
    return names;
  }

  // 0, 1, ... in the order of the names, which must differ.
  static std::vector<std::size_t> order_of(const std::string& name,
                                           const std::vector<std::string>& names) {
    std::vector<std::size_t> order(names.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return names[a] < names[b]; });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (names[order[i - 1]] == names[order[i]]) {
        refuse("the signature '" + name + "' has two tensors of the name " + names[order[i]]);
      }
    }
    return order;
  }

  void add_signature(int map, const std::string& name, const SavedSignature& signature) {
    if (name == kInitOp || name.empty()) refuse("'" + name + "' is no name for a signature");
    if (signature.function.traces.size() != 1) {
      refuse("the signature '" + name + "' needs a function with one trace; it has " +
             std::to_string(signature.function.traces.size()));
    }
    const ConcreteFunction& trace = signature.function.traces.front();
    add_trace(trace);
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < trace.inputs().size(); ++i)
      inputs.push_back(argument_name(trace, i));
    const std::vector<std::string> outputs = output_names(name, signature);
    const Wrapper wrapper{trace, inputs, outputs, order_of(name, inputs), order_of(name, outputs)};
    const std::string function = add_wrapper(wrapper);
    auto* bare = objects().mutable_nodes(add_object(map, name))->mutable_bare_concrete_function();
    bare->set_concrete_function_name(function);
    for (const std::size_t i : wrapper.input_order) bare->add_argument_keywords(inputs[i]);
    add_signature_def(name, wrapper, function);
  }

  // A function of named tensors around a trace.
  struct Wrapper {
    const ConcreteFunction& trace;
    const std::vector<std::string>& inputs;
    const std::vector<std::string>& outputs;
    std::vector<std::size_t> input_order;
    std::vector<std::size_t> output_order;
  };

  std::string add_wrapper(const Wrapper& wrapper) {
    const proto::FunctionDef inner = wrapper.trace.function_def();
    const int num_inputs = static_cast<int>(wrapper.inputs.size());
    proto::FunctionDef function;
    std::string name = wrapper.trace.name();
    name.insert(name.rfind("__inference_", 0) == 0 ? 12 : 0, "signature_wrapper_");
    while (library_.contains(name)) name += "_1";
    auto* signature = function.mutable_signature();
    signature->set_name(name);
    signature->set_is_stateful(true);
    std::vector<std::string> call_inputs;
    for (const std::size_t i : wrapper.input_order) {
      *signature->add_input_arg() = inner.signature().input_arg(static_cast<int>(i));
    }
    for (const auto& argument : inner.signature().input_arg()) {
      call_inputs.push_back(argument.name());
    }
    for (int i = num_inputs; i < inner.signature().input_arg_size(); ++i) {
      *signature->add_input_arg() = inner.signature().input_arg(i);
    }
    std::uint32_t place = 0;
    for (const std::size_t i : wrapper.input_order) {
      (*(*function.mutable_arg_attr())[place++].mutable_attr())["_user_specified_name"].set_s(
          wrapper.inputs[i]);
    }
    add_call(function.add_node_def(), "StatefulPartitionedCall", wrapper.trace, call_inputs);
    add_results(function, wrapper);
    proto::SavedConcreteFunction& concrete = (*objects().mutable_concrete_functions())[name];
    for (const int id : bound_inputs(wrapper.trace)) concrete.add_bound_inputs(id);
    *concrete.mutable_canonicalized_input_signature() = keyword_signature(wrapper.trace);
    *concrete.mutable_output_signature() = named_results(wrapper.trace, wrapper.outputs);
    add_to_library(std::move(function));
    return name;
  }

  static void add_results(proto::FunctionDef& function, const Wrapper& wrapper) {
    std::size_t place = 0;
    for (const std::size_t i : wrapper.output_order) {
      const std::string node = place == 0 ? "Identity" : "Identity_" + std::to_string(place);
      const std::string result = place == 0 ? "identity" : "identity_" + std::to_string(place);
      ++place;
      const DType dtype = wrapper.trace.outputs()[i].dtype;
      fill_node(function.add_node_def(), node, "Identity",
                {"StatefulPartitionedCall:output:" + std::to_string(i)}, {{"T", dtype}});
      auto* output = function.mutable_signature()->add_output_arg();
      output->set_name(result);
      output->set_type(static_cast<proto::DataType>(dtype));
      (*function.mutable_ret())[result] = node + ":output:0";
    }
    function.mutable_signature()->add_control_output("StatefulPartitionedCall");
    (*function.mutable_control_ret())["StatefulPartitionedCall"] = "StatefulPartitionedCall";
  }

  static void add_call(proto::NodeDef* node, const std::string& name, const ConcreteFunction& trace,
                       const std::vector<std::string>& inputs) {
    std::vector<DType> input_types;
    for (const TensorSpec& input : trace.inputs()) input_types.push_back(input.dtype);
    input_types.resize(inputs.size(), DType::resource);
    std::vector<DType> output_types;
    for (const TensorSpec& output : trace.outputs()) output_types.push_back(output.dtype);
    fill_node(
        node, name, "StatefulPartitionedCall", inputs,
        {{"f", FunctionName{trace.name(), {}}}, {"Tin", input_types}, {"Tout", output_types}});
  }

  void add_signature_def(const std::string& name, const Wrapper& wrapper,
                         const std::string& function) {
    proto::SignatureDef& signature = (*meta_->mutable_signature_def())[name];
    signature.set_method_name("tensorflow/serving/predict");
    std::vector<std::string> inputs;
    std::vector<DType> input_types;
    for (const std::size_t i : wrapper.input_order) {
      const TensorSpec& spec = wrapper.trace.inputs()[i];
      const std::string node = names_.unique(name + "_" + wrapper.inputs[i]);
      fill_node(add_node(), node, "Placeholder", {},
                {{"dtype", spec.dtype}, {"shape", spec.shape}});
      inputs.push_back(node);
      input_types.push_back(spec.dtype);
      write_info(spec, node + ":0", &(*signature.mutable_inputs())[wrapper.inputs[i]]);
    }
    for (const int id : bound_inputs(wrapper.trace)) inputs.push_back(variable_nodes_.at(id));
    input_types.resize(inputs.size(), DType::resource);
    const std::string call = names_.unique("StatefulPartitionedCall");
    std::vector<DType> output_types;
    for (const std::size_t i : wrapper.output_order) {
      const TensorSpec& spec = wrapper.trace.outputs()[i];
      write_info(spec, call + ":" + std::to_string(output_types.size()),
                 &(*signature.mutable_outputs())[wrapper.outputs[i]]);
      output_types.push_back(spec.dtype);
    }
    fill_node(add_node(), call, "StatefulPartitionedCall", inputs,
              {{"f", FunctionName{function, {}}}, {"Tin", input_types}, {"Tout", output_types}});
  }

  static void write_info(const TensorSpec& spec, const std::string& tensor,
                         proto::TensorInfo* info) {
    info->set_name(tensor);
    info->set_dtype(static_cast<proto::DataType>(spec.dtype));
    shape_to_proto(spec.shape, info->mutable_tensor_shape());
  }

  void add_init_op() {
    const std::string node = names_.unique("NoOp");
    fill_node(add_node(), node, "NoOp", {});
    (*meta_->mutable_collection_def())["saved_model_main_op"].mutable_node_list()->add_value(node);
    proto::TensorInfo& info =
        (*(*meta_->mutable_signature_def())[kInitOp].mutable_outputs())[kInitOp];
    info.set_name(node);
    info.mutable_tensor_shape()->set_unknown_rank(true);
  }

  void add_saver() {
    const std::string number = std::to_string(next_function_number());
    const std::string save = "__inference__traced_save_" + number;
    const std::string restore = "__inference__traced_restore_" + number;
    add_to_library(make_save_function(tree_, save));
    add_to_library(make_restore_function(tree_, restore));
    const std::string graph = names_.unique("Const");
    fill_node(add_node(), graph, "Const", {},
              string_constant(tree_.checkpoint_graph().SerializeAsString()));
    const std::string prefix = names_.unique("saver_filename");
    fill_node(add_node(), prefix, "Placeholder", {},
              {{"dtype", DType::string}, {"shape", Shape()}});
    std::vector<std::string> inputs{prefix};
    for (const int id : tree_.variables()) inputs.push_back(variable_nodes_.at(id));
    const std::string restore_call = add_file_call(restore, inputs, "StatefulPartitionedCall");
    inputs.push_back(graph);
    const std::string save_call = add_file_call(save, inputs, "StatefulPartitionedCall");
    proto::SaverDef* saver = meta_->mutable_saver_def();
    saver->set_filename_tensor_name(prefix + ":0");
    saver->set_save_tensor_name(save_call + ":0");
    saver->set_restore_op_name(restore_call);
    saver->set_version(proto::SaverDef::V2);
  }

  // A call of the save function (whose last input is the object graph) or of the restore function.
  std::string add_file_call(const std::string& function, const std::vector<std::string>& inputs,
                            const char* op) {
    std::vector<DType> input_types(inputs.size(), DType::resource);
    input_types.front() = DType::string;
    if (inputs.size() > tree_.variables().size() + 1) input_types.back() = DType::string;
    const std::string node = names_.unique(op);
    fill_node(add_node(), node, op, inputs,
              {{"f", FunctionName{function, {}}},
               {"Tin", input_types},
               {"Tout", std::vector<DType>{DType::string}}});
    return node;
  }

  const ObjectTree& tree_;
  const SaveOptions& options_;
  proto::SavedModel model_;
  proto::MetaGraphDef* meta_ = nullptr;
  NodeNames names_;
  std::map<int, std::string> variable_nodes_;
  std::set<std::string> library_;
};

}  // namespace

proto::SavedModel build_model(const ObjectTree& tree, const SaveOptions& options,
                              const std::vector<std::string>& asset_names) {
  return Builder(tree, options).build(asset_names);
}

}  // namespace opscope::runtime
