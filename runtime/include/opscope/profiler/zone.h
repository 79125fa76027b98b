// Zones: what a thread does, from construction to destruction.
//
// Not recording, a zone costs one relaxed load and a branch. Recording, it reads the clock twice
// and stores 16 bytes, plus 8 for each argument, without a lock; only a thread's first event in a
// session, and each that begins a new chunk of memory, take a lock for a moment. Recording
// functions never throw, and may not be called from a signal handler.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "opscope/profiler/hooks.h"
#include "opscope/profiler/record.h"

namespace opscope::profiler {

namespace detail {

enum class ArgType : std::uint8_t { int64, uint64, real, literal, name };

// The identity of one OPSCOPE_ZONE with arguments, made when it first records; 0: not yet.
struct Site {
  std::atomic<std::uint32_t> id{0};
};

struct ArgInfo {
  const char* key = "";
  ArgType type = ArgType::int64;
};

// Registers a site; never throws, gives 0 when out of memory.
std::uint32_t register_site(Site& site, const char* name, const ArgInfo* args,
                            std::size_t count) noexcept;

struct CachedLiteral {
  const char* text = nullptr;
  NameId id = NameId::none;
};

// By address; small, because the memory of initial-exec variables is scarce.
extern constinit thread_local std::array<CachedLiteral, 32> literal_cache
    __attribute__((tls_model("initial-exec")));

// Interns and fills the slot.
[[nodiscard]] NameId intern_literal_slow(const char* name, CachedLiteral& slot) noexcept;

// The id of a literal, through the thread's cache.
[[nodiscard]] inline NameId intern_literal(const char* name) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(name);
  CachedLiteral& slot = literal_cache[(address ^ address >> 5) % literal_cache.size()];
  if (slot.text == name) [[likely]]
    return slot.id;
  return intern_literal_slow(name, slot);
}

[[nodiscard]] std::uint64_t intern_argument(std::string_view text) noexcept;

template <typename T>
[[nodiscard]] consteval ArgType arg_type() {
  using D = std::decay_t<T>;
  if constexpr (std::is_same_v<D, NameId>) {
    return ArgType::name;
  } else if constexpr (std::is_floating_point_v<D>) {
    return ArgType::real;
  } else if constexpr (std::is_same_v<D, const char*>) {
    return ArgType::literal;
  } else if constexpr (std::is_convertible_v<const D&, std::string_view>) {
    return ArgType::name;
  } else if constexpr (std::is_enum_v<D>) {
    return ArgType::int64;
  } else {
    static_assert(std::is_integral_v<D>, "zone arguments are integers, doubles or strings");
    return std::is_unsigned_v<D> && sizeof(D) == 8 ? ArgType::uint64 : ArgType::int64;
  }
}

template <typename T>
[[nodiscard]] inline std::uint64_t arg_word(const T& value) noexcept {
  constexpr ArgType kType = arg_type<T>();
  if constexpr (kType == ArgType::real) {
    return std::bit_cast<std::uint64_t>(static_cast<double>(value));
  } else if constexpr (kType == ArgType::literal) {
    return reinterpret_cast<std::uintptr_t>(static_cast<const char*>(value));
  } else if constexpr (kType == ArgType::name && !std::is_same_v<std::decay_t<T>, NameId>) {
    return intern_argument(value);
  } else {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  }
}

}  // namespace detail

// A zone on this thread from construction to destruction. `name` must be a literal or outlive the
// process (use intern() for dynamic names).
class Zone {
 public:
  explicit Zone(const char* name) noexcept {
    if (is_recording()) [[unlikely]] {
      name_ = static_cast<std::uint32_t>(detail::intern_literal(name));
      start_ticks_ = now_ticks();
    }
  }
  explicit Zone(NameId name) noexcept {
    if (is_recording()) [[unlikely]] {
      name_ = static_cast<std::uint32_t>(name);
      start_ticks_ = now_ticks();
    }
  }
  ~Zone() {
    if (start_ticks_ != 0) [[unlikely]] {
      detail::append_span<0>(detail::RecordKind::zone, name_, start_ticks_, now_ticks(), {});
    }
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

 private:
  std::uint64_t start_ticks_ = 0;  // 0: not recording
  std::uint32_t name_ = 0;
};

namespace detail {

// What OPSCOPE_ZONE makes: a zone whose name and argument keys are stored once, in its site.
template <std::size_t N>
class SiteZone {
 public:
  template <typename... Args>
  explicit SiteZone(Site& site, const char* name, const Args&... args) noexcept {
    static_assert(sizeof...(Args) == 2 * N, "arguments come as key, value");
    static_assert(N <= kMaxArgs, "too many arguments");
    if (is_recording()) [[unlikely]]
      begin(site, name, args...);
  }
  ~SiteZone() {
    if (start_ticks_ != 0) [[unlikely]] {
      constexpr RecordKind kKind = N == 0 ? RecordKind::zone : RecordKind::site_zone;
      append_span<N>(kKind, id_, start_ticks_, now_ticks(), words_);
    }
  }
  SiteZone(const SiteZone&) = delete;
  SiteZone& operator=(const SiteZone&) = delete;

 private:
  template <typename... Args>
  void begin(Site& site, const char* name, const Args&... args) noexcept {
    std::array<ArgInfo, N> infos;
    if constexpr (N != 0) collect<0>(infos, args...);
    id_ = site.id.load(std::memory_order_acquire);
    if (id_ == 0) [[unlikely]]
      id_ = register_site(site, name, infos.data(), N);
    if (id_ != 0) start_ticks_ = now_ticks();
  }
  template <std::size_t I, typename Value, typename... Rest>
  void collect(std::array<ArgInfo, N>& infos, const char* key, const Value& value,
               const Rest&... rest) noexcept {
    infos[I] = {key, arg_type<Value>()};
    words_[I] = arg_word(value);
    if constexpr (sizeof...(Rest) != 0) collect<I + 1>(infos, rest...);
  }

  std::uint64_t start_ticks_ = 0;  // 0: not recording
  std::uint32_t id_ = 0;
  [[no_unique_address]] std::array<std::uint64_t, N> words_;
};

template <typename... Args>
SiteZone(Site&, const char*, const Args&...) -> SiteZone<sizeof...(Args) / 2>;

}  // namespace detail

// An operation that ran from `start_ticks` to `end_ticks` on this thread; `name` is the interned
// "<node name>:<op type>", the form that XProf's op statistics need. Nothing happens when nothing
// records.
inline void record_op(NameId name, std::uint64_t start_ticks, std::uint64_t end_ticks) noexcept {
  if (!is_recording()) return;
  detail::append_span<0>(detail::RecordKind::op, static_cast<std::uint32_t>(name), start_ticks,
                         end_ticks, {});
}

// One training step: XProf's step of that number, on this thread from construction to destruction.
// XProf shows a step only when it owns something else: an op or a zone inside it on this thread,
// or on another thread through a FlowSource inside it.
class Step {
 public:
  explicit Step(std::int64_t step_num) noexcept : step_num_(step_num) {
    if (is_recording()) [[unlikely]]
      start_ticks_ = now_ticks();
  }
  ~Step() {
    if (start_ticks_ != 0) [[unlikely]] {
      detail::append_span<1>(detail::RecordKind::step, 0, start_ticks_, now_ticks(),
                             {static_cast<std::uint64_t>(step_num_)});
    }
  }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  std::uint64_t start_ticks_ = 0;  // 0: not recording
  std::int64_t step_num_;
};

}  // namespace opscope::profiler

// OPSCOPE_ZONE("name") or OPSCOPE_ZONE("name", "key", value, ...): a zone until the end of the
// block. Name and keys are literals. A value is an integer, bool, enum or floating-point number,
// a `const char*` or literal that outlives the process, a NameId, or a std::string or string_view
// (interned while recording: keep those few). Values are evaluated even when nothing records;
// twelve pairs at most, one zone per source line. With OPSCOPE_DISABLE_PROFILER defined it is
// nothing at all, and values are not evaluated.
#if defined(OPSCOPE_DISABLE_PROFILER)
#define OPSCOPE_ZONE(...) static_cast<void>(0)
#else
#define OPSCOPE_DETAIL_JOIN2(a, b) a##b
#define OPSCOPE_DETAIL_JOIN(a, b) OPSCOPE_DETAIL_JOIN2(a, b)
#define OPSCOPE_ZONE(...)                                                                          \
  static constinit ::opscope::profiler::detail::Site OPSCOPE_DETAIL_JOIN(opscope_site_, __LINE__); \
  const ::opscope::profiler::detail::SiteZone OPSCOPE_DETAIL_JOIN(opscope_zone_, __LINE__) {       \
    OPSCOPE_DETAIL_JOIN(opscope_site_, __LINE__), __VA_ARGS__                                      \
  }
#endif
