// What the drawing of one opened node consists of: which children are boxes, which are notes beside
// them, and what comes in from elsewhere.
#pragma once

#include <cstdint>
#include <vector>

#include "model/graph_layout.h"

namespace opscope::viewer {

// An edge between boxes, or between a box and what is outside.
struct LevelEdge {
  std::int32_t from = -1;  // index in LevelPlan::boxes, or in ports when is_from_port
  std::int32_t to = -1;
  bool is_from_port = false;
  bool is_to_port = false;
  std::uint32_t count = 0;
  std::uint32_t control_count = 0;
  std::uint32_t shape = 0;
  double size_elements = 0;
};

// Where edges from or to one node outside pass the border.
struct LevelPort {
  NodeId outside = kNoNode;
  bool is_input = true;
};

struct LevelNote {
  std::int32_t host = -1;  // index in LevelPlan::boxes
  NodeId node = kNoNode;
  NoteKind kind = NoteKind::constant;
  std::uint32_t count = 1;
  bool is_output = false;
};

struct LevelPlan {
  std::vector<NodeId> boxes;
  std::vector<LevelPort> ports;
  std::vector<LevelEdge> edges;
  std::vector<LevelNote> notes;  // by host
};

struct LevelRules {
  std::vector<NodeId> removed;  // sorted
  std::vector<NodeId> kept;     // sorted
};

// `crosses_border`: whether edges from outside go on inside; not so for the topmost level.
// Throws layered::Cancelled.
[[nodiscard]] LevelPlan plan_level(const GraphModel& model, NodeId scope, bool crosses_border,
                                   const LevelRules& rules, const CancelToken& cancel);

}  // namespace opscope::viewer
