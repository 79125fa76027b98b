#include "chrome_trace.h"

#include <unistd.h>
#define ZLIB_CONST  // zlib.h: input is const
#include <zlib.h>

#include <array>
#include <bit>
#include <memory>
#include <string_view>

#include "decoded_event.h"
#include "event_lines.h"
#include "json_text.h"
#include "opscope/error.h"
#include "output_file.h"
#include "session_directory.h"

namespace opscope::profiler::detail {
namespace {

// Passes bytes on to a file, compressed or as they are.
class TextStream {
 public:
  TextStream(OutputFile& file, bool gzip) : file_(file), gzip_(gzip) {
    constexpr int kGzipFraming = 16;
    if (gzip_ && deflateInit2(&zlib_, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzipFraming, 8,
                              Z_DEFAULT_STRATEGY) != Z_OK) {
      throw Error(ErrorCode::resource_exhausted, "profiler: no memory to compress a trace");
    }
  }
  ~TextStream() {
    if (gzip_) deflateEnd(&zlib_);
  }
  TextStream(const TextStream&) = delete;
  TextStream& operator=(const TextStream&) = delete;

  void write(std::string_view text) {
    if (gzip_) {
      compress(text, Z_NO_FLUSH);
    } else {
      file_.write(text);
    }
  }

  void finish() {
    if (gzip_) compress({}, Z_FINISH);
  }

 private:
  void compress(std::string_view text, int flush) {
    zlib_.next_in = reinterpret_cast<const Bytef*>(text.data());
    zlib_.avail_in = static_cast<uInt>(text.size());
    std::array<char, 1 << 14> out;
    do {
      zlib_.next_out = reinterpret_cast<Bytef*>(out.data());
      zlib_.avail_out = static_cast<uInt>(out.size());
      deflate(&zlib_, flush);
      file_.write({out.data(), out.size() - zlib_.avail_out});
    } while (zlib_.avail_out == 0);
  }

  OutputFile& file_;
  bool gzip_;
  z_stream zlib_{};
};

void append_microseconds(std::string& out, std::uint64_t picoseconds) {
  constexpr std::uint64_t kPsPerUs = 1'000'000;
  const std::string fraction = std::to_string(kPsPerUs + picoseconds % kPsPerUs);
  out += std::to_string(picoseconds / kPsPerUs);
  out += '.';
  out += std::string_view(fraction).substr(1);
}

class TraceWriter {
 public:
  TraceWriter(const CaptureData& capture, TextStream& stream)
      : capture_(capture),
        stream_(stream),
        calibration_(process_anchor(), capture.start, capture.stop),
        decoder_(capture),
        pid_(std::to_string(::getpid())) {}

  void write() {
    stream_.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
    write_process_name();
    for (const EventLine& line : plan_event_lines(capture_)) write_line(line);
    stream_.write("\n]");
    write_metadata();
    stream_.write("}\n");
  }

 private:
  void write_process_name() {
    text_ = "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":" + pid_ + ",\"args\":{\"name\":";
    append_json_string(text_, host_name());
    stream_.write(text_ += "}}");
  }

  void write_metadata() {
    if (capture_.metadata.empty()) return;
    text_ = ",\"otherData\":{";
    for (const auto& [key, value] : capture_.metadata) {
      if (text_.back() != '{') text_ += ',';
      append_json_string(text_, key);
      text_ += ':';
      append_json_string(text_, value);
    }
    stream_.write(text_ += '}');
  }

  void write_line(const EventLine& line) {
    tid_ = std::to_string(line.id);
    text_.clear();
    append_head("M", "thread_name");
    text_ += ",\"args\":{\"name\":";
    append_json_string(text_, line.name);
    stream_.write(text_ += "}}");
    StartOrder order(line.chunks, line.filter);
    for (RecordView record = order.next(); record.words != nullptr; record = order.next()) {
      decoder_.decode(record, event_);
      text_.clear();
      append_event();
      stream_.write(text_);
    }
  }

  void append_head(std::string_view phase, std::string_view name) {
    text_ += ",\n{\"ph\":\"";
    text_ += phase;
    text_ += "\",\"name\":";
    append_json_string(text_, name);
    text_ += ",\"pid\":";
    text_ += pid_;
    text_ += ",\"tid\":";
    text_ += tid_;
  }

  void append_time(std::uint64_t ticks) {
    text_ += ",\"ts\":";
    append_microseconds(text_, calibration_.offset_ps(ticks));
  }

  void append_event() {
    const bool is_message = event_.kind == RecordKind::message;
    const bool is_memory =
        event_.kind == RecordKind::allocation || event_.kind == RecordKind::deallocation;
    const bool is_counter = event_.kind == RecordKind::counter;
    const std::string_view name = is_message ? event_.text : name_text(event_.name);
    append_head(is_counter ? "C" : is_message || is_memory ? "i" : "X", name);
    append_time(event_.start_ticks);
    if (is_message || is_memory) {
      text_ += ",\"s\":\"t\"";
    } else if (!is_counter) {
      text_ += ",\"dur\":";
      append_microseconds(text_, calibration_.duration_ps(event_.duration_ticks));
    }
    append_args();
    text_ += '}';
    if (event_.kind == RecordKind::flow_out) append_flow("s", event_.start_ticks);
    if (event_.kind == RecordKind::flow_in) append_flow("f", event_.start_ticks);
  }

  void append_args() {
    if (event_.arg_count == 0) return;
    text_ += ",\"args\":{";
    for (std::size_t i = 0; i < event_.arg_count; ++i) {
      if (i != 0) text_ += ',';
      append_json_string(text_, name_text(event_.args[i].key));
      text_ += ':';
      append_value(event_.args[i]);
    }
    text_ += '}';
  }

  void append_value(const DecodedArg& arg) {
    switch (arg.type) {
      case ArgType::int64:
        text_ += std::to_string(static_cast<std::int64_t>(arg.word));
        return;
      case ArgType::uint64:
        text_ += std::to_string(arg.word);
        return;
      case ArgType::real:
        append_json_number(text_, std::bit_cast<double>(arg.word));
        return;
      case ArgType::name:
        append_json_string(text_, name_text(static_cast<NameId>(arg.word)));
        return;
      case ArgType::literal: {
        const auto* const text = reinterpret_cast<const char*>(arg.word);
        append_json_string(text_, text == nullptr ? "(null)" : text);
        return;
      }
    }
  }

  // An arrow's end, bound to the slice that encloses it.
  void append_flow(std::string_view phase, std::uint64_t ticks) {
    append_head(phase, "flow");
    append_time(ticks);
    text_ += ",\"cat\":\"flow\",\"bp\":\"e\",\"id\":" + std::to_string(event_.args[0].word) + "}";
  }

  const CaptureData& capture_;
  TextStream& stream_;
  Calibration calibration_;
  EventDecoder decoder_;
  DecodedEvent event_;
  std::string pid_;
  std::string tid_;
  std::string text_;
};

}  // namespace

void write_chrome_trace(const CaptureData& capture, const std::string& path, bool gzip) {
  OutputFile file(path);
  TextStream stream(file, gzip);
  TraceWriter(capture, stream).write();
  stream.finish();
  file.commit();
}

}  // namespace opscope::profiler::detail
