#include "keras/training.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

Tensor rows(const Tensor& tensor, std::int64_t begin, std::int64_t end) {
  const auto rank = static_cast<std::size_t>(tensor.shape().rank());
  std::vector<std::int64_t> starts(rank, 0);
  std::vector<std::int64_t> sizes(rank, -1);
  starts[0] = begin;
  sizes[0] = end - begin;
  return slice(tensor, starts, sizes);
}

template <typename F>
StepBatch map_batch(const DataSet& data, const F& f) {
  StepBatch batch;
  for (const Tensor& x : data.x) batch.x.push_back(f(x));
  for (const Tensor& y : data.y) batch.y.push_back(f(y));
  if (data.sample_weight.has_value()) batch.sample_weight.push_back(f(data.sample_weight));
  return batch;
}

}  // namespace

DataSet::DataSet(const TensorList& inputs, const TensorList& labels, Tensor weights)
    : x(inputs.tensors()), y(labels.tensors()), sample_weight(std::move(weights)) {
  const auto check = [this](const Tensor& tensor, const char* what) {
    const bool is_first = &tensor == x.data();
    const int rank = tensor.shape().rank();
    if (rank < 1) {
      throw Error(
          ErrorCode::invalid_argument,
          std::string(what) + " has no dimension of examples: " + tensor.shape().to_string());
    }
    if (is_first) size = tensor.shape()[0];
    if (tensor.shape()[0] == size) return;
    throw Error(ErrorCode::invalid_argument,
                std::string(what) + " has " + std::to_string(tensor.shape()[0]) +
                    " examples, but the first input " + std::to_string(size));
  };
  if (x.empty()) throw Error(ErrorCode::invalid_argument, "there are no inputs");
  for (const Tensor& tensor : x) check(tensor, "an input");
  for (const Tensor& tensor : y) check(tensor, "a label tensor");
  if (sample_weight.has_value()) check(sample_weight, "sample_weight");
  if (size == 0) throw Error(ErrorCode::invalid_argument, "there are no examples");
}

StepBatch DataSet::slice(std::int64_t begin, std::int64_t end) const {
  return map_batch(*this, [&](const Tensor& tensor) { return rows(tensor, begin, end); });
}

StepBatch DataSet::gather(std::span<const std::int64_t> indices) const {
  const Tensor at = opscope::constant(indices, Shape{static_cast<std::int64_t>(indices.size())});
  return map_batch(*this, [&](const Tensor& tensor) { return opscope::gather(tensor, at); });
}

DataSet DataSet::part(std::int64_t begin, std::int64_t end) const {
  StepBatch batch = slice(begin, end);
  DataSet result;
  result.x = std::move(batch.x);
  result.y = std::move(batch.y);
  if (!batch.sample_weight.empty()) result.sample_weight = batch.sample_weight[0];
  result.size = end - begin;
  return result;
}

}  // namespace opscope::keras
