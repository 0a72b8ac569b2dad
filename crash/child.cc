#include "crash/child.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <deque>

#include "crash/conduit.h"
#include "crash/spawn.h"
#include "crash/terminal.h"

namespace tracecheck {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Deadline = std::optional<SteadyClock::time_point>;

constexpr auto kFromTermToKill = std::chrono::seconds(1);
constexpr auto kWaitForOthers = std::chrono::seconds(1);
constexpr auto kLongestTimeout = std::chrono::hours(24 * 365);

constexpr std::array kEndings = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
constexpr std::array kPassedOn = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};

bool ends_a_program(int number) { return std::find(kEndings.begin(), kEndings.end(), number) != kEndings.end(); }

bool is_ignored(int number) {
  struct sigaction action {};
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// As long as this exists, signals come through a descriptor. What our parent chose to have ignored stays so.
class Signals {
 public:
  Signals() {
    sigemptyset(&defaults_);
    sigaddset(&defaults_, SIGXFSZ);  // this program ignores it, not its parent
    if (!is_ignored(SIGPIPE)) sigaddset(&defaults_, SIGPIPE);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);  // if it were ignored, a child would leave no exit code

    sigset_t taken;
    sigemptyset(&taken);
    for (const int number : {SIGCHLD, SIGCONT}) sigaddset(&taken, number);
    for (const int number : kPassedOn) add_unless_ignored(taken, number);
    add_unless_ignored(taken, SIGTSTP);
    sigset_t held = taken;
    sigaddset(&held, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
    descriptor_ = signalfd(-1, &taken, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor_ < 0) problem_ = errno;
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() {
    while (next() != 0) continue;  // those behind the one that was acted on would end us now
    if (descriptor_ >= 0) close(descriptor_);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  int problem() const { return problem_; }
  int descriptor() const { return descriptor_; }
  const sigset_t& before() const { return before_; }
  const sigset_t& defaults() const { return defaults_; }

  // 0 if there is none.
  int next() const {
    signalfd_siginfo info{};
    return read(descriptor_, &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
  }

 private:
  static void add_unless_ignored(sigset_t& set, int number) {
    if (!is_ignored(number)) sigaddset(&set, number);
  }

  int descriptor_ = -1;
  int problem_ = 0;
  sigset_t before_{};
  sigset_t defaults_{};
};

class ChildRun {
 public:
  explicit ChildRun(const ChildOptions& options) : options_(options) {
    for (const ChildStream& stream : options.streams) {
      conduits_.emplace_back(stream.descriptor, stream.take, stream.pass_to);
      result_.streams.emplace_back().descriptor = stream.descriptor;
    }
  }

  ChildResult run() {
    result_.start_error = start();
    if (result_.start_error != 0) return std::move(result_);
    while (!is_done()) {
      wait();
      for (int number = signals_.next(); number != 0; number = signals_.next()) handle(number);
      meet_deadlines();
    }
    // What is left of the group has had its SIGTERM. The child is not buried yet, so the number is still its own.
    if (result_.end.timed_out) kill(-child_, SIGKILL);
    waitid(P_PID, static_cast<id_t>(child_), nullptr, WEXITED);
    for (std::size_t i = 0; i < conduits_.size(); ++i) result_.streams[i].pass_error = conduits_[i].pass_error();
    return std::move(result_);
  }

 private:
  int start() {
    if (signals_.problem() != 0) return signals_.problem();
    SpawnOptions spawned{options_.command, {}, signals_.before(), signals_.defaults()};
    for (Conduit& conduit : conduits_) {
      if (const int problem = conduit.open(); problem != 0) return problem;
      spawned.redirections.push_back(conduit.redirection());
    }
    const int problem = spawn(spawned, child_);
    for (Conduit& conduit : conduits_) conduit.close_child_end();
    if (options_.timeout) {
      timeout_ = SteadyClock::now() + std::min<std::chrono::nanoseconds>(*options_.timeout, kLongestTimeout);
    }
    return problem;
  }

  bool is_done() const {
    return ended_ &&
           std::all_of(conduits_.begin(), conduits_.end(), [](const Conduit& conduit) { return conduit.is_done(); });
  }

  // For anything to happen; then does what the streams are ready for.
  void wait() {
    std::vector<pollfd> waiting = {{signals_.descriptor(), POLLIN, 0}};
    for (const Conduit& conduit : conduits_) waiting.push_back(conduit.wait_for());
    if (poll(waiting.data(), waiting.size(), milliseconds_to_deadline()) <= 0) return;
    for (std::size_t i = 0; i < conduits_.size(); ++i) {
      if (waiting[i + 1].revents != 0) conduits_[i].go_on();
    }
  }

  int milliseconds_to_deadline() const {
    Deadline first;
    for (const Deadline& deadline : {timeout_, kill_, leave_}) {
      if (deadline && (!first || *deadline < *first)) first = deadline;
    }
    if (!first) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*first - SteadyClock::now()).count();
    return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
  }

  void meet_deadlines() {
    const auto now = SteadyClock::now();
    const auto is_due = [now](Deadline& deadline) {
      const bool due = deadline && now >= *deadline;
      if (due) deadline.reset();
      return due;
    };
    if (is_due(timeout_)) {
      result_.end.timed_out = true;
      kill(-child_, SIGTERM);
      kill(-child_, SIGCONT);  // in case it is stopped
      kill_ = now + kFromTermToKill;
    }
    if (is_due(kill_)) kill(-child_, SIGKILL);
    if (is_due(leave_)) leave();
  }

  // Those that keep the streams open may do so for good.
  void leave() {
    for (std::size_t i = 0; i < conduits_.size(); ++i) {
      if (conduits_[i].stop_reading()) result_.streams[i].kept_open = true;
    }
  }

  void handle(int number) {
    switch (number) {
      case SIGCHLD: look_at_child(); return;
      case SIGCONT:
        if (wants_terminal_) wants_terminal_ = !terminal_.lend(child_);
        kill(-child_, SIGCONT);
        return;
      case SIGTSTP:
        kill(-child_, SIGTSTP);
        raise(SIGSTOP);
        return;
      default: pass_on(number);
    }
  }

  void pass_on(int number) {
    kill(-child_, number);
    if (!ends_a_program(number)) return;
    result_.signals.push_back(number);
    if (!ended_) return;
    leave();
    for (Conduit& conduit : conduits_) conduit.stop_passing();
  }

  void look_at_child() {
    while (!ended_) {
      siginfo_t info{};
      const auto child = static_cast<id_t>(child_);
      // One that has ended stays unburied until we are done, so that nobody else gets its number.
      if (waitid(P_PID, child, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
      if (info.si_code != CLD_STOPPED) {
        child_ended(info);
        return;
      }
      const int number = info.si_status;
      waitid(P_PID, child, &info, WSTOPPED | WNOHANG);
      child_stopped(number);
    }
  }

  void child_ended(const siginfo_t& info) {
    ended_ = true;
    (info.si_code == CLD_EXITED ? result_.end.exit_code : result_.end.signal) = info.si_status;
    terminal_.take_back();
    timeout_.reset();
    leave_ = SteadyClock::now() + kWaitForOthers;
  }

  void child_stopped(int number) {
    if (number == SIGTTIN || number == SIGTTOU) {
      wants_terminal_ = !terminal_.lend(child_);
      if (wants_terminal_) {
        raise(SIGTTIN);  // a job in the background waits for `fg`, which continues us, too
      } else {
        kill(-child_, SIGCONT);
      }
    } else if (number == SIGTSTP && terminal_.is_lent()) {
      terminal_.take_back();
      wants_terminal_ = true;
      raise(SIGSTOP);
    }
  }

  const ChildOptions& options_;
  Signals signals_;
  Terminal terminal_;  // given back while SIGTTOU is still held
  std::deque<Conduit> conduits_;
  ChildResult result_;
  pid_t child_ = 0;
  bool ended_ = false;
  bool wants_terminal_ = false;
  Deadline timeout_;
  Deadline kill_;   // whoever is left of the group after SIGTERM
  Deadline leave_;  // whoever keeps the streams open after the child's end
};

}  // namespace

ChildResult run_child(const ChildOptions& options) { return ChildRun(options).run(); }

}  // namespace tracecheck
