// Every op's kernel and shape function on inputs that seldom make sense: ranks, dtypes and numbers
// of inputs, huge and negative sizes and indices, attributes absent or absurd. Under the sanitizers
// this shows that nothing is read or written out of bounds and nothing large is allocated: an Error
// is a fine answer. OPSCOPE_BAD_INPUTS is how many cases each op gets, OPSCOPE_BAD_INPUTS_SEED the
// seed of the generator, OPSCOPE_BAD_INPUTS_OP the only op to run.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>

#include "core/format.h"
#include "core/resources.h"
#include "core/tensor_list.h"
#include "op_test_util.h"
#include "ops/shape_context.h"
#include "opscope/error.h"

#if defined(__SANITIZE_ADDRESS__)
// Tensors larger than this cannot be had; anything else that asks for as much ends the test.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1:max_allocation_size_mb=64";
}
constexpr bool kAllocationsAreLimited = true;
#else
constexpr bool kAllocationsAreLimited = false;
#endif

namespace opscope::runtime {
namespace {
constexpr DType kTypes[] = {DType::float32,  DType::int32,   DType::int64,     DType::string,
                            DType::boolean,  DType::uint8,   DType::float64,   DType::half,
                            DType::uint64,   DType::int8,    DType::int16,     DType::bfloat16,
                            DType::uint16,   DType::uint32,  DType::complex64, DType::complex128,
                            DType::resource, DType::variant, DType::int32,     DType::float32};
constexpr std::int64_t kAbsurd[] = {
    INT64_MAX, INT64_MIN, INT64_MAX / 8,        -1, std::int64_t{1} << 40,
    INT32_MAX, INT32_MIN, std::int64_t{1} << 31};

int setting(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atoi(text) : otherwise;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  Ref<TensorRep> tensor_of(DType dtype) {
    Shape shape;
    for (int rank = below(5); rank > 0; --rank) shape.append(below(5) == 0 ? 0 : below(4));
    Ref<TensorRep> rep = TensorRep::make_zeros(dtype, shape);
    for (std::int64_t i = 0; i < rep->num_elements(); ++i) fill(*rep, i);
    return rep;
  }

  // A dtype for each attr name, so that inputs which must agree mostly do.
  DType dtype_for(const OpSpec& spec, std::string_view attr) {
    const AttrSpec* found = spec.find_attr(attr);
    for (int i = 0; i < 50; ++i) {
      const DType dtype = kTypes[below(static_cast<int>(std::size(kTypes)))];
      if (found == nullptr || found->allows(dtype)) return dtype;
    }
    return DType::float32;
  }

  AttrValue attr_for(const AttrSpec& attr) {
    if (attr.kind == AttrKind::string && !attr.allowed_strings.empty()) {
      return std::string(attr.allowed_strings[static_cast<std::size_t>(
          below(static_cast<int>(attr.allowed_strings.size())))]);
    }
    if (attr.kind == AttrKind::int_ && attr.is_list) {
      std::vector<std::int64_t> values;
      for (int n = below(2) == 0 ? 4 : below(6); n > 0; --n) {
        values.push_back(below(2) == 0 ? 1 : whole(below(7) - 2));
      }
      return values;
    }
    if (attr.kind == AttrKind::float_ && attr.is_list) {
      std::vector<float> values;
      for (int n = below(6); n > 0; --n) values.push_back(static_cast<float>(below(9) - 3));
      return values;
    }
    if (attr.kind == AttrKind::type && attr.is_list) {
      std::vector<DType> types;
      for (int n = below(4); n > 0; --n) types.push_back(any_type());
      return types;
    }
    if (attr.kind == AttrKind::shape && attr.is_list)
      return std::vector<Shape>(2, Shape::unknown());
    if (attr.kind == AttrKind::int_) return whole(below(8) - 2);
    if (attr.kind == AttrKind::bool_) return below(2) == 0;
    if (attr.kind == AttrKind::type) return below(3) == 0 ? element_type() : any_type();
    if (attr.kind == AttrKind::shape) {
      return below(3) == 0 ? Shape::unknown() : Shape{below(3), below(4) - 1};
    }
    if (attr.kind == AttrKind::float_) return below(4) == 0 ? -1e30f : 0.5f;
    if (attr.name.ends_with("encoding")) return std::string(below(2) == 0 ? "UTF-8" : "UTF-16-BE");
    return std::string("%s");
  }

  DType any_type() { return kTypes[below(static_cast<int>(std::size(kTypes)))]; }

  // The number, or now and then one that is far out of range.
  std::int64_t whole(int value) {
    if (!kAllocationsAreLimited || below(30) != 0) return value;
    return kAbsurd[below(static_cast<int>(std::size(kAbsurd)))];
  }

  // Part of what is known of a shape.
  Shape blurred(const Shape& shape) {
    if (below(8) == 0) return Shape::unknown();
    Shape result = shape;
    for (int d = 0; d < shape.rank(); ++d) {
      if (below(3) == 0) result.set_dim(d, kAnyDim);
    }
    return result;
  }

 private:
  void fill(TensorRep& rep, std::int64_t i) {
    const int value = below(9) - 3;
    switch (rep.dtype()) {
      case DType::float32:
        rep.mutable_data<float>()[i] = static_cast<float>(value);
        break;
      case DType::int32:
        rep.mutable_data<std::int32_t>()[i] = static_cast<std::int32_t>(whole(value));
        break;
      case DType::int64:
        rep.mutable_data<std::int64_t>()[i] = whole(value);
        break;
      case DType::int16:
        rep.mutable_data<std::int16_t>()[i] = static_cast<std::int16_t>(value);
        break;
      case DType::float64:
        rep.mutable_data<double>()[i] = value;
        break;
      case DType::string:
        rep.mutable_data<std::string>()[i] = text(value + 3);
        break;
      case DType::variant:
        if (below(2) == 0) rep.mutable_data<Ref<Resource>>()[i] = list();
        break;
      case DType::resource:
        if (below(2) == 0) rep.mutable_data<Ref<Resource>>()[i] = variable();
        break;
      case DType::boolean:
        rep.mutable_data<bool>()[i] = value > 0;
        break;
      default:
        break;
    }
  }

  std::string text(int size) {
    constexpr std::string_view kBytes = "aaa1 .\xc3\xa9\xe2\x82\xf0\x9f\xff\xd8\x01";
    std::string result;
    for (; size > 0; --size) {
      result += kBytes[static_cast<std::size_t>(below(static_cast<int>(kBytes.size())))];
    }
    return result;
  }

  DType element_type() { return below(2) == 0 ? DType::float32 : DType::int32; }

  // With elements of one shape that is known, or of any.
  Ref<TensorList> list() {
    auto result = Ref<TensorList>::adopt(new TensorList);
    result->element_dtype = element_type();
    const Ref<TensorRep> first = tensor_of(result->element_dtype);
    const bool is_uniform = below(2) == 0;
    if (is_uniform) result->element_shape = first->shape();
    for (int count = below(4); count > 0; --count) {
      Ref<TensorRep> element = is_uniform ? first : tensor_of(result->element_dtype);
      result->elements.push_back(below(3) == 0 ? Ref<TensorRep>() : std::move(element));
    }
    return result;
  }

  Ref<VariableResource> variable() {
    const Ref<TensorRep> value = tensor_of(element_type());
    auto result =
        Ref<VariableResource>::adopt(new VariableResource("v", value->dtype(), value->shape()));
    if (below(4) != 0) result->assign(value);
    return result;
  }

  std::mt19937 random_;
};

Tensors make_inputs(Generator& generator, const OpSpec& spec) {
  Tensors inputs;
  std::map<std::string_view, DType> bound;
  for (const ArgSpec& arg : spec.inputs) {
    for (int count = arg.is_variadic() ? generator.below(4) : 1; count > 0; --count) {
      DType dtype = arg.type;
      if (dtype == DType::invalid) {
        dtype = bound.try_emplace(arg.type_attr, generator.dtype_for(spec, arg.type_attr))
                    .first->second;
      }
      inputs.push_back(generator.tensor_of(dtype));
    }
  }
  return inputs;
}

// Spoils what was well formed: a missing, additional or other input.
void spoil(Generator& generator, Tensors& inputs) {
  const int choice = generator.below(24);
  if (choice == 0 && !inputs.empty()) inputs.pop_back();
  if (choice == 1) inputs.push_back(generator.tensor_of(generator.any_type()));
  if (choice == 2 && !inputs.empty()) {
    inputs[static_cast<std::size_t>(generator.below(static_cast<int>(inputs.size())))] =
        generator.tensor_of(generator.any_type());
  }
}

Attrs make_attrs(Generator& generator, const OpSpec& spec) {
  Attrs attrs;
  for (const AttrSpec& attr : spec.attrs) {
    if (generator.below(attr.has_default ? 2 : 30) == 0) continue;
    bool follows = false;
    for (const ArgSpec& arg : spec.inputs) {
      follows = follows || arg.type_attr == attr.name || arg.number_attr == attr.name ||
                arg.type_list_attr == attr.name;
    }
    if (!follows || generator.below(100) == 0) attrs.set(attr.name, generator.attr_for(attr));
  }
  return attrs;
}

struct Attempt {
  const OpSpec& spec;
  std::vector<const TensorRep*> inputs;
  std::vector<DType> dtypes;
  Attrs attrs;
};

std::vector<Shape> infer(const Attempt& of, std::span<const Shape> shapes,
                         std::span<const TensorRep* const> constants) {
  const DTypeList dtypes = resolve_dtypes(of.spec, of.dtypes, of.attrs);
  std::vector<Shape> inferred(dtypes.size());
  infer_shapes({.spec = &of.spec,
                .inputs = shapes,
                .input_dtypes = of.dtypes,
                .constants = constants,
                .attrs = &of.attrs,
                .outputs = inferred,
                .output_dtypes = dtypes.span()});
  return inferred;
}

// The shape function alone, with shapes and values known in part.
void try_shapes(Generator& generator, const Attempt& of) {
  std::vector<Shape> shapes;
  std::vector<const TensorRep*> constants;
  for (const TensorRep* input : of.inputs) {
    const bool is_known = generator.below(2) == 0;
    shapes.push_back(is_known ? input->shape() : generator.blurred(input->shape()));
    constants.push_back(is_known ? input : nullptr);
  }
  try {
    static_cast<void>(infer(of, shapes, constants));
  } catch (const Error& error) {
    EXPECT_STRNE(error.what(), "");
  }
}

void try_kernel(const Attempt& of, int& successes) {
  std::vector<Shape> shapes;
  for (const TensorRep* input : of.inputs) shapes.push_back(input->shape());
  try {
    Tensors outputs(count_outputs(of.spec, of.dtypes, of.attrs));
    run_op_eager(of.spec, of.inputs, of.attrs, outputs);
    ++successes;
    const std::vector<Shape> inferred = infer(of, shapes, of.inputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      ASSERT_TRUE(outputs[i]) << of.spec.name;
      // What a caller says of the shape of an element is believed, as in TensorFlow.
      if (of.spec.name == "TensorListGetItem" || of.spec.name == "TensorListPopBack") continue;
      EXPECT_TRUE(inferred[i].is_compatible_with(outputs[i]->shape()))
          << of.spec.name << " output " << i << ": inferred " << inferred[i].to_string() << ", got "
          << outputs[i]->shape().to_string();
    }
  } catch (const Error& error) {
    EXPECT_STRNE(error.what(), "");
  }
}

void try_once(Generator& generator, const OpSpec& spec, int& successes) {
  Tensors inputs = make_inputs(generator, spec);
  spoil(generator, inputs);
  Attempt of = {.spec = spec, .inputs = {}, .dtypes = {}, .attrs = make_attrs(generator, spec)};
  for (const auto& input : inputs) {
    of.inputs.push_back(input.get());
    of.dtypes.push_back(input->dtype());
  }
  try_shapes(generator, of);
  if (spec.select != nullptr) try_kernel(of, successes);
}

// Files are for the tests of their own.
bool is_skipped(const OpSpec& spec) {
  const char* only = std::getenv("OPSCOPE_BAD_INPUTS_OP");
  if (only != nullptr) return spec.name != only;
  return spec.name == "WriteFile" || spec.name == "SaveV2" || spec.name == "MergeV2Checkpoints";
}

TEST(BadInput, IsAnErrorOrAResultOfTheInferredShape) {
  set_print_sink([](std::string_view, std::string_view) {});
  Generator generator(static_cast<unsigned>(setting("OPSCOPE_BAD_INPUTS_SEED", 1)));
  const int count = setting("OPSCOPE_BAD_INPUTS", 150);
  int successes = 0;
  for (const OpSpec& spec : all_ops()) {
    if (is_skipped(spec)) continue;
    for (int i = 0; i < count; ++i) try_once(generator, spec, successes);
  }
  set_print_sink(nullptr);
  EXPECT_GT(successes, std::getenv("OPSCOPE_BAD_INPUTS_OP") != nullptr ? 0 : 10 * count);
}
}  // namespace
}  // namespace opscope::runtime
