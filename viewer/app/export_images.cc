#include "app/export_images.h"

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "app/image_decode.h"
#include "cli/command_support.h"
#include "model/values.h"

namespace opscope::viewer {

namespace {

struct ImageRequest {
  std::string kind;
  std::string path;
  std::string out;
  std::string run;
  std::string tag;
};

struct Written {
  std::size_t count = 0;
  std::size_t failed = 0;
};

// A PNG that decodes is written as it is, with its depth; anything else is encoded anew.
Result<void> write_image(const std::string& path, const std::string& encoded) {
  const Result<Pixels> pixels = decode_image(encoded);
  if (!pixels) return pixels.error();
  return encoded.starts_with("\x89PNG") ? write_file(path, encoded) : write_png(path, *pixels);
}

void write_value(const Run& run, const Tag& tag, const ValueRef& value,
                 const std::filesystem::path& folder, Written& written, std::ostream& err) {
  const std::string step = "step " + std::to_string(value.step);
  const auto fail = [&](const std::string& why) {
    print_error(err, run.name + " " + tag.name + ", " + step + ", " + why);
    ++written.failed;
  };
  const Result<ImageSet> images = load_images(run, value);
  if (!images) return fail(images.error().what());
  for (std::size_t i = 0; i < images->encoded.size(); ++i) {
    const std::string name = "step_" + std::to_string(value.step) + "_" + std::to_string(i);
    const auto done = write_image((folder / (name + ".png")).string(), images->encoded[i]);
    if (!done) {
      fail(done.error().what());
    } else {
      ++written.count;
    }
  }
}

int export_images(const ImageRequest& request, std::ostream& out, std::ostream& err) {
  const Result<Logdir> logdir = open_path(request.path);
  if (!logdir) {
    print_error(err, logdir.error().what());
    return kFailed;
  }
  const auto model = logdir->snapshot();
  if (!check_filters(*model, request.run, request.tag, err)) return kFailed;
  Written written;
  for (const auto& run : model->runs) {
    if (!request.run.empty() && run->name != request.run) continue;
    for (const auto& tag : run->tags) {
      if (tag->plugin != "images" || tag->values.empty()) continue;
      if (!request.tag.empty() && tag->name != request.tag) continue;
      const std::filesystem::path folder =
          std::filesystem::path(request.out) / file_name_of(run->name) / file_name_of(tag->name);
      std::error_code error;
      std::filesystem::create_directories(folder, error);
      if (error) {
        print_error(err, error_from_errno(error.value(), "create", folder.string()).what());
        return kFailed;
      }
      for (const ValueRef& value : tag->values) {
        write_value(*run, *tag, value, folder, written, err);
      }
    }
  }
  if (written.count + written.failed == 0) {
    print_error(err, "no images, " + request.path + ", see what there is with `opscope inspect " +
                         request.path + "`");
    return kFailed;
  }
  out << written.count << " images written to " << request.out << '\n';
  return written.failed > 0 ? kFailed : kDone;
}

}  // namespace

std::string file_name_of(const std::string& name) {
  constexpr std::array<char, 17> kDigits{"0123456789ABCDEF"};
  std::string result;
  for (const char c : name) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_plain = is_letter || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                          (c == '.' && !result.empty());
    if (is_plain) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += {'%', kDigits[byte / 16U], kDigits[byte % 16U]};
  }
  return result.empty() ? "%" : result;
}

int run_export_images(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("Images of summaries to PNG files", "export");
  ImageRequest request;
  app.add_option("KIND", request.kind, "images")->required()->check(CLI::IsMember({"images"}));
  app.add_option("PATH", request.path, "anything that opscope opens")->required();
  app.add_option("--out", request.out, "the folder to write to")->required();
  app.add_option("--run", request.run, "only this run");
  app.add_option("--tag", request.tag, "only this tag");
  return run_command(app, args, out, err, [&] { return export_images(request, out, err); });
}

}  // namespace opscope::viewer
