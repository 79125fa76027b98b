#include "capture_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iterator>
#include <ostream>
#include <string_view>
#include <utility>

namespace opscope::profiler {
namespace {

constexpr int kBadUsage = 2;

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// "host:port" without a scheme; throws what CLI11 reports.
std::string checked_address(std::string address) {
  constexpr std::string_view kScheme = "grpc://";
  if (address.starts_with(kScheme)) address.erase(0, kScheme.size());
  const std::size_t colon = address.rfind(':');
  int port = 0;
  if (colon != std::string::npos && colon > 0) {
    const char* const end = address.data() + address.size();
    const auto parsed = std::from_chars(address.data() + colon + 1, end, port);
    if (parsed.ptr != end) port = 0;
  }
  if (port < 1 || port > 65535 || address.find('/') != std::string::npos) {
    throw CLI::ValidationError("HOST:PORT",
                               "'" + address + "' is no address; for example " + "localhost:6009");
  }
  return address;
}

std::vector<std::string> checked_addresses(const std::string& text) {
  std::vector<std::string> addresses;
  for (std::string& part : split_at_commas(text)) {
    std::string address = checked_address(std::move(part));
    if (std::ranges::find(addresses, address) != addresses.end()) {
      throw CLI::ValidationError("HOST:PORT", address + " is there twice");
    }
    addresses.push_back(std::move(address));
  }
  return addresses;
}

std::uint64_t checked_duration(const char* option, const std::string& text) {
  const std::optional<std::uint64_t> duration = parse_duration_ms(text);
  if (duration) return *duration;
  throw CLI::ValidationError(option, "'" + text + "' is no duration; for example 2s, 500ms, 1m");
}

}  // namespace

std::optional<std::uint64_t> parse_duration_ms(const std::string& text) {
  constexpr double kMaxMs = 24. * 60 * 60 * 1000;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc()) return std::nullopt;
  const std::string_view unit(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60'000}, {"min", 60'000}};
  const auto* const found =
      std::ranges::find(kUnits, unit, &std::pair<std::string_view, double>::first);
  if (found == std::end(kUnits)) return std::nullopt;
  const double ms = value * found->second;
  if (!(ms >= 1 && ms <= kMaxMs)) return std::nullopt;
  return static_cast<std::uint64_t>(ms);
}

std::optional<CaptureOptions> parse_capture_options(const std::vector<std::string>& args,
                                                    std::ostream& out, std::ostream& err,
                                                    int* exit_code) {
  CaptureOptions options;
  std::string addresses;
  std::string duration = "2s";
  std::string delay;
  CLI::App app(
      "Asks running programs for a profile, all at the same time, and writes it where TensorBoard "
      "and opscope find it.\nThe programs are C++ programs with opscope::profiler::start_server, "
      "or TensorFlow's and JAX's with their profiler server.",
      "opscope capture");
  app.add_option("addresses", addresses, "where the programs listen, separated by commas")
      ->required()
      ->type_name("HOST:PORT[,HOST:PORT...]");
  app.add_option("--logdir", options.logdir, "writes LOGDIR/plugins/profile/<session>/")
      ->required()
      ->type_name("LOGDIR");
  app.add_option("--duration", duration, "how long to record: 500ms, 2s, 1m (default 2s)")
      ->type_name("TIME");
  app.add_option("--delay", delay, "start this much later")->type_name("TIME");
  app.add_option("--host_tracer_level", options.host_level,
                 "TensorFlow and JAX: 0 off, 1 the user's events, 2 ops, 3 more (default 2)")
      ->check(CLI::Range(0, 3));
  app.add_option("--device_tracer_level", options.device_level,
                 "TensorFlow and JAX: 0 off, 1 on (default 1)")
      ->check(CLI::Range(0, 1));
  app.add_option("--python_tracer_level", options.python_level,
                 "TensorFlow and JAX: 0 off, 1 Python's calls (default 0)")
      ->check(CLI::Range(0, 1));
  try {
    std::vector<std::string> reversed(args.rbegin(), args.rend());
    app.parse(reversed);
    options.addresses = checked_addresses(addresses);
    options.duration_ms = checked_duration("--duration", duration);
    if (!delay.empty()) options.delay_ms = checked_duration("--delay", delay);
    return options;
  } catch (const CLI::CallForHelp&) {
    out << app.help();
    *exit_code = 0;
  } catch (const CLI::Error& error) {
    err << "opscope: " << error.what() << ", see opscope capture --help\n";
    *exit_code = kBadUsage;
  }
  return std::nullopt;
}

}  // namespace opscope::profiler
