// What the functions of the C interface share: no exception leaves them, and what they are given is
// checked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <new>
#include <span>
#include <string>

#include "opscope/error.h"
#include "opscope/summary.h"
#include "opscope/summary/file_writer.h"

struct opscope_writer {
  opscope::summary::FileWriter writer;
};

namespace opscope::summary {

// Keeps the message for opscope_last_error.
[[nodiscard]] opscope_status c_call_failed(ErrorCode code, const char* message) noexcept;

// Runs `action`; no exception leaves it.
template <typename Action>
opscope_status guarded(Action action) noexcept {
  try {
    action();
    return 0;
  } catch (const Error& error) {
    return c_call_failed(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return c_call_failed(ErrorCode::resource_exhausted, "out of memory");
  } catch (const std::exception& error) {
    return c_call_failed(ErrorCode::internal, error.what());
  } catch (...) {
    return c_call_failed(ErrorCode::unknown, "an unknown exception");
  }
}

template <typename T>
T* given(T* pointer, const char* name) {
  if (pointer != nullptr) return pointer;
  throw Error(ErrorCode::invalid_argument, std::string(name) + " is null");
}

inline FileWriter& writer_of(opscope_writer* writer) { return given(writer, "writer")->writer; }

// An array may be null when it is empty.
template <typename T>
std::span<const T> array(const T* values, std::size_t count, const char* name) {
  if (count > 0) given(values, name);
  return {values, count};
}

// The product of two sizes.
template <typename T>
std::size_t product(T a, T b) {
  std::size_t result = 0;
  if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &result)) {
    throw Error(ErrorCode::invalid_argument, "a size is negative or too large");
  }
  return result;
}

// The options as this library knows them: a program that was compiled with an older header has a
// shorter struct, and the rest is zero.
template <typename Options>
Options known_part(const Options& options) {
  Options known{};
  const std::size_t size = std::min(options.struct_size, sizeof known);
  if (size < sizeof known.struct_size) {
    throw Error(ErrorCode::invalid_argument, "struct_size of the options is not set");
  }
  std::copy_n(reinterpret_cast<const char*>(&options), size, reinterpret_cast<char*>(&known));
  return known;
}

}  // namespace opscope::summary
