// What Go's runtime says on standard error as it ends a program: a panic and a fatal error have the same exit code.
#pragma once

#include <string_view>

#include "analysis/text_counter.h"

namespace tracecheck {

class CrashWords {
 public:
  CrashWords();

  /// The next piece of standard error.
  void see(std::string_view piece);
  /// An uncaught panic, and nothing that ends the program at once: only before a panic the runtime flushes the trace.
  bool only_panicked() const { return panics_.count() > 0 && fatal_errors_.count() == 0; }

 private:
  TextCounter panics_;
  TextCounter fatal_errors_;
};

}  // namespace tracecheck
