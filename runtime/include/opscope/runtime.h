// Everything of opscope::runtime: tensors, operations, traced functions, variables and modules.
#pragma once

#include "opscope/error.h"
#include "opscope/runtime/dtype.h"
#include "opscope/runtime/function.h"
#include "opscope/runtime/gradient.h"
#include "opscope/runtime/memory.h"
#include "opscope/runtime/module.h"
#include "opscope/runtime/name_scope.h"
#include "opscope/runtime/ops.h"
#include "opscope/runtime/shape.h"
#include "opscope/runtime/staging.h"
#include "opscope/runtime/tensor.h"
#include "opscope/runtime/tensor_array.h"
#include "opscope/runtime/tensor_spec.h"
#include "opscope/runtime/threads.h"
#include "opscope/runtime/variable.h"
