#include "layout_problems.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "opscope/error.h"

namespace opscope::bench {
namespace {

using Json = nlohmann::json;
using Pairs = std::vector<std::pair<int, int>>;

// splitmix64 (Vigna); every generated problem is a function of its seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  int below(int count) {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<int>((z ^ (z >> 31)) % static_cast<std::uint64_t>(count));
  }

 private:
  std::uint64_t state_;
};

struct Generated {
  int node_count = 0;
  Pairs edges;
};

Generated layered(Random& random, int nodes, int tenths) {
  const int layers = std::max(2, static_cast<int>(std::sqrt(nodes)));
  const int per = std::max(1, nodes / layers);
  const auto wanted = static_cast<std::size_t>(nodes * tenths / 10);
  Generated result{nodes, {}};
  std::set<std::pair<int, int>> seen;
  while (result.edges.size() < wanted) {
    const int u = random.below(nodes - per);
    const int kind = random.below(100);
    const int span = kind < 75 ? 1 : kind < 90 ? 2 : 1 + random.below(8);
    // The order of the draws is part of the definition.
    const bool is_near = random.below(10) < 8;
    const int shift = is_near ? u % per + random.below(9) - 4 : random.below(per);
    const int v = (u / per + span) * per + ((shift % per) + per) % per;
    if (v >= nodes || !seen.emplace(u, v).second) continue;
    result.edges.emplace_back(u, v);
  }
  return result;
}

Generated residual(Random& random, int count) {
  Generated result{1, {}};
  int previous = 0;
  for (int block = 0; block < count / 3; ++block) {
    const int start = previous;
    for (int i = 0; i < 3; ++i) {
      const int node = result.node_count++;
      result.edges.emplace_back(previous, node);
      previous = node;
      if (random.below(3) == 0) result.edges.emplace_back(result.node_count++, node);
    }
    result.edges.emplace_back(start, previous);
  }
  return result;
}

Generated fan(int count) {
  const int groups = std::max(1, count / 50);
  Generated result{1 + count + groups, {}};
  for (int i = 0; i < count; ++i) result.edges.emplace_back(0, 1 + i);
  for (int i = 0; i < count; ++i) {
    result.edges.emplace_back(1 + i, 1 + count + i * groups / count);
  }
  return result;
}

Generated pieces(Random& random, int count) {
  Generated result;
  for (int i = 0; i < count; ++i) {
    const int size = 1 + random.below(30);
    for (int j = 1; j < size; ++j) {
      result.edges.emplace_back(result.node_count + random.below(j), result.node_count + j);
    }
    result.node_count += size;
  }
  return result;
}

Generated cycles(Random& random, int count) {
  Generated result = layered(random, count, 15);
  for (int i = 0; i < count / 10; ++i) {
    const int from = count - 1 - random.below(count / 2);
    result.edges.emplace_back(from, random.below(count / 2));
  }
  return result;
}

Generated loops(Random& random, int count) {
  Generated result = layered(random, count, 15);
  for (int i = 0; i < count / 10; ++i) {
    const int u = random.below(count);
    result.edges.emplace_back(u, u);
    const auto at = random.below(static_cast<int>(result.edges.size()));
    result.edges.push_back(result.edges[static_cast<std::size_t>(at)]);
  }
  return result;
}

Generated random_graph(Random& random, int nodes, int edges) {
  Generated result{nodes, {}};
  for (int i = 0; i < edges; ++i) {
    const int u = random.below(nodes);
    const int v = random.below(nodes);
    if (u != v) result.edges.emplace_back(std::min(u, v), std::max(u, v));
  }
  return result;
}

Generated generate(const Json& gen) {
  const std::string kind = gen.at(0);
  Random random(gen.at(1).get<std::uint64_t>());
  const int size = gen.at(2);
  if (kind == "layered") return layered(random, size, gen.at(3));
  if (kind == "resnet") return residual(random, size);
  if (kind == "fan") return fan(size);
  if (kind == "pieces") return pieces(random, size);
  if (kind == "cycles") return cycles(random, size);
  if (kind == "loops") return loops(random, size);
  if (kind == "random") return random_graph(random, size, gen.at(3));
  throw Error(ErrorCode::invalid_argument, "unknown generator of layout problems: " + kind);
}

LayoutProblem expand(const Json& json) {
  LayoutProblem problem;
  problem.id = json.value("id", "");
  if (json.contains("gen")) {
    const Generated generated = generate(json.at("gen"));
    Random widths(json.at("gen").at(1).get<std::uint64_t>() + 77);
    for (int i = 0; i < generated.node_count; ++i) {
      problem.boxes.push_back({7 * (4 + widths.below(20)) + 16, 24});
    }
    for (const auto& [u, v] : generated.edges) problem.edges.push_back({u, v});
    return problem;
  }
  const Json& heights = json.at("h");
  const Json& widths = json.at("w");
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const double height = heights.is_array() ? heights.at(i).get<double>() : heights.get<double>();
    problem.boxes.push_back({static_cast<int>(std::lround(widths.at(i).get<double>())),
                             static_cast<int>(std::lround(height))});
  }
  const Json& ends = json.at("e");
  for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
    problem.edges.push_back({ends.at(i).get<int>(), ends.at(i + 1).get<int>()});
  }
  return problem;
}

}  // namespace

std::vector<LayoutProblem> read_layout_problems(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::not_found, "cannot read the layout problems in " + path);
  std::vector<LayoutProblem> problems;
  try {
    const Json json = Json::parse(file);
    if (!json.contains("problems")) return {expand(json)};
    for (const Json& problem : json.at("problems")) problems.push_back(expand(problem));
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::invalid_argument, path + ": " + error.what());
  }
  return problems;
}

void write_layout(const std::string& path, const LayoutProblem& problem,
                  const viewer::LayeredResult& layout) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"),
                                                             &std::fclose);
  if (!file) throw Error(ErrorCode::permission_denied, "cannot write " + path);
  std::fputs("{\"nodes\":{", file.get());
  for (std::size_t i = 0; i < problem.boxes.size(); ++i) {
    const auto [x, y] = layout.origins[i];
    std::fprintf(file.get(), "%s\"%zu\":[%.2f,%.2f,%d,%d]", i == 0 ? "" : ",", i,
                 static_cast<double>(x), static_cast<double>(y), problem.boxes[i].width_px,
                 problem.boxes[i].height_px);
  }
  std::fputs("},\"edges\":[", file.get());
  for (std::size_t e = 0; e < problem.edges.size(); ++e) {
    std::fprintf(file.get(), "%s[\"%d\",\"%d\",[", e == 0 ? "" : ",", problem.edges[e].from,
                 problem.edges[e].to);
    const char* separator = "";
    for (const viewer::LayoutPoint& p : layout.route(e)) {
      std::fprintf(file.get(), "%s[%.2f,%.2f]", separator, static_cast<double>(p.x),
                   static_cast<double>(p.y));
      separator = ",";
    }
    std::fputs("]]", file.get());
  }
  std::fputs("]}\n", file.get());
}

}  // namespace opscope::bench
