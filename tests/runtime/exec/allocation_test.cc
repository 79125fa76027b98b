// Training steps and loops ask the system for no memory after their first runs: neither for tensors
// nor through operator new, on any thread.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "opscope/runtime.h"
#include "opscope/runtime/memory.h"
#include "opscope/runtime/threads.h"

namespace {
std::atomic<std::uint64_t> num_news{0};

void* counted(std::size_t size, std::size_t alignment) {
  ++num_news;
  void* block = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
}  // namespace

void* operator new(std::size_t size) { return counted(size, 16); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }

namespace opscope {
namespace {

// How often memory was asked for during 20 more runs, after a few that fill the pools. What several
// threads need at once depends on how they meet, but has a bound: after every new peak, the runs
// are counted again.
template <typename Step>
std::uint64_t allocations_of(const Step& step) {
  for (int i = 0; i < 3; ++i) step();
  std::uint64_t asked = 0;
  for (int round = 0; round < (num_threads() == 1 ? 1 : 200); ++round) {
    const std::uint64_t news = num_news;
    const std::uint64_t blocks = memory_info().system_allocations;
    for (int i = 0; i < 20; ++i) step();
    asked = num_news - news + memory_info().system_allocations - blocks;
    if (asked == 0) break;
  }
  return asked;
}

struct Network {
  Variable w1{random_normal({100, 64}, {.seed = 1}) * 0.1f}, b1{zeros({64})};
  Variable w2{random_normal({64, 64}, {.seed = 2}) * 0.1f}, b2{zeros({64})};
  Variable w3{random_normal({64, 10}, {.seed = 3}) * 0.1f}, b3{zeros({10})};

  std::vector<Variable> variables() const { return {w1, b1, w2, b2, w3, b3}; }

  Tensor loss(const Tensor& x, const Tensor& labels) const {
    const Tensor first = relu(bias_add(matmul(x, w1), b1));
    const Tensor second = relu(bias_add(matmul(first, w2), b2));
    const Tensor logits = bias_add(matmul(second, w3), b3);
    return reduce_mean(sparse_softmax_cross_entropy_with_logits(labels, logits));
  }
};

class Allocations : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { set_num_threads(GetParam()); }
  void TearDown() override { set_num_threads(0); }

  const Tensor x_ = random_normal({64, 100}, {.seed = 4});
  const Tensor labels_ = zeros({64}, DType::int32);
};

TEST_P(Allocations, AreNoneInAMomentumStep) {
  const Network network;
  std::vector<Variable> moments;
  for (const Variable& v : network.variables()) moments.push_back(Variable(zeros_like(v)));
  const auto step = function([&](const Tensor& x, const Tensor& labels) {
    GradientTape tape;
    const Tensor loss = network.loss(x, labels);
    const std::vector<Tensor> gradients = tape.gradient(loss, network.variables());
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      moments[i].assign(moments[i] * 0.9f - gradients[i] * 0.01f);
      network.variables()[i].assign_add(moments[i]);
    }
    return loss;
  });
  const float before = step(x_, labels_).item<float>();
  EXPECT_EQ(allocations_of([&] { (void)step(x_, labels_); }), 0u);
  EXPECT_LT(step(x_, labels_).item<float>(), before);
}

TEST_P(Allocations, AreNoneInAnAdamStep) {
  const Network network;
  std::vector<Variable> means;
  std::vector<Variable> squares;
  const Variable count(Tensor(0.f));
  for (const Variable& v : network.variables()) {
    means.push_back(Variable(zeros_like(v)));
    squares.push_back(Variable(zeros_like(v)));
  }
  const auto step = function([&](const Tensor& x, const Tensor& labels) {
    GradientTape tape;
    const Tensor loss = network.loss(x, labels);
    const std::vector<Tensor> gradients = tape.gradient(loss, network.variables());
    count.assign_add(1.f);
    const Tensor rate = 0.001f * sqrt(1.f - pow(0.999f, count)) / (1.f - pow(0.9f, count));
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      means[i].assign_add((gradients[i] - means[i]) * 0.1f);
      squares[i].assign_add((square(gradients[i]) - squares[i]) * 0.001f);
      network.variables()[i].assign_sub(means[i] * rate / (sqrt(squares[i]) + 1e-7f));
    }
    return loss;
  });
  const float before = step(x_, labels_).item<float>();
  EXPECT_EQ(allocations_of([&] { (void)step(x_, labels_); }), 0u);
  EXPECT_LT(step(x_, labels_).item<float>(), before);
}

TEST_P(Allocations, AreNoneInALoop) {
  const auto loop = function([](const Tensor& x, const Tensor& n) {
    Tensor y = x;
    Tensor total = 0.f;
    for (const Tensor i : range(n)) {
      y = tanh(matmul(y, x) * 0.1f) + cast(i, DType::float32);
      if_(
          reduce_mean(y) > 1.f, [&] { total += 1.f; }, else_, [&] { total -= reduce_max(y); });
    }
    return total;
  });
  const Tensor x = random_normal({64, 64}, {.seed = 5});
  const Tensor n = 7;
  EXPECT_EQ(allocations_of([&] { (void)loop(x, n); }), 0u);
}

INSTANTIATE_TEST_SUITE_P(Threads, Allocations, testing::Values(1, 2));

TEST(Memory, IsGivenBack) {
  { const Tensor large = zeros({1 << 20}); }
  EXPECT_GE(memory_info().pooled_bytes, 4 << 20);
  release_memory();
  EXPECT_EQ(memory_info().pooled_bytes, 0);
}

TEST(Memory, KeepsNoMoreThanTheLimit) {
  set_pooled_memory_limit(1 << 20);
  { const Tensor large = zeros({1 << 20}); }
  { const Tensor small = zeros({1 << 16}); }
  EXPECT_LE(memory_info().pooled_bytes, 1 << 20);
  set_pooled_memory_limit(-1);
}

}  // namespace
}  // namespace opscope
