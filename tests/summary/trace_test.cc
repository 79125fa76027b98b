#include "opscope/summary/trace.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "opscope/log.h"
#include "opscope/proto/run_metadata.pb.h"
#include "opscope/summary/file_writer.h"
#include "summary/read_events.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TempDir;
using testing::ThrowsError;

constexpr char kCpu[] = "/job:localhost/replica:0/task:0/device:CPU:0";
constexpr char kGpu[] = "/job:localhost/replica:0/task:0/device:GPU:0";

// What the fake profiler was asked to do.
std::vector<std::string>& profiler_calls() {
  static std::vector<std::string> calls;
  return calls;
}

template <typename Message>
Message from_text(const std::string& text) {
  Message message;
  if (!google::protobuf::TextFormat::ParseFromString(text, &message)) {
    throw std::invalid_argument(text);
  }
  return message;
}

// Without attributes: TextFormat cannot read maps in a program under the thread sanitizer, because
// the distribution's library was built without it and has another layout.
proto::GraphDef graph_from(const std::string& text) { return from_text<proto::GraphDef>(text); }

void set_attr(proto::NodeDef& node, const std::string& key, const std::string& value) {
  (*node.mutable_attr())[key] = from_text<proto::AttrValue>(value);
}

proto::NodeExecStats timing(const std::string& node, std::int64_t start, std::int64_t duration) {
  proto::NodeExecStats stats;
  stats.set_node_name(node);
  stats.set_all_start_micros(start);
  stats.set_all_end_rel_micros(duration);
  return stats;
}

class Trace : public ::testing::Test {
 protected:
  void SetUp() override {
    profiler_calls().clear();
    set_profiler_hooks({});
  }
  void TearDown() override {
    trace_off();
    set_profiler_hooks({});
  }

  static void use_fake_profiler() {
    set_profiler_hooks(
        {.start = [] { profiler_calls().emplace_back("start"); },
         .stop_and_export =
             [](const std::string& outdir) { profiler_calls().push_back("export " + outdir); },
         .discard = [] { profiler_calls().emplace_back("discard"); }});
  }

  // The events that were exported so far.
  std::vector<proto::Event> events() {
    writer_.flush();
    return testing::events_below(dir_.path());
  }

  proto::RunMetadata only_metadata() {
    const std::vector<proto::Event> all = events();
    EXPECT_EQ(all.size(), 1U);
    proto::RunMetadata metadata;
    EXPECT_TRUE(metadata.ParseFromString(all.at(0).summary().value(0).tensor().string_val(0)));
    EXPECT_EQ(metadata.function_graphs_size(), 1);
    return metadata;
  }

  // Traces the graphs under the keys "first", "second", ... and gives what TensorBoard will draw.
  proto::GraphDef merged(const std::vector<proto::GraphDef>& graphs) {
    static const std::vector<std::string> kKeys = {"first", "second", "third"};
    trace_on();
    for (std::size_t i = 0; i < graphs.size(); ++i) trace_add_graph(kKeys[i], graphs[i]);
    trace_export(writer_, {.name = "t"});
    return only_metadata().function_graphs(0).pre_optimization_graph();
  }

  TempDir dir_;
  FileWriter writer_ = create_file_writer(dir_.path());
};

std::vector<std::string> node_names(const proto::GraphDef& graph) {
  std::vector<std::string> names;
  for (const proto::NodeDef& node : graph.node()) names.push_back(node.name());
  return names;
}

TEST_F(Trace, IsOffUntilItIsSwitchedOn) {
  EXPECT_FALSE(trace_is_on());
  EXPECT_FALSE(trace_wants_graphs());
  trace_add_graph("g", graph_from("node { name: 'x' }"));
  trace_on({.graph = false});
  EXPECT_TRUE(trace_is_on());
  EXPECT_FALSE(trace_wants_graphs());
  trace_off();
  EXPECT_FALSE(trace_is_on());
  trace_off();
}

TEST_F(Trace, ExportsAGraphAsOneEvent) {
  trace_on();
  EXPECT_TRUE(trace_wants_graphs());
  trace_add_graph("g", graph_from("node { name: 'x' op: 'Const' } versions { producer: 5 }"));
  trace_add_graph("g", graph_from("node { name: 'again' }"));
  trace_export(writer_, {.name = "my_trace", .step = 3});
  EXPECT_FALSE(trace_is_on());
  const std::vector<proto::Event> all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].step(), 3);
  const proto::Summary::Value& value = all[0].summary().value(0);
  EXPECT_EQ(value.tag(), "my_trace");
  EXPECT_EQ(value.metadata().plugin_data().plugin_name(), "graph_run_metadata_graph");
  EXPECT_EQ(value.metadata().plugin_data().content(), "1");
  const proto::RunMetadata metadata = only_metadata();
  EXPECT_FALSE(metadata.has_step_stats());
  const proto::GraphDef& graph = metadata.function_graphs(0).pre_optimization_graph();
  EXPECT_THAT(node_names(graph), ElementsAre("x"));
  EXPECT_EQ(graph.versions().producer(), 5);
}

TEST_F(Trace, ExportsTimingsUnderTheNamesOfTheMergedGraph) {
  trace_on();
  trace_add_graph("first", graph_from("node { name: 'x' }"));
  trace_add_node_stats("first", kGpu, timing("x", 100, 7));
  trace_add_node_stats("second", kCpu, timing("x", 0, 0));
  trace_add_node_stats("first", kCpu, timing("x", 200, 9));
  trace_add_graph("second", graph_from("node { name: 'x' }"));
  trace_export(writer_, {.name = "t"});
  const proto::RunMetadata metadata = only_metadata();
  EXPECT_EQ(events()[0].summary().value(0).metadata().plugin_data().plugin_name(),
            "graph_run_metadata");
  const proto::StepStats& stats = metadata.step_stats();
  ASSERT_EQ(stats.dev_stats_size(), 2);
  EXPECT_EQ(stats.dev_stats(0).device(), kCpu);
  ASSERT_EQ(stats.dev_stats(0).node_stats_size(), 2);
  EXPECT_EQ(stats.dev_stats(0).node_stats(0).node_name(), "second/x");
  EXPECT_EQ(stats.dev_stats(0).node_stats(0).all_end_rel_micros(), 1);  // 0 is not counted
  EXPECT_EQ(stats.dev_stats(0).node_stats(0).all_start_micros(), 1);
  EXPECT_EQ(stats.dev_stats(0).node_stats(1).node_name(), "x");
  EXPECT_EQ(stats.dev_stats(1).device(), kGpu);
  EXPECT_EQ(stats.dev_stats(1).node_stats(0).all_end_rel_micros(), 7);
}

// Of several timings TensorBoard would show the time from the first start to the last end.
TEST_F(Trace, KeepsTheLastTimingOfANodeThatRanAgain) {
  trace_on();
  trace_add_graph("g", graph_from("node { name: 'x' } node { name: 'y' }"));
  trace_add_node_stats("g", kCpu, timing("x", 100, 7));
  trace_add_node_stats("g", kCpu, timing("y", 107, 2));
  trace_add_node_stats("g", kCpu, timing("x", 9000, 5));
  trace_export(writer_, {.name = "t"});
  const proto::RunMetadata metadata = only_metadata();
  const proto::DeviceStepStats& device = metadata.step_stats().dev_stats(0);
  ASSERT_EQ(device.node_stats_size(), 2);
  EXPECT_EQ(device.node_stats(0).node_name(), "x");
  EXPECT_EQ(device.node_stats(0).all_start_micros(), 9000);
  EXPECT_EQ(device.node_stats(0).all_end_rel_micros(), 5);
  EXPECT_EQ(device.node_stats(1).node_name(), "y");
  EXPECT_EQ(device.node_stats(1).all_end_rel_micros(), 2);
}

TEST_F(Trace, LeavesOutTimingsOfGraphsItDoesNotHave) {
  static std::string logged;
  logged.clear();
  const LogHandler before =
      set_log_handler([](LogLevel, std::string_view message) noexcept { logged = message; });
  trace_on();
  trace_add_graph("g", graph_from("node { name: 'x' }"));
  trace_add_node_stats("g", kCpu, timing("x", 1, 1));
  trace_add_node_stats("other", kCpu, timing("x", 1, 1));
  trace_export(writer_, {.name = "t"});
  set_log_handler(before);
  EXPECT_EQ(only_metadata().step_stats().dev_stats(0).node_stats_size(), 1);
  EXPECT_EQ(logged, "trace_export \"t\": 1 node timings were dropped");
}

TEST_F(Trace, PutsLaterGraphsBelowAScope) {
  proto::GraphDef graph = graph_from(
      "node { name: 'x' op: 'Placeholder' }"
      "node { name: 'a/y' op: 'Neg' input: 'x' input: '^x' }"
      "node { name: 'z' op: 'Neg' input: 'a/y:1' input: 'a/y:out:0' }");
  set_attr(*graph.mutable_node(1), "_class", "list { s: 'loc:@x' s: 'other' }");
  const proto::GraphDef all = merged({graph, graph});
  EXPECT_THAT(node_names(all), ElementsAre("x", "a/y", "z", "second/x", "second/a/y", "second/z"));
  EXPECT_THAT(all.node(1).input(), ElementsAre("x", "^x"));
  EXPECT_THAT(all.node(4).input(), ElementsAre("second/x", "^second/x"));
  EXPECT_THAT(all.node(4).attr().at("_class").list().s(), ElementsAre("loc:@second/x", "other"));
  EXPECT_THAT(all.node(5).input(), ElementsAre("second/a/y:1", "second/a/y:out:0"));
  EXPECT_FALSE(all.has_library());
}

TEST_F(Trace, FindsAScopeThatIsFree) {
  const proto::GraphDef first = graph_from("node { name: 'second/x' } node { name: 'second_1' }");
  const proto::GraphDef second = graph_from("node { name: 'x' }");
  EXPECT_THAT(node_names(merged({first, second})),
              ElementsAre("second/x", "second_1", "second_2/x"));
}

TEST_F(Trace, MakesScopesOfAnyKey) {
  trace_on();
  for (const char* key : {"first", "__inference_f_12", "f(x, y)", "\xc3\xbc"}) {
    trace_add_graph(key, graph_from("node { name: 'x' }"));
  }
  trace_export(writer_, {.name = "t"});
  EXPECT_THAT(node_names(only_metadata().function_graphs(0).pre_optimization_graph()),
              ElementsAre("x", "inference_f_12/x", "f_x_y/x", "graph/x"));
}

TEST_F(Trace, KeepsOneOfEqualFunctions) {
  proto::GraphDef graph = graph_from(
      "node { name: 'call' op: 'PartitionedCall' }"
      "library { function { signature { name: 'f' } node_def { name: 'n' op: 'Neg' } } }");
  set_attr(*graph.mutable_node(0), "f", "func { name: 'f' }");
  proto::NodeDef& inner = *graph.mutable_library()->mutable_function(0)->mutable_node_def(0);
  for (const char* key : {"a", "b", "c", "d"}) set_attr(inner, key, "i: 1");
  const proto::GraphDef all = merged({graph, graph});
  EXPECT_EQ(all.library().function_size(), 1);
  EXPECT_EQ(all.node(1).attr().at("f").func().name(), "f");
}

// Calls `f` in every way there is; `kept` calls it, too.
proto::GraphDef graph_that_calls_f() {
  proto::GraphDef graph = graph_from(
      "node { name: 'if' op: 'If' } node { name: 'case' op: 'Case' }"
      "node { name: 'direct' op: 'f' }"
      "library {"
      "  function { signature { name: 'f' } }"
      "  function { signature { name: 'kept' } node_def { name: 'w' op: 'While' } }"
      "  gradient { function_name: 'kept' gradient_func: 'f' }"
      "  registered_gradients { gradient_func: 'f' registered_op_type: 'op' } }");
  set_attr(*graph.mutable_node(0), "then_branch", "func { name: 'f' }");
  set_attr(*graph.mutable_node(0), "else_branch", "func { name: 'kept' }");
  set_attr(*graph.mutable_node(1), "branches", "list { func { name: 'f' } func { name: 'kept' } }");
  proto::NameAttrList& branch =
      *(*graph.mutable_node(1)->mutable_attr())["branches"].mutable_list()->mutable_func(0);
  (*branch.mutable_attr())["g"] = from_text<proto::AttrValue>("func { name: 'f' }");
  proto::FunctionDefLibrary& library = *graph.mutable_library();
  (*library.mutable_function(0)->mutable_attr())["forward_function_name"].set_s("f");
  set_attr(*library.mutable_function(1)->mutable_node_def(0), "body", "func { name: 'f' }");
  return graph;
}

TEST_F(Trace, RenamesDifferentFunctionsOfOneNameWhereverTheyAreUsed) {
  const proto::GraphDef first = graph_from(
      "library { function { signature { name: 'f' description: 'other' } }"
      "          function { signature { name: 'f_1' } } }");
  const proto::GraphDef second = graph_that_calls_f();
  const proto::GraphDef all = merged({first, second});
  EXPECT_EQ(all.node(0).attr().at("then_branch").func().name(), "f_2");
  EXPECT_EQ(all.node(0).attr().at("else_branch").func().name(), "kept");
  const auto& branches = all.node(1).attr().at("branches").list();
  EXPECT_EQ(branches.func(0).name(), "f_2");
  EXPECT_EQ(branches.func(0).attr().at("g").func().name(), "f_2");
  EXPECT_EQ(branches.func(1).name(), "kept");
  EXPECT_EQ(all.node(2).op(), "f_2");
  const proto::FunctionDefLibrary& library = all.library();
  ASSERT_EQ(library.function_size(), 4);
  EXPECT_EQ(library.function(0).signature().description(), "other");
  EXPECT_EQ(library.function(2).signature().name(), "f_2");
  EXPECT_EQ(library.function(2).attr().at("forward_function_name").s(), "f_2");
  EXPECT_EQ(library.function(3).node_def(0).attr().at("body").func().name(), "f_2");
  EXPECT_EQ(library.gradient(0).gradient_func(), "f_2");
  EXPECT_EQ(library.registered_gradients(0).gradient_func(), "f_2");
}

// `outer` is the same text in both graphs, but calls different functions.
TEST_F(Trace, RenamesFunctionsThatCallRenamedOnes) {
  const auto graph = [](const std::string& description) {
    return graph_from(
        "node { name: 'c' op: 'outer' } library {"
        "  function { signature { name: 'outer' } node_def { name: 'n' op: 'inner' } }"
        "  function { signature { name: 'inner' description: '" +
        description + "' } } }");
  };
  const proto::GraphDef all = merged({graph("a"), graph("b")});
  EXPECT_EQ(all.node(0).op(), "outer");
  EXPECT_EQ(all.node(1).op(), "outer_1");
  ASSERT_EQ(all.library().function_size(), 4);
  EXPECT_EQ(all.library().function(2).signature().name(), "outer_1");
  EXPECT_EQ(all.library().function(2).node_def(0).op(), "inner_1");
}

TEST_F(Trace, RefusesASecondTraceAndGoesOnWithTheFirst) {
  trace_on();
  trace_add_graph("g", graph_from("node { name: 'x' }"));
  EXPECT_THAT([] { trace_on(); },
              ThrowsError(ErrorCode::failed_precondition, "a trace is running already"));
  trace_export(writer_, {.name = "t"});
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(Trace, SaysWhatIsMissing) {
  EXPECT_THAT([&] { trace_export(writer_, {.name = "t"}); },
              ThrowsError(ErrorCode::failed_precondition, "no trace is on; call trace_on"));
  EXPECT_THAT([] { trace_on({.profiler = true}); },
              ThrowsError(ErrorCode::unimplemented, "does not link opscope::profiler"));
  EXPECT_FALSE(trace_is_on());
  trace_on();
  EXPECT_THAT([&] { trace_export(writer_, {}); },
              ThrowsError(ErrorCode::invalid_argument, "the name is empty"));
  EXPECT_TRUE(trace_is_on());
}

TEST_F(Trace, ExportsTheProfileToTheFolderOfEitherCallOrTheLogdir) {
  use_fake_profiler();
  trace_on({.profiler = true});
  trace_export(writer_, {.name = "t"});
  trace_on({.profiler = true, .profiler_outdir = "on"});
  trace_export(writer_, {.name = "t"});
  trace_on({.profiler = true, .profiler_outdir = "on"});
  trace_export(writer_, {.name = "t", .profiler_outdir = "export"});
  trace_on({.profiler = true});
  trace_off();
  trace_on();
  trace_export(writer_, {.name = "t"});
  EXPECT_THAT(profiler_calls(), ElementsAre("start", "export " + dir_.path(), "start", "export on",
                                            "start", "export export", "start", "discard"));
}

TEST_F(Trace, WritesTheGraphBeforeItSaysThatNoProfilerRuns) {
  for (const bool is_linked : {false, true}) {
    if (is_linked) {
      set_profiler_hooks(
          {.start = [] {},
           .stop_and_export =
               [](const std::string&) { throw ProfilerNotRunning("nothing recorded"); }});
    }
    const std::size_t before = events().size();
    trace_on();
    trace_add_graph("g", graph_from("node { name: 'x' }"));
    EXPECT_THAT([&] { trace_export(writer_, {.name = "t", .profiler_outdir = "out"}); },
                ThrowsError(ErrorCode::unavailable,
                            "no profile was written to out: no profiler is running. Start one"));
    EXPECT_EQ(events().size(), before + 1);
    EXPECT_FALSE(trace_is_on());
  }
}

TEST_F(Trace, StaysOffWhenTheProfilerCannotStart) {
  set_profiler_hooks(
      {.start = [] { throw Error(ErrorCode::failed_precondition, "a session is recording"); }});
  EXPECT_THAT([] { trace_on({.profiler = true}); },
              ThrowsError(ErrorCode::failed_precondition, "a session is recording"));
  EXPECT_FALSE(trace_is_on());
}

TEST_F(Trace, WritesNoEventWithoutAGraph) {
  static std::string logged;
  logged.clear();
  const LogHandler before =
      set_log_handler([](LogLevel, std::string_view message) noexcept { logged = message; });
  trace_on({.graph = false});
  trace_export(writer_, {.name = "t"});
  EXPECT_EQ(logged, "");
  trace_on();
  trace_export(writer_, {.name = "t"});
  set_log_handler(before);
  EXPECT_THAT(logged, HasSubstr("nothing ran while the trace was on"));
  EXPECT_THAT(events(), IsEmpty());
}

}  // namespace
}  // namespace opscope::summary
