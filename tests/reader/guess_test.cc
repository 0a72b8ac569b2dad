// A generation that is checked before its predecessor: what it guesses of the state before holds for whole traces, the
// state it comes to is that of a check in turn, and each guess that can be wrong is found out.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analysis/verify.h"
#include "export/verify_json.h"
#include "reader/generation_reader.h"
#include "reader/reference_memory.h"
#include "reader/stream_start.h"
#include "reader/threadwise_check.h"
#include "tests/support/random_schedule.h"
#include "tests/support/read_trace.h"
#include "tests/support/trace_builder.h"

using namespace tracecheck;
using namespace tracecheck::testing;

namespace {

using T = EventType;

class Nobody final : public ThreadwiseCheck::Account {
 public:
  void see(const OrderedEvent& /*event*/, const Generation& /*generation*/) override {}
  void keep(Time /*newest*/) override {}
};

// All that can be seen of a state, regions but for those of the threads' goroutines.
std::string state_of(const Replay& replay) {
  std::vector<std::string> lines;
  replay.visit_goroutines([&](GoroutineId id, GoStatusCode status) {
    const auto facts = replay.facts_of_goroutine(id);
    lines.push_back("g" + std::to_string(id) + " " + std::to_string(static_cast<int>(status)) + " " +
                    std::to_string(facts->next_sequence) + (replay.goroutine_has_range(id) ? " range" : ""));
  });
  replay.visit_procs([&](ProcId id, ProcStatusCode status) {
    const auto facts = replay.facts_of_proc(id);
    lines.push_back("p" + std::to_string(id) + " " + std::to_string(static_cast<int>(status)) + " " +
                    std::to_string(facts->next_sequence) + (replay.proc_has_range(id) ? " range" : ""));
  });
  replay.visit_threads([&](const Replay::ThreadFacts& thread) {
    lines.push_back("m" + std::to_string(thread.thread) + " " + std::to_string(thread.proc) + " " +
                    std::to_string(thread.goroutine));
  });
  replay.visit_tasks([&](TaskId id, std::string_view name) {
    lines.push_back("task " + std::to_string(id) + " " + std::string(name));
  });
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  const Replay::GCFacts gc = replay.facts_of_gc();
  return all + "gc " + std::to_string(static_cast<int>(gc.state)) + " " + std::to_string(gc.next_sequence);
}

struct Counts {
  int followed = 0;
};

// Checks each generation but the first by itself, and in its turn; whether the guess held, and came to the same.
Counts check_guesses(const Bytes& bytes) {
  const std::unique_ptr<ByteSource> source = open_bytes(bytes);
  Framer framer(*source);
  const GoVersion version = *find_stream_start(framer, false).version;
  GenerationReader reader(framer, version);
  Replay replay;
  Validator validator(version);
  Counts counts;
  for (;;) {
    const GenerationReader::Result read = reader.next();
    if (!read.usable) return counts;
    const Generation& generation = *read.generation;
    ReferenceMemory references;
    references.begin(generation);
    generation.stacks().for_each_stack([&](std::uint64_t id) { references.remember(generation.stacks().stack(id)); });
    Nobody nobody;
    Replay guess;
    guess.begin_guess(generation.id());
    Validator alone(version);
    ThreadwiseCheck guessing(generation, {guess, alone, references, *source}, nobody);
    const bool sure = guessing.run();
    const bool follows = sure && guess.follows(replay, guessing.met_tasks()) && Validator(validator).follow_up(alone);
    if (follows) guess.adopt(replay);
    replay.begin_generation(generation.id());
    ThreadwiseCheck in_turn(generation, {replay, validator, references, *source}, nobody);
    const bool sound = in_turn.run();
    if (follows) {
      ++counts.followed;
      CHECK(sound);
      CHECK(guessing.events() == in_turn.events());
      CHECK(guessing.newest() == in_turn.newest());
      CHECK(state_of(guess) == state_of(replay));
    }
    if (!sound || read.last) return counts;
  }
}

// Two generations of three threads, of which a change makes something else. Undisturbed, the guess holds.
struct Scene {
  Records first[3];
  Records second[3];
};

Bytes written(const Scene& scene, std::uint64_t second_number = 2) {
  TraceBuilder trace(GoVersion::Go126);
  const auto write = [&trace](std::uint64_t number, std::uint64_t time, const Records(&threads)[3]) {
    trace.clock(number, time);
    for (std::uint64_t thread = 0; thread < 3; ++thread) {
      if (threads[thread].size() > 0) trace.batch(number, thread + 1, time, threads[thread]);
    }
    trace.close_generation(number);
  };
  write(1, 1000, scene.first);
  write(second_number, 2000, scene.second);
  return trace.bytes();
}

constexpr std::uint64_t kStack = 1;
constexpr std::uint64_t kText = 5;

// Thread 1 runs goroutine 1 on proc 0; proc 1 and goroutine 2 are at rest. Told of in both.
Scene plain() {
  Scene scene;
  for (Records* told : {&scene.first[0], &scene.second[0]}) {
    told->event(T::ProcStatus, 10, {0, 1}).event(T::GoStatus, 10, {1, 1, 2});
    told->event(T::ProcStatus, 10, {1, 2}).event(T::GoStatus, 10, {2, kNoId, 4});
  }
  return scene;
}

// Its guess is refuted, or not even made; and the verdict is the one of a check in order.
void refuted(const Scene& scene, std::uint64_t second_number = 2) {
  const Bytes bytes = written(scene, second_number);
  CHECK(check_guesses(bytes).followed == 0);
  const auto verdict = [&](std::uint64_t least, unsigned workers) {
    return verify_json(verify(open_bytes(bytes), workers, least), "", 0).dump(1);
  };
  const std::string in_order = verdict(UINT64_MAX, 1);
  CHECK(verdict(0, 1) == in_order);
  CHECK(verdict(0, 2) == in_order);
}

void held(const Scene& scene) {
  const Bytes bytes = written(scene);
  CHECK(verify(open_bytes(bytes)).verdict == Verdict::Complete);
  CHECK(check_guesses(bytes).followed == 1);
}

}  // namespace

TEST_CASE("Guesses hold for whole traces, and come to the same state", "[guess]") {
  int followed = 0;
  for (const Fixture& fixture : fixtures("ok", 1U << 24U)) {
    INFO(fixture.name);
    followed += check_guesses(fixture.bytes).followed;
  }
  CHECK(followed > 40);
}

TEST_CASE("Guesses hold whatever threads do to each other", "[guess]") {
  int followed = 0;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    RandomSchedule schedule(seed);
    for (int i = 0; i < 4; ++i) schedule.run(120);
    INFO("seed " << seed);
    followed += check_guesses(schedule.trace()).followed;
  }
  CHECK(followed >= 270);
}

TEST_CASE("A guess holds where nothing stands against it", "[guess]") { held(plain()); }

TEST_CASE("A goroutine that ended otherwise than it is told of refutes the guess", "[guess]") {
  Scene scene = plain();
  SECTION("another status") { scene.first[0].event(T::GoUnblock, 10, {2, 1, kStack}); }
  SECTION("one that is gone") {
    scene.first[0].event(T::GoBlock, 10, {kText, kStack});
    scene.second[0] = Records().event(T::ProcStatus, 10, {0, 1}).event(T::ProcStatus, 10, {1, 2});
    scene.second[0].event(T::GoStatus, 10, {1, 1, 4}).event(T::GoStatus, 10, {3, kNoId, 4});
  }
  SECTION("one that is not told of") { scene.first[0].event(T::GoCreate, 10, {3, kStack, kStack}); }
  SECTION("one that begins again") {
    scene.first[0].event(T::GoCreate, 10, {3, kStack, kStack});
    scene.second[0].event(T::GoCreate, 10, {3, kStack, kStack});
  }
  refuted(scene);
}

TEST_CASE("A proc that ended otherwise than it is told of refutes the guess", "[guess]") {
  Scene scene = plain();
  SECTION("another status") { scene.first[1].event(T::ProcStart, 100, {1, 1}); }
  SECTION("one that is new") { scene.second[0].event(T::ProcStatus, 10, {2, 2}); }
  SECTION("one that runs and is not told of") { scene.first[1].event(T::ProcStatus, 10, {2, 1}); }
  refuted(scene);
}

TEST_CASE("An idle proc need not be told of again", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::ProcStatus, 10, {2, 2});
  held(scene);
}

TEST_CASE("A thread that held something else refutes the guess", "[guess]") {
  Scene scene = plain();
  SECTION("another goroutine's thread") {
    scene.second[0] = Records().event(T::ProcStatus, 10, {1, 2}).event(T::GoStatus, 10, {2, kNoId, 4});
    scene.second[1].event(T::ProcStatus, 10, {0, 1}).event(T::GoStatus, 10, {1, 2, 2});
  }
  SECTION("another goroutine's thread in a syscall") {
    scene.first[0].event(T::GoSyscallBegin, 10, {1, kStack});
    scene.second[0] = Records().event(T::ProcStatus, 10, {0, 3}).event(T::GoStatus, 10, {1, 3, 3});
    scene.second[0].event(T::ProcStatus, 10, {1, 2}).event(T::GoStatus, 10, {2, kNoId, 4});
  }
  SECTION("a proc where there is to be none") {
    scene.second[0].event(T::ProcStop, 10);
    scene.second[0] = Records().event(T::ProcStatus, 10, {1, 2}).event(T::ProcStart, 10, {1, 1});
    scene.second[0].event(T::GoStatus, 10, {1, 1, 2}).event(T::GoStatus, 10, {2, kNoId, 4});
    scene.second[1].event(T::ProcStatus, 10, {0, 1});
  }
  SECTION("a proc that is stolen from another") {
    scene.first[0].event(T::GoSyscallBegin, 10, {1, kStack});
    scene.second[0] = Records().event(T::ProcStatus, 10, {1, 2}).event(T::GoStatus, 10, {2, kNoId, 4});
    scene.second[0].event(T::GoStatus, 10, {1, 1, 3});
    scene.second[1].event(T::ProcStatus, 10, {0, 4}).event(T::ProcSteal, 10, {0, 1, 3});
  }
  refuted(scene);
}

TEST_CASE("A proc is stolen from the thread that held it since before", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::GoSyscallBegin, 10, {1, kStack});
  scene.second[0] = Records().event(T::GoStatus, 500, {1, 1, 3}).event(T::GoSyscallEndBlocked, 10);
  scene.second[1].event(T::ProcStatus, 10, {0, 4}).event(T::ProcSteal, 10, {0, 1, 1});
  scene.second[1].event(T::ProcStatus, 10, {1, 2}).event(T::GoStatus, 10, {2, kNoId, 4});
  held(scene);
}

TEST_CASE("A range that was open otherwise refutes the guess", "[guess]") {
  Scene scene = plain();
  SECTION("of a goroutine, not told of") { scene.first[0].event(T::GCMarkAssistBegin, 10, {kStack}); }
  SECTION("of a goroutine, told of and not there") { scene.second[0].event(T::GCMarkAssistActive, 10, {2}); }
  SECTION("of a goroutine, begun again before it is told of") {
    scene.first[0].event(T::GCMarkAssistBegin, 10, {kStack});
    scene.second[0].event(T::GCMarkAssistBegin, 10, {kStack}).event(T::GCMarkAssistEnd, 10);
    scene.second[0].event(T::GCMarkAssistActive, 10, {1});
  }
  SECTION("of a proc, not told of") { scene.first[0].event(T::GCSweepBegin, 10, {kStack}); }
  SECTION("of a proc, told of and not there") { scene.second[0].event(T::GCSweepActive, 10, {1}); }
  SECTION("of a proc, begun again before it is told of") {
    scene.first[0].event(T::GCSweepBegin, 10, {kStack});
    scene.second[0].event(T::GCSweepBegin, 10, {kStack}).event(T::GCSweepEnd, 10, {1, 1});
    scene.second[0].event(T::GCSweepActive, 10, {0});
  }
  SECTION("of a proc, told of twice") {
    scene.first[0].event(T::GCSweepBegin, 10, {kStack});
    scene.second[0].event(T::GCSweepActive, 10, {0}).event(T::GCSweepEnd, 10, {1, 1});
    scene.second[0].event(T::GCSweepActive, 10, {0});
  }
  SECTION("of the whole process") { scene.first[0].event(T::STWBegin, 10, {kText, kStack}); }
  refuted(scene);
}

TEST_CASE("A range that goes on is told of", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::GCSweepBegin, 10, {kStack}).event(T::GCMarkAssistBegin, 10, {kStack});
  scene.second[0].event(T::GCSweepActive, 10, {0}).event(T::GCMarkAssistActive, 10, {1});
  scene.second[0].event(T::GCMarkAssistEnd, 10).event(T::GCSweepEnd, 10, {1, 1});
  held(scene);
}

TEST_CASE("A GC at another place refutes the guess", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::GCBegin, 10, {1, kStack});
  SECTION("another number") { scene.second[0].event(T::GCActive, 10, {3}); }
  SECTION("it begins while it is on") { scene.second[0].event(T::GCBegin, 10, {2, kStack}); }
  SECTION("it is not told of") {}
  SECTION("it ends and is off already") {
    scene.first[0].event(T::GCEnd, 10, {2});
    scene.second[0].event(T::GCEnd, 10, {3});
  }
  SECTION("it is told of and is off already") {
    scene.first[0].event(T::GCEnd, 10, {2});
    scene.second[0].event(T::GCActive, 10, {3}).event(T::GCEnd, 10, {4});
  }
  refuted(scene);
}

TEST_CASE("A GC goes on where it was", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::GCBegin, 10, {1, kStack});
  SECTION("on") { scene.second[0].event(T::GCActive, 10, {2}).event(T::GCEnd, 10, {3}); }
  SECTION("off") {
    scene.first[0].event(T::GCEnd, 10, {2});
    scene.second[0].event(T::GCBegin, 10, {3, kStack}).event(T::GCEnd, 10, {4});
  }
  SECTION("off throughout") { scene.first[0].event(T::GCEnd, 10, {2}); }
  held(scene);
}

TEST_CASE("A task that is open and begins again refutes the guess", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::UserTaskBegin, 10, {7, 0, kText, kStack});
  scene.second[0].event(T::UserTaskBegin, 10, {7, 0, kText, kStack});
  SECTION("and goes on") {}
  SECTION("and ends") { scene.second[0].event(T::UserTaskEnd, 10, {7, kStack}); }
  refuted(scene);
}

TEST_CASE("Tasks end that began before", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::UserTaskBegin, 10, {7, 0, kText, kStack}).event(T::UserTaskBegin, 10, {8, 7, kText, kStack});
  scene.second[0].event(T::UserTaskEnd, 10, {7, kStack}).event(T::UserTaskEnd, 10, {9, kStack});
  held(scene);
}

TEST_CASE("A region that ends and was not the innermost refutes the guess", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::UserRegionBegin, 10, {3, kText, kStack});
  SECTION("of another task") { scene.second[0].event(T::UserRegionEnd, 10, {4, kText, kStack}); }
  SECTION("of another name") { scene.second[0].event(T::UserRegionEnd, 10, {3, 4, kStack}); }
  SECTION("in another order") {
    scene.first[0].event(T::UserRegionBegin, 10, {4, kText, kStack});
    scene.second[0].event(T::UserRegionEnd, 10, {3, kText, kStack}).event(T::UserRegionEnd, 10, {4, kText, kStack});
  }
  refuted(scene);
}

TEST_CASE("Regions end that began before, and before the trace", "[guess]") {
  Scene scene = plain();
  scene.first[0].event(T::UserRegionBegin, 10, {3, kText, kStack}).event(T::UserRegionBegin, 10, {4, kText, kStack});
  scene.second[0].event(T::UserRegionEnd, 10, {4, kText, kStack}).event(T::UserRegionBegin, 10, {5, kText, kStack});
  SECTION("some go on") {}
  SECTION("all end") {
    scene.second[0].event(T::UserRegionEnd, 10, {5, kText, kStack}).event(T::UserRegionEnd, 10, {3, kText, kStack});
    scene.second[0].event(T::UserRegionEnd, 10, {9, kText, kStack});
  }
  held(scene);
}

TEST_CASE("A generation whose number was there before is not guessed", "[guess]") { refuted(plain(), 1); }

TEST_CASE("A region that went on through a guessed generation is known in the next", "[guess]") {
  for (const std::uint64_t task : {3, 4}) {
    const auto told = [] { return Records().event(T::ProcStatus, 10, {0, 1}).event(T::GoStatus, 10, {1, 1, 2}); };
    TraceBuilder trace(GoVersion::Go126);
    for (std::uint64_t number = 1; number <= 3; ++number) {
      Records events = told();
      if (number == 1) events.event(T::UserRegionBegin, 10, {3, kText, kStack});
      if (number == 3) events.event(T::UserRegionEnd, 10, {task, kText, kStack});
      trace.clock(number, 1000 * number).batch(number, 1, 1000 * number, events).close_generation(number);
    }
    for (const unsigned workers : {1U, 3U}) {
      const Verdict verdict = verify(open_bytes(trace.bytes()), workers, 0).verdict;
      CHECK(verdict == (task == 3 ? Verdict::Complete : Verdict::Corrupt));
    }
  }
}
