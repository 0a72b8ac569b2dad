// Profiles of a trace, as `go tool pprof` reads them. Reference: docs/sql.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "export/event_format.h"
#include "export/pprof_profile.h"
#include "export/stack_cache.h"
#include "export/waits.h"

namespace tracecheck {

enum class ProfileKind : std::uint8_t {
  Net,      // goroutines wait for the network
  Sync,     // ... for a channel, select, or a lock
  Syscall,  // ... for a system call
  Sched,    // ... for a proc to run on
  Cpu,      // samples of the CPU profile
};

/// "net", "sync", "syscall", "sched", "cpu".
std::optional<ProfileKind> find_profile(std::string_view name);
std::vector<std::string> profile_names();

/// Gzipped, written at the end. A stack of selected events has the number of waits and their time in nanoseconds
/// (export/waits.h); of the CPU profile, the number of samples.
class PprofFormat final : public EventFormat {
 public:
  /// `of_selection`: not all events are selected, so that an empty profile may be of that.
  PprofFormat(ProfileKind kind, bool with_stacks, bool of_selection);
  void begin(std::string& out, const SalvageReader& reader, const Event* first) override;
  void segment(std::string& out, const SalvageReader& reader, const Event& first) override;
  void generation_begins(const std::optional<ClockSnapshot>& /*clock*/) override { stack_records_.clear(); }
  void event(std::string& out, const Event& event) override;
  bool take(std::string_view written, const Sink& sink) override;
  void end(std::string& out, const SalvageReader& reader, int exit) override;
  std::string remark() const override;

 private:
  void append_record(std::string& out, const Event& event, const StateTransition* transition);

  ProfileKind kind_;
  bool with_stacks_;
  bool of_selection_;
  std::uint64_t segment_ = 0;
  StackCache stack_records_;
  Profile profile_;
  Waits waits_;
};

}  // namespace tracecheck
