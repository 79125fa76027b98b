// Attributes, shapes and tensors to and from TensorFlow's protos.
#pragma once

#include "core/attrs.h"

namespace opscope::proto {
class AttrValue;
class TensorProto;
class TensorShapeProto;
}  // namespace opscope::proto

namespace opscope::runtime {

// Small tensors are written as typed values (a run of equal last values only once), larger ones as
// tensor_content; both as TensorFlow reads them. Symbolic, resource and variant tensors throw
// invalid_argument.
void tensor_to_proto(const TensorRep& tensor, proto::TensorProto* out);
// Throws invalid_argument on a malformed or inconsistent proto, unimplemented for a dtype that has
// no kernels. Never allocates more than the proto's bytes justify: a shape that asks for more
// values than are given repeats the last one, as in TensorFlow, up to `max_bytes`.
[[nodiscard]] Ref<TensorRep> tensor_from_proto(const proto::TensorProto& in,
                                               std::int64_t max_bytes = std::int64_t{1} << 31);

void shape_to_proto(const Shape& shape, proto::TensorShapeProto* out);
[[nodiscard]] Shape shape_from_proto(const proto::TensorShapeProto& in);

void attr_to_proto(const AttrValue& value, proto::AttrValue* out);
// An empty list becomes a list of ints; AttrValue::get_if users go through attr_list(), which takes
// an empty list for any type. Throws invalid_argument if no value is set.
[[nodiscard]] AttrValue attr_from_proto(const proto::AttrValue& in);

}  // namespace opscope::runtime
