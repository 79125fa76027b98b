// Conv2D and its two gradients.
#include "kernels/conv_products.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// A 16-bit tensor as float32; any other as it is.
template <typename T>
Ref<TensorRep> widen(Ref<TensorRep> tensor) {
  if constexpr (!kIs16BitFloat<T>) {
    return tensor;
  } else {
    Ref<TensorRep> wide = TensorRep::make(DType::float32, tensor->shape());
    const T* values = tensor->data<T>();
    float* to = wide->mutable_data<float>();
    for (std::int64_t i = 0; i < tensor->num_elements(); ++i) to[i] = static_cast<float>(values[i]);
    return wide;
  }
}

// Where a kernel computes its output: the output itself, unless it is of another type or order.
template <typename T>
class Result {
 public:
  Result(KernelContext& context, const Shape& shape, bool channels_first)
      : context_(context), channels_first_(channels_first) {
    if (channels_first || kIs16BitFloat<T>) {
      rep_ = TensorRep::make(dtype_of<Compute<T>>, shape);
    } else {
      out_ = &context.allocate_output(0, dtype_of<T>, shape);
    }
  }
  [[nodiscard]] Compute<T>* data() const {
    return (out_ != nullptr ? out_ : rep_.get())->template mutable_data<Compute<T>>();
  }
  // Brings the values to output 0.
  void finish() {
    if (out_ != nullptr) return;
    if constexpr (kIs16BitFloat<T>) {
      Ref<TensorRep> narrow = TensorRep::make(dtype_of<T>, rep_->shape());
      const float* from = rep_->template data<float>();
      T* to = narrow->template mutable_data<T>();
      for (std::int64_t i = 0; i < narrow->num_elements(); ++i) to[i] = T(from[i]);
      rep_ = std::move(narrow);
    }
    if (channels_first_) {
      output_channels_first(context_, *rep_);
    } else {
      context_.set_output(0, std::move(rep_));
    }
  }

 private:
  KernelContext& context_;
  bool channels_first_;
  TensorRep* out_ = nullptr;
  Ref<TensorRep> rep_;
};

// Integers have no matrix kernel: window by window.
void integer_forward(const ConvGeometry& conv, const std::int32_t* input,
                     const std::int32_t* filter, std::int32_t* output, ThreadPool* pool) {
  const auto width = static_cast<double>(conv.window() * conv.out_channels);
  parallel_for(pool, conv.pixels(), width, [&](std::int64_t begin, std::int64_t end) {
    SmallVector<std::int32_t, 64> window;
    window.assign(static_cast<std::size_t>(conv.window()), 0);
    for (std::int64_t pixel = begin; pixel < end; ++pixel) {
      for (std::int64_t out = 0; out < conv.out_channels; ++out) {
        const std::int64_t group = out / conv.group_out();
        const Patches<std::int32_t> patches{input,         conv.in_channels, group * conv.group_in,
                                            conv.group_in, conv.rows,        conv.columns};
        if (out % conv.group_out() == 0) patches.copy(pixel, 1, &window[0], conv.window());
        std::int32_t sum = 0;
        for (std::int64_t i = 0; i < conv.window(); ++i) {
          sum = add_wrapping(sum, mul_wrapping(window[static_cast<std::size_t>(i)],
                                               filter[i * conv.out_channels + out]));
        }
        output[pixel * conv.out_channels + out] = sum;
      }
    }
  });
}

template <typename T>
void conv2d(KernelContext& context) {
  const ConvGeometry conv =
      conv_geometry(context, context.input(0).shape(), context.input(1).shape());
  const Ref<TensorRep> input = widen<T>(channels_last(context, 0));
  const Ref<TensorRep> filter = widen<T>(context.input_ref(1));
  Result<T> result(context, {conv.batch, conv.rows.out, conv.columns.out, conv.out_channels},
                   image_format(context).channels_first);
  using C = Compute<T>;
  if (conv.pixels() > 0) {
    if constexpr (std::integral<T>) {
      integer_forward(conv, input->data<C>(), filter->data<C>(), result.data(), context.pool());
    } else {
      conv_forward<C>(conv, input->data<C>(), filter->data<C>(), result.data(), context.pool());
    }
  }
  result.finish();
}

template <typename T>
void input_gradient(KernelContext& context) {
  const ImageFormat format = image_format(context);
  const Shape& filter_shape = context.input(1).shape();
  const Shape& gradient_shape = context.input(2).shape();
  Shape sizes = read_shape(context, 0);
  if (sizes.rank() == 2 && gradient_shape.rank() == 4 && filter_shape.rank() == 4) {
    sizes = format.shape(gradient_shape[0], sizes[0], sizes[1], filter_shape[2]);
  }
  context.require(sizes.rank() == 4, "input_sizes must contain 4 values or 2 values");
  const ConvGeometry conv = conv_geometry(context, sizes, filter_shape);
  check_gradient(context, conv, gradient_shape);
  const Ref<TensorRep> filter = widen<T>(context.input_ref(1));
  const Ref<TensorRep> gradient = widen<T>(channels_last(context, 2));
  Result<T> result(context, {conv.batch, conv.rows.in, conv.columns.in, conv.in_channels},
                   format.channels_first);
  using C = Compute<T>;
  const std::int64_t in_pixels = conv.batch * conv.rows.in * conv.columns.in;
  if (conv.pixels() > 0) {
    conv_input_gradient<C>(conv, filter->data<C>(), gradient->data<C>(), result.data(),
                           context.pool());
  } else {
    std::fill_n(result.data(), in_pixels * conv.in_channels, C{0});
  }
  result.finish();
}

template <typename T>
void filter_gradient(KernelContext& context) {
  const Shape sizes = read_shape(context, 1);
  context.require(sizes.rank() == 4, "filter_sizes must contain 4 values");
  const ConvGeometry conv = conv_geometry(context, context.input(0).shape(), sizes);
  check_gradient(context, conv, context.input(2).shape());
  const Ref<TensorRep> input = widen<T>(channels_last(context, 0));
  const Ref<TensorRep> gradient = widen<T>(channels_last(context, 2));
  Result<T> result(context, sizes, false);
  using C = Compute<T>;
  conv_filter_gradient<C>(conv, input->data<C>(), gradient->data<C>(), result.data(),
                          context.pool());
  result.finish();
}

constexpr KernelBinding kBindings[] = {
    {"Conv2D",
     [](const KernelKey& key) {
       return pick(TypeList<float, double, half, bfloat16, std::int32_t>{}, key.inputs[0],
                   []<typename T>() -> Kernel { return conv2d<T>; });
     }},
    {"Conv2DBackpropInput",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[1],
                   []<typename T>() -> Kernel { return input_gradient<T>; });
     }},
    {"Conv2DBackpropFilter",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[0],
                   []<typename T>() -> Kernel { return filter_gradient<T>; });
     }},
};
}  // namespace

KernelBindings conv_kernels() { return kBindings; }

}  // namespace opscope::runtime
