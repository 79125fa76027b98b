// An option that takes one of some names.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <set>
#include <string>

namespace opscope::viewer {

// Takes one of `names`. CLI11's own transformers would print the enumerators' bytes.
template <typename Enum>
CLI::Option* add_choice(CLI::App& app, const std::string& option, Enum& value,
                        const std::map<std::string, Enum>& names, const std::string& help) {
  std::set<std::string> known;
  for (const auto& [name, unused] : names) known.insert(name);
  const auto take = [&value, names](const std::string& name) { value = names.at(name); };
  return app.add_option_function<std::string>(option, take, help)->check(CLI::IsMember(known));
}

}  // namespace opscope::viewer
