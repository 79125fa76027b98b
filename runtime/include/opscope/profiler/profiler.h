// Recording what a program does and when, and writing it as an XSpace for XProf and the viewer.
// Any C++ program can use this; it needs no runtime of ours:
//
//   opscope::profiler::start();
//   { OPSCOPE_ZONE("load", "rows", rows); load(); }
//   opscope::profiler::stop_and_export("logs");
#pragma once

#include "opscope/error.h"
#include "opscope/profiler/capture.h"
#include "opscope/profiler/clock.h"
#include "opscope/profiler/events.h"
#include "opscope/profiler/frames.h"
#include "opscope/profiler/hooks.h"
#include "opscope/profiler/labels.h"
#include "opscope/profiler/names.h"
#include "opscope/profiler/profiled_mutex.h"
#include "opscope/profiler/session.h"
#include "opscope/profiler/zone.h"
#include "opscope/summary/trace.h"
