/* The C interface as a C11 program sees it: c_api_test TESTDATA. Prints each check that fails; exit 1 if one did. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracecheck/c.h"

static int failures = 0;

#define CHECK(condition)                                     \
  do {                                                       \
    if (!(condition)) {                                      \
      printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                            \
    }                                                        \
  } while (false)

static bool equals(tracecheck_text text, const char* expected) {
  return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

static bool contains(tracecheck_text text, const char* part) {
  for (size_t at = 0; at + strlen(part) <= text.size; ++at) {
    if (memcmp(text.data + at, part, strlen(part)) == 0) return true;
  }
  return false;
}

static const char* path_of(const char* testdata, const char* name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", testdata, name);
  return path;
}

static unsigned char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) exit(2);
  unsigned char* bytes = malloc(1 << 20);
  *size = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

/* What a whole trace has. */
struct Seen {
  int kinds[TRACECHECK_EXPERIMENTAL + 1];
  int stacks;
  int64_t last;
};

static void look_at_frames(tracecheck_reader* reader, struct Seen* seen) {
  const size_t count = tracecheck_frame_count(reader, TRACECHECK_EVENT_STACK);
  if (count > 0) ++seen->stacks;
  for (size_t i = 0; i < count; ++i) {
    tracecheck_frame frame = {.struct_size = sizeof frame};
    CHECK(tracecheck_frame_at(reader, TRACECHECK_EVENT_STACK, i, &frame) == TRACECHECK_OK);
    CHECK(frame.function.size > 0 || i == 0);
  }
  tracecheck_frame beyond = {.struct_size = sizeof beyond};
  CHECK(tracecheck_frame_at(reader, TRACECHECK_EVENT_STACK, count, &beyond) == TRACECHECK_BAD_ARGUMENT);
}

static int next_events(tracecheck_reader* reader, struct Seen* seen) {
  tracecheck_event event = {.struct_size = sizeof event};
  int result = 0;
  while ((result = tracecheck_next(reader, &event)) == TRACECHECK_EVENT) {
    CHECK(event.struct_size == sizeof event);
    CHECK(event.time > seen->last);
    CHECK(event.name.data != NULL && event.text.data != NULL);
    seen->last = event.time;
    ++seen->kinds[event.kind];
    if (event.kind == TRACECHECK_LOG) {
      CHECK(equals(event.name, "xyzzy-cat"));
      CHECK(equals(event.text, "xyzzy-msg"));
      CHECK(event.goroutine == 1 && event.task == 0 && event.salvaged == 0);
      CHECK(tracecheck_frame_count(reader, TRACECHECK_EVENT_STACK) >= 1);
    }
    if (event.kind == TRACECHECK_RANGE_BEGIN) CHECK(event.name.size > 0);
    if (event.kind == TRACECHECK_STATE_TRANSITION) CHECK(event.resource_kind != TRACECHECK_NO_RESOURCE);
    if (event.kind == TRACECHECK_SYNC && event.value == 1)
      CHECK(event.has_wall_clock == 1 && event.wall_seconds > 1700000000);
    look_at_frames(reader, seen);
  }
  return result;
}

static void test_a_whole_trace(const char* testdata) {
  struct Seen file = {.last = INT64_MIN}, memory = {.last = INT64_MIN}, fed = {.last = INT64_MIN};
  const char* path = path_of(testdata, "ok/go1.26-crasher.trace");
  tracecheck_reader* reader = tracecheck_open_file(path, 0);
  CHECK(next_events(reader, &file) == TRACECHECK_END);
  CHECK(file.kinds[TRACECHECK_LOG] == 1 && file.kinds[TRACECHECK_STATE_TRANSITION] > 5 && file.stacks > 3);
  CHECK(tracecheck_verdict(reader) == TRACECHECK_COMPLETE);
  CHECK(tracecheck_message(reader).size == 0);
  CHECK(tracecheck_go_version(reader) == 26);
  CHECK(tracecheck_damage_count(reader) == 0);
  CHECK(tracecheck_frame_count(reader, TRACECHECK_EVENT_STACK) == 0);
  tracecheck_close(reader);

  size_t size = 0;
  unsigned char* bytes = read_file(path, &size);
  reader = tracecheck_open_memory(bytes, size, TRACECHECK_SALVAGE);
  CHECK(next_events(reader, &memory) == TRACECHECK_END);
  CHECK(memcmp(&memory, &file, sizeof file) == 0);
  CHECK(tracecheck_feed(reader, bytes, size) == TRACECHECK_BAD_ARGUMENT);
  CHECK(tracecheck_finish(reader) == TRACECHECK_BAD_ARGUMENT);
  tracecheck_close(reader);

  reader = tracecheck_open_feed();
  for (size_t at = 0; at < size; ++at) {
    CHECK(tracecheck_feed(reader, bytes + at, 1) == TRACECHECK_OK);
    CHECK(next_events(reader, &fed) == TRACECHECK_WAITING);
  }
  CHECK(fed.kinds[TRACECHECK_LOG] == 1); /* the marker has come */
  CHECK(tracecheck_finish(reader) == TRACECHECK_OK);
  CHECK(next_events(reader, &fed) == TRACECHECK_END);
  CHECK(memcmp(&fed, &file, sizeof file) == 0);
  CHECK(tracecheck_verdict(reader) == TRACECHECK_COMPLETE);
  tracecheck_close(reader);
  free(bytes);
}

static void test_a_trace_that_is_cut(const char* testdata) {
  for (uint32_t flags = 0; flags <= TRACECHECK_SALVAGE; ++flags) {
    tracecheck_reader* reader = tracecheck_open_file(path_of(testdata, "truncated/go1.26-mapwrites-late.trace"), flags);
    tracecheck_event event = {.struct_size = sizeof event};
    int salvaged = 0, lost = 0;
    while (tracecheck_next(reader, &event) == TRACECHECK_EVENT) {
      salvaged += event.salvaged;
      lost += event.kind == TRACECHECK_LOG && event.lost_text != 0 && event.text.size == 0;
    }
    CHECK((salvaged > 0) == (flags == TRACECHECK_SALVAGE));
    CHECK((lost > 0) == (flags == TRACECHECK_SALVAGE));
    CHECK(tracecheck_verdict(reader) == TRACECHECK_TRUNCATED);
    CHECK(contains(tracecheck_message(reader), "the data ends inside generation 3"));
    CHECK(tracecheck_damage_count(reader) >= 1);
    tracecheck_damage damage = {.struct_size = sizeof damage};
    CHECK(tracecheck_damage_at(reader, 0, &damage) == TRACECHECK_OK);
    CHECK(damage.truncated == 1 && damage.generation == 3 && damage.offset > 1000);
    CHECK(strcmp(damage.code, "incomplete_generation") == 0);
    CHECK(contains(damage.message, "the data ends inside generation 3"));
    CHECK(tracecheck_damage_at(reader, tracecheck_damage_count(reader), &damage) == TRACECHECK_BAD_ARGUMENT);
    tracecheck_close(reader);
  }
}

static void test_what_is_no_trace(const char* testdata) {
  tracecheck_reader* reader = tracecheck_open_file(path_of(testdata, "other/text.trace"), 0);
  tracecheck_event event = {.struct_size = sizeof event};
  CHECK(tracecheck_next(reader, &event) == TRACECHECK_END);
  CHECK(tracecheck_verdict(reader) == TRACECHECK_NOT_A_TRACE);
  CHECK(tracecheck_go_version(reader) == 0);
  tracecheck_close(reader);

  reader = tracecheck_open_file(path_of(testdata, "not there"), 0);
  CHECK(reader != NULL);
  CHECK(tracecheck_next(reader, &event) == TRACECHECK_END);
  CHECK(tracecheck_verdict(reader) == TRACECHECK_UNREADABLE);
  CHECK(equals(tracecheck_message(reader), "no such file"));
  tracecheck_close(reader);

  reader = tracecheck_open_memory(NULL, 0, 0);
  CHECK(tracecheck_next(reader, &event) == TRACECHECK_END);
  CHECK(tracecheck_verdict(reader) == TRACECHECK_TRUNCATED);
  tracecheck_close(reader);
}

/* A program that was built when tracecheck_event ended behind `goroutine`. */
static void test_an_older_header(const char* testdata) {
  tracecheck_reader* reader = tracecheck_open_file(path_of(testdata, "ok/go1.26-crasher.trace"), 0);
  tracecheck_event event;
  memset(&event, 0x5a, sizeof event);
  tracecheck_event untouched = event;
  const size_t known = offsetof(tracecheck_event, name);
  event.struct_size = known;
  CHECK(tracecheck_next(reader, &event) == TRACECHECK_EVENT);
  CHECK(event.struct_size == known && event.kind == TRACECHECK_SYNC);
  CHECK(memcmp((char*)&event + known, (char*)&untouched + known, sizeof event - known) == 0);
  tracecheck_close(reader);
}

static void test_mistakes(void) {
  tracecheck_event event = {.struct_size = sizeof event};
  tracecheck_reader* reader = tracecheck_open_feed();
  CHECK(tracecheck_next(reader, NULL) == TRACECHECK_BAD_ARGUMENT);
  event.struct_size = 0;
  CHECK(tracecheck_next(reader, &event) == TRACECHECK_BAD_ARGUMENT);
  CHECK(tracecheck_next(NULL, &event) == TRACECHECK_BAD_ARGUMENT);
  CHECK(tracecheck_feed(reader, NULL, 1) == TRACECHECK_BAD_ARGUMENT);
  CHECK(tracecheck_feed(reader, NULL, 0) == TRACECHECK_OK);
  CHECK(tracecheck_frame_count(reader, 2) == 0);
  CHECK(tracecheck_open_file(NULL, 0) == NULL);
  CHECK(tracecheck_open_file("x", 2) == NULL);
  CHECK(strcmp(tracecheck_verdict_name(TRACECHECK_NOT_A_TRACE), "not a trace") == 0);
  CHECK(strcmp(tracecheck_verdict_name(6), "") == 0);
  CHECK(strchr(tracecheck_version(), '.') != NULL);
  tracecheck_close(reader);
  tracecheck_close(NULL);
}

int main(int count, char** arguments) {
  if (count != 2) return 2;
  test_a_whole_trace(arguments[1]);
  test_a_trace_that_is_cut(arguments[1]);
  test_what_is_no_trace(arguments[1]);
  test_an_older_header(arguments[1]);
  test_mistakes();
  return failures == 0 ? 0 : 1;
}
