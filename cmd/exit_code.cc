#include "cmd/exit_code.h"

#include <algorithm>
#include <array>

namespace tracecheck::cmd {

int exit_code(Verdict verdict, bool excuse_truncated) {
  switch (verdict) {
    case Verdict::Complete: return kOk;
    case Verdict::Truncated: return excuse_truncated ? kOk : kTruncated;
    case Verdict::Corrupt:
    case Verdict::NotATrace: return kBad;
    case Verdict::NotJudged: return kNotJudged;
    case Verdict::Unreadable: return kUsage;
  }
  return kUsage;
}

int worse(int a, int b) {
  constexpr std::array<int, 5> kWorstFirst = {kUsage, kBad, kNotJudged, kTruncated, kOk};
  const auto rank = [&](int code) { return std::find(kWorstFirst.begin(), kWorstFirst.end(), code); };
  return rank(a) <= rank(b) ? a : b;
}

}  // namespace tracecheck::cmd
