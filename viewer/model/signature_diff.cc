#include "model/signature_diff.h"

#include <map>
#include <set>
#include <utility>

#include "model/units.h"

namespace opscope::viewer {
namespace {

using Kind = SignatureChange::Kind;

std::string facts_of(const TensorInfoModel& tensor) {
  return dtype_name(tensor.dtype) + " " + signature_shape_text(tensor);
}

// Calls both(x, y) for what has the same key in `a` and `b`, only_a and only_b for the others, in
// the order of the keys.
template <typename T, typename Key, typename Both, typename OnlyA, typename OnlyB>
void match(const std::vector<T>& a, const std::vector<T>& b, Key key, Both both, OnlyA only_a,
           OnlyB only_b) {
  std::map<std::string, std::pair<const T*, const T*>> pairs;
  for (const T& each : a) pairs[key(each)].first = &each;
  for (const T& each : b) pairs[key(each)].second = &each;
  for (const auto& [name, pair] : pairs) {
    if (pair.first == nullptr) {
      only_b(*pair.second);
    } else if (pair.second == nullptr) {
      only_a(*pair.first);
    } else {
      both(*pair.first, *pair.second);
    }
  }
}

class SignatureDiffer {
 public:
  SignatureDiffer(SignatureDiff& diff, std::string signature)
      : diff_(diff), signature_(std::move(signature)) {}

  void add(Kind kind, const std::string& part, const std::string& aspect, const std::string& before,
           const std::string& after) {
    diff_.changes.push_back({kind, signature_, part, aspect, before, after});
  }

  void compare(const std::string& part, const std::string& aspect, const std::string& before,
               const std::string& after) {
    if (before != after) add(Kind::changed, part, aspect, before, after);
  }

  void compare_tensors(const std::string& direction, const std::vector<TensorInfoModel>& a,
                       const std::vector<TensorInfoModel>& b) {
    const auto part = [&](const TensorInfoModel& tensor) {
      return direction + " '" + tensor.key + "'";
    };
    match(
        a, b, [](const TensorInfoModel& tensor) { return tensor.key; },
        [&](const TensorInfoModel& x, const TensorInfoModel& y) {
          compare(part(x), "dtype", dtype_name(x.dtype), dtype_name(y.dtype));
          compare(part(x), "shape", signature_shape_text(x), signature_shape_text(y));
        },
        [&](const TensorInfoModel& x) { add(Kind::removed, part(x), "", facts_of(x), ""); },
        [&](const TensorInfoModel& y) { add(Kind::added, part(y), "", "", facts_of(y)); });
  }

 private:
  SignatureDiff& diff_;
  std::string signature_;
};

}  // namespace

std::string signature_shape_text(const TensorInfoModel& tensor) {
  if (!tensor.has_rank) return "unknown_rank";
  std::string text;
  for (const std::int64_t size : tensor.shape) {
    text += (text.empty() ? "" : ", ") + std::to_string(size);
  }
  return "(" + text + ")";
}

SignatureDiff diff_signatures(const std::vector<SignatureModel>& a,
                              const std::vector<SignatureModel>& b) {
  SignatureDiff diff;
  match(
      a, b, [](const SignatureModel& signature) { return signature.name; },
      [&](const SignatureModel& x, const SignatureModel& y) {
        const std::size_t before = diff.changes.size();
        SignatureDiffer differ(diff, x.name);
        differ.compare("", "method", x.method, y.method);
        differ.compare_tensors("input", x.inputs, y.inputs);
        differ.compare_tensors("output", x.outputs, y.outputs);
        if (diff.changes.size() == before) ++diff.equal;
      },
      [&](const SignatureModel& x) {
        SignatureDiffer(diff, x.name).add(Kind::removed, "", "", x.method, "");
      },
      [&](const SignatureModel& y) {
        SignatureDiffer(diff, y.name).add(Kind::added, "", "", "", y.method);
      });
  return diff;
}

}  // namespace opscope::viewer
