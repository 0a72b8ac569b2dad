#include "analysis/crash_words.h"

namespace tracecheck {

// Each stands at the beginning of a line.
CrashWords::CrashWords() : panics_("\npanic: "), fatal_errors_("\nfatal error: ") { see("\n"); }

void CrashWords::see(std::string_view piece) {
  panics_.see(piece);
  fatal_errors_.see(piece);
}

}  // namespace tracecheck
