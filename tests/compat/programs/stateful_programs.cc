// Variables: training by hand, counters, two optimizers, functions that call functions.
#include "user_programs.h"

namespace opscope::compat {
namespace {

UserProgram linear_regression() {
  const Variable w(constant({0., 0.}), {.name = "w"}), b(constant(0.), {.name = "b"});
  return {"linear_regression",
          {constant({{1., 2.}, {3., -1.}, {0.5, 0.5}, {-2., 1.}}), constant({3., 2., 1., -1.})},
          [=](const Tensors& in) -> Tensors {
            TensorArray losses(DType::float64, 8);
            for (Tensor i : range(8)) {
              GradientTape tape;
              const Tensor y = squeeze(matmul(in[0], reshape(w, {2, 1}))) + b;
              const Tensor loss = reduce_mean(square(y - in[1]));
              const std::vector<Tensor> d = tape.gradient(loss, {w, b});
              w.assign_sub(0.05 * d[0]);
              b.assign_sub(0.05 * d[1]);
              losses.write(i, loss);
            }
            return {losses.stack(), w.read(), b.read()};
          },
          false,
          {},
          {w, b}};
}

// A generator and a critic, each with an optimizer with memory, trained in turns.
UserProgram adversaries() {
  const Variable g(constant({0.5, -0.5}), {.name = "g"}), c(constant({0.1, 0.2}), {.name = "c"});
  const Variable speed(constant({0., 0.}), {.name = "speed"});
  const Variable second(constant({0., 0.}), {.name = "second"});
  return {"adversaries",
          {constant({{1., 0.5}, {0.8, 0.9}}), constant({{0.2, -0.3}, {0.7, 0.1}})},
          [=](const Tensors& in) -> Tensors {
            Tensor losses = zeros({2}, DType::float64);
            for (Tensor step : range(6)) {
              GradientTape critic_tape, generator_tape;
              const Tensor made = in[1] * g;
              const Tensor real = sigmoid(reduce_sum(in[0] * c, {.axes = Axes{1}}));
              const Tensor fake = sigmoid(reduce_sum(made * c, {.axes = Axes{1}}));
              const Tensor critic = -reduce_mean(log(real) + log(1. - fake));
              const Tensor generator = -reduce_mean(log(fake));
              const Tensor dc = critic_tape.gradient(critic, c);
              const Tensor dg = generator_tape.gradient(generator, g);
              if_(
                  step % 3 == 2,
                  [&] {
                    speed.assign(0.9 * speed + dg);
                    g.assign_sub(0.1 * speed);
                  },
                  else_,
                  [&] {
                    second.assign(0.9 * second + 0.1 * dc * dc);
                    c.assign_sub(0.1 * dc / (sqrt(second) + 1e-7));
                  });
              losses = stack({critic, generator});
            }
            return {losses, g.read(), c.read()};
          },
          false,
          {},
          {g, c, speed, second}};
}

UserProgram counters() {
  const Variable hits(0, {.name = "hits"}), total(constant(0.), {.name = "total"});
  const auto note = function([=](const Tensor& x) {
    hits.assign_add(1);
    total.assign_add(x);
    return total / cast(hits, DType::float64);
  });
  return {"counters",
          {constant({1., -2., 3., 8.}), 2},
          [=](const Tensors& in) -> Tensors {
            Tensor mean = 0.;
            mean = cast(mean, DType::float64);
            for (Tensor x : rows(in[0])) {
              if (continue_if(x < 0.)) continue;
              if_(
                  hits > in[1],
                  [&] {
                    hits.assign(0);
                    total.assign(0.);
                  },
                  else_, [&] { mean = note(x); });
            }
            const Tensor before = hits.read();
            hits.assign_add(10);
            return {mean, before, hits.read(), total.read()};
          },
          false,
          {},
          {hits, total}};
}

// Reads and writes in the order of the program, through calls.
UserProgram bank() {
  const Variable balance(constant(100.), {.name = "balance"});
  const auto withdraw = function([=](const Tensor& amount) {
    const Tensor before = balance.read();
    return cond(
        before >= amount,
        [&] {
          balance.assign_sub(amount);
          return balance.read();
        },
        [&] { return -before; });
  });
  return {"bank",
          {constant({30., 80., 50., 20., 1.})},
          [=](const Tensors& in) -> Tensors {
            TensorArray seen(DType::float64, size(in[0]));
            Tensor i = 0, refused = 0;
            for (Tensor amount : rows(in[0])) {
              const Tensor left = withdraw(amount);
              refused += cast(left < 0., DType::int32);
              seen.write(i, left);
              i += 1;
            }
            balance.assign_add(5.);
            return {seen.stack(), refused, withdraw(constant(1.))};
          },
          false,
          {},
          {balance}};
}

// Weights shared by trips of a loop; derivatives by them through a call and a branch.
UserProgram deep_network() {
  const Variable w(constant({{0.4, -0.3}, {0.2, 0.8}}), {.name = "w"});
  const auto layer = function([=](const Tensor& x) { return tanh(matmul(x, w)); });
  return {"deep_network",
          {constant({{1., -1.}, {0.5, 2.}}), 3},
          [=](const Tensors& in) -> Tensors {
            GradientTape tape;
            Tensor h = in[0];
            for (Tensor i : range(in[1])) {
              h = cond(
                  i % 2 == 0, [&] { return layer(h); }, [&] { return h + layer(h) * 0.5; });
            }
            const Tensor loss = reduce_mean(square(h));
            const Tensor slope = tape.gradient(loss, w);
            w.assign_sub(slope);
            return {h, loss, slope, w.read()};
          },
          true,
          {},
          {w}};
}

UserProgram moving_average() {
  const Variable mean(constant({0., 0.}), {.name = "mean"}), seen(false, {.name = "seen"});
  return {"moving_average",
          {constant({{1., 2.}, {3., 4.}, {5., -6.}})},
          [=](const Tensors& in) -> Tensors {
            for (Tensor row : rows(in[0])) {
              mean.assign(cond(
                  seen, [&] { return mean * 0.9 + row * 0.1; }, [&] { return row; }));
              seen.assign(true);
            }
            return {mean.read()};
          },
          false,
          {{{kAnyDim, 2}, DType::float64, ""}},
          {mean, seen}};
}

UserProgram choices() {
  const Variable chosen(constant({0, 0, 0}), {.name = "chosen"});
  return {"choices",
          {constant({0, 2, 1, 2, 7}), constant(1.5)},
          [=](const Tensors& in) -> Tensors {
            Tensor y = in[1];
            for (Tensor k : rows(in[0])) {
              const auto note = [&](int which) {
                chosen.assign_add(one_hot(which, 3, DType::int32));
              };
              y = switch_case(k, {[&] {
                                    note(0);
                                    return y * y;
                                  },
                                  [&] {
                                    note(1);
                                    return sin(y);
                                  },
                                  [&] {
                                    note(2);
                                    return y * 0.5 + in[1];
                                  }});
            }
            return {y, chosen.read()};
          },
          true,
          {},
          {chosen}};
}

}  // namespace

std::vector<UserProgram> stateful_programs() {
  return {linear_regression(), adversaries(),    counters(), bank(),
          deep_network(),      moving_average(), choices()};
}

}  // namespace opscope::compat
