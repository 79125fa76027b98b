// Kernels that move elements without reading them need only know how an element is stored.
#pragma once

#include <cstdint>
#include <string>

#include "core/resources.h"
#include "core/tensor_rep.h"

namespace opscope::runtime {

// An element of 16 bytes.
struct alignas(8) WideElement {
  std::uint64_t parts[2];
};

// body.operator()<E>() for an E that elements of this type can be copied as.
template <typename Body>
void with_storage(DType dtype, Body&& body) {
  switch (dtype_size(dtype)) {
    case 1:
      return body.template operator()<std::uint8_t>();
    case 2:
      return body.template operator()<std::uint16_t>();
    case 4:
      return body.template operator()<std::uint32_t>();
    case 8:
      return body.template operator()<std::uint64_t>();
    case 16:
      return body.template operator()<WideElement>();
    default:
      if (dtype == DType::string) return body.template operator()<std::string>();
      return body.template operator()<Ref<Resource>>();
  }
}

}  // namespace opscope::runtime
