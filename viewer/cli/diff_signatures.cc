// opscope diff signatures: what callers of two SavedModels see.
#include <ostream>
#include <set>

#include "cli/command_support.h"
#include "cli/diff_command.h"
#include "model/signature_diff.h"

namespace opscope::viewer {
namespace {

using Kind = SignatureChange::Kind;

const char* kind_text(Kind kind) {
  if (kind == Kind::added) return "added";
  return kind == Kind::removed ? "removed" : "changed";
}

std::string tags_of(const SavedModelInfo& model) {
  std::string text;
  for (const std::string& tag : model.tags) text += (text.empty() ? "" : ",") + tag;
  return text;
}

// The signatures of the one SavedModel at `path`, of its graph tagged `tags` when that is given.
Result<std::vector<SignatureModel>> load_signatures(const std::string& path,
                                                    const std::string& tags) {
  const Result<Logdir> logdir = open_path(path);
  if (!logdir) return logdir.error();
  std::vector<SavedModelInfo> models = logdir->snapshot()->saved_models;
  if (models.empty()) {
    return Error(ErrorCode::not_found, "no SavedModel, " + path + ", see opscope inspect " + path);
  }
  std::set<std::string> seen;
  for (const SavedModelInfo& model : models) seen.insert(tags_of(model));
  if (!tags.empty())
    std::erase_if(models, [&](const auto& model) { return tags_of(model) != tags; });
  if (models.size() == 1) return models.front().signatures;
  std::string known;
  for (const std::string& each : seen) known += (known.empty() ? "" : "; ") + each;
  return Error(ErrorCode::invalid_argument,
               (models.empty() ? "no graph with the tags '" + tags + "', " : "several graphs, ") +
                   path + ", choose one SavedModel and one of these by --tag: " + known);
}

Json signature_diff_document(const SignatureDiff& diff) {
  Json document{{"equal", diff.changes.empty()}, {"unchanged", diff.equal}};
  Json& rows = document["changes"] = Json::array();
  for (const SignatureChange& change : diff.changes) {
    rows.push_back({{"signature", printable(change.signature)},
                    {"kind", kind_text(change.kind)},
                    {"part", printable(change.part)},
                    {"aspect", change.aspect},
                    {"before", printable(change.before)},
                    {"after", printable(change.after)}});
  }
  return document;
}

std::string change_text(const SignatureChange& change) {
  const std::string part = change.part.empty() ? "the signature" : printable(change.part);
  if (change.kind == Kind::changed) {
    return part + ": " + change.aspect + " " + printable(change.before) + " -> " +
           printable(change.after);
  }
  const std::string facts = printable(change.kind == Kind::added ? change.after : change.before);
  return part + " was " + kind_text(change.kind) +
         (change.part.empty() || facts.empty() ? "" : ": " + facts);
}

void print_signature_diff(std::ostream& out, const SignatureDiff& diff) {
  const std::string* signature = nullptr;
  for (const SignatureChange& change : diff.changes) {
    if (signature == nullptr || *signature != change.signature) {
      out << "signature_def['" << printable(change.signature) << "']:\n";
    }
    signature = &change.signature;
    out << "  " << change_text(change) << '\n';
  }
  if (diff.equal > 0) out << diff.equal << " unchanged\n";
}

}  // namespace

int diff_signature_files(const DiffRequest& request, std::ostream& out, std::ostream& err) {
  const auto a = load_signatures(request.path_a, request.tag);
  if (!a) {
    print_error(err, a.error().what());
    return kFailed;
  }
  const auto b = load_signatures(request.path_b, request.tag);
  if (!b) {
    print_error(err, b.error().what());
    return kFailed;
  }
  const SignatureDiff diff = diff_signatures(*a, *b);
  if (request.as_json) {
    print_json(out, signature_diff_document(diff));
  } else if (diff.changes.empty()) {
    out << "The signatures are equal: " << diff.equal << ".\n";
  } else {
    print_signature_diff(out, diff);
  }
  return diff.changes.empty() ? kDone : kDiffers;
}

}  // namespace opscope::viewer
