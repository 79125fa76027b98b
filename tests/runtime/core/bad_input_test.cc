// Every op with a kernel and every shape function, on inputs that seldom make sense. Under the
// sanitizers this shows that nothing is read or written out of bounds: an Error is a fine answer.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "core/format.h"
#include "op_test_util.h"
#include "ops/shape_context.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
constexpr DType kTypes[] = {DType::float32, DType::int32, DType::int64,   DType::string,
                            DType::boolean, DType::uint8, DType::float64, DType::half,
                            DType::uint64,  DType::int8};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  Ref<TensorRep> tensor_of(DType dtype) {
    Shape shape;
    for (int rank = below(4); rank > 0; --rank) shape.append(below(5) == 0 ? 0 : below(4));
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
      for (int n = below(5); n > 0; --n) values.push_back(below(7) - 2);
      return values;
    }
    if (attr.kind == AttrKind::int_) return below(8) - 2;
    if (attr.kind == AttrKind::bool_) return below(2) == 0;
    if (attr.kind == AttrKind::type) return kTypes[below(static_cast<int>(std::size(kTypes)))];
    if (attr.kind == AttrKind::shape) return Shape{below(3), below(3)};
    if (attr.kind == AttrKind::float_) return 0.5f;
    return std::string("%s");
  }

 private:
  void fill(TensorRep& rep, std::int64_t i) {
    const int value = below(9) - 3;
    switch (rep.dtype()) {
      case DType::float32:
        rep.mutable_data<float>()[i] = static_cast<float>(value);
        break;
      case DType::int32:
        rep.mutable_data<std::int32_t>()[i] = value;
        break;
      case DType::int64:
        rep.mutable_data<std::int64_t>()[i] = below(40) == 0 ? INT64_MAX : value;
        break;
      case DType::string:
        rep.mutable_data<std::string>()[i] = std::string(static_cast<std::size_t>(value + 3), 'a');
        break;
      case DType::boolean:
        rep.mutable_data<bool>()[i] = value > 0;
        break;
      default:
        break;
    }
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

void try_once(Generator& generator, const OpSpec& spec, int& successes) {
  const Tensors inputs = make_inputs(generator, spec);
  Attrs attrs;
  for (const AttrSpec& attr : spec.attrs) {
    const bool is_output_type = !attr.has_default;
    if (generator.below(2) == 0 && !is_output_type) continue;
    bool follows = false;
    for (const ArgSpec& arg : spec.inputs) {
      follows = follows || arg.type_attr == attr.name || arg.number_attr == attr.name ||
                arg.type_list_attr == attr.name;
    }
    if (!follows) attrs.set(attr.name, generator.attr_for(attr));
  }
  std::vector<const TensorRep*> pointers;
  std::vector<DType> dtypes;
  std::vector<Shape> shapes;
  for (const auto& input : inputs) {
    pointers.push_back(input.get());
    dtypes.push_back(input->dtype());
    shapes.push_back(input->shape());
  }
  try {
    const std::size_t count = count_outputs(spec, dtypes, attrs);
    std::vector<Shape> inferred(count);
    Tensors outputs(count);
    run_op_eager(spec, pointers, attrs, outputs);
    ++successes;
    infer_shapes({.spec = &spec,
                  .inputs = shapes,
                  .input_dtypes = dtypes,
                  .constants = pointers,
                  .attrs = &attrs,
                  .outputs = inferred});
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_TRUE(outputs[i]) << spec.name;
      EXPECT_TRUE(inferred[i].is_compatible_with(outputs[i]->shape()))
          << spec.name << " output " << i << ": inferred " << inferred[i].to_string() << ", got "
          << outputs[i]->shape().to_string();
    }
  } catch (const Error& error) {
    EXPECT_STRNE(error.what(), "");
  }
}

TEST(BadInput, IsAnErrorOrAResultOfTheInferredShape) {
  set_print_sink([](std::string_view, std::string_view) {});
  Generator generator(1);
  int successes = 0;
  for (const OpSpec& spec : all_ops()) {
    if (spec.select == nullptr) continue;
    for (int i = 0; i < 150; ++i) try_once(generator, spec, successes);
  }
  set_print_sink(nullptr);
  EXPECT_GT(successes, 3000);
}
}  // namespace
}  // namespace opscope::runtime
