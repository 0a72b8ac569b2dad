/* The reader for C and for what calls C: Python's ctypes, cgo, FFIs. The same reader as reader.h, salvage.h and feed.h.
 *
 *   tracecheck_reader* reader = tracecheck_open_file("crash.trace", 0);
 *   tracecheck_event event = {.struct_size = sizeof event};
 *   while (tracecheck_next(reader, &event) == TRACECHECK_EVENT) {
 *     if (event.kind == TRACECHECK_LOG) printf("%.*s\n", (int)event.text.size, event.text.data);
 *   }
 *   int verdict = tracecheck_verdict(reader);
 *   tracecheck_close(reader);
 *
 * Errors: bad input is none, the verdict tells it. A negative result is a mistake of the caller or too little memory; the
 * reader is as it was, save that after TRACECHECK_NO_MEMORY it can only be closed. No C++ exception leaves these functions.
 *
 * Structs: the caller sets all members to 0 and `struct_size` to the struct's size; no more of it is written. A later
 * version appends members, and never changes those that are here: what was built with an older header goes on working.
 *
 * Lifetimes: texts are UTF-8 as a rule but may hold any byte, and no NUL ends them. Those of an event, and its frames, are
 * valid until the next call of tracecheck_next or tracecheck_close with the same reader; those of the judgement until the
 * next call of the same function, or of one of these two. Functions that return `const char*` give constants.
 *
 * Threads: a reader may be used by one thread at a time, distinct readers by distinct threads.
 *
 * Numbers never change their meaning; a later version may add kinds, states, verdicts and codes. */
#ifndef TRACECHECK_C_H
#define TRACECHECK_C_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TRACECHECK_API __attribute__((visibility("default")))
#else
#define TRACECHECK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tracecheck_reader tracecheck_reader;

/* What functions return. */
enum {
  TRACECHECK_END = 0,     /* no more events: there is a verdict */
  TRACECHECK_EVENT = 1,   /* an event was written */
  TRACECHECK_WAITING = 2, /* nothing further is known before more is fed */
  TRACECHECK_OK = 0,
  /* A null pointer, a struct_size of 0, an index out of range, or feeding what was not opened to be fed. */
  TRACECHECK_BAD_ARGUMENT = -1,
  TRACECHECK_NO_MEMORY = -2
};

/* Flags for opening. */
enum {
  /* Go on past damage: events behind it come with `salvaged` set, see salvage.h. Not for what is fed. */
  TRACECHECK_SALVAGE = 1
};

/* Verdicts, as in damage.h and as the command line has them. */
enum {
  TRACECHECK_COMPLETE = 0,
  TRACECHECK_TRUNCATED = 1,
  TRACECHECK_CORRUPT = 2,
  TRACECHECK_NOT_A_TRACE = 3,
  TRACECHECK_NOT_JUDGED = 4,
  TRACECHECK_UNREADABLE = 5
};

/* Kinds of events (FORMAT.md section 7), with the members of tracecheck_event that each sets. */
enum {
  TRACECHECK_SYNC = 0,              /* value: its number, from 1; wall_... where has_wall_clock */
  TRACECHECK_METRIC = 1,            /* name (the unit is in it), value */
  TRACECHECK_LABEL = 2,             /* name: the label; resource */
  TRACECHECK_STACK_SAMPLE = 3,      /* a sample of the CPU profile: stack */
  TRACECHECK_RANGE_BEGIN = 4,       /* name, resource */
  TRACECHECK_RANGE_ACTIVE = 5,      /* the same; it was under way already */
  TRACECHECK_RANGE_END = 6,         /* the same; bytes_swept, bytes_reclaimed of a sweep */
  TRACECHECK_TASK_BEGIN = 7,        /* task, parent_task, name: its type */
  TRACECHECK_TASK_END = 8,          /* the same */
  TRACECHECK_REGION_BEGIN = 9,      /* task, name: its type */
  TRACECHECK_REGION_END = 10,       /* the same */
  TRACECHECK_LOG = 11,              /* task, name: the category, text: the message */
  TRACECHECK_STATE_TRANSITION = 12, /* resource, from_state, to_state, name: the reason, resource stack */
  TRACECHECK_EXPERIMENTAL = 13      /* name, text: the experiment, arguments */
};

enum { TRACECHECK_NO_RESOURCE = 0, TRACECHECK_GOROUTINE = 1, TRACECHECK_PROC = 2 };

enum {
  TRACECHECK_UNDETERMINED = 0,
  TRACECHECK_NOT_EXIST = 1,
  TRACECHECK_RUNNABLE = 2,
  TRACECHECK_RUNNING = 3,
  TRACECHECK_BLOCKED = 4, /* of goroutines; "Waiting" elsewhere */
  TRACECHECK_SYSCALL = 5,
  TRACECHECK_IDLE = 6 /* of procs */
};

#define TRACECHECK_NONE INT64_C(-1)   /* no thread, proc, goroutine */
#define TRACECHECK_NO_TASK UINT64_MAX /* 0 is the background task */

/* Bytes that are not the caller's; `data` is never null. */
typedef struct tracecheck_text {
  const char* data;
  size_t size; /* bytes */
} tracecheck_text;

typedef struct tracecheck_argument {
  tracecheck_text name;
  uint64_t value;
} tracecheck_argument;

/* An event. What its kind does not set is 0, TRACECHECK_NONE, TRACECHECK_NO_TASK or an empty text. */
typedef struct tracecheck_event {
  size_t struct_size; /* set by the caller: sizeof(tracecheck_event) */
  int32_t kind;
  int32_t salvaged; /* 1: of a generation that is not whole (TRACECHECK_SALVAGE) */
  int64_t time;     /* ns on the trace's own clock; strictly increasing, of salvaged events on each thread */
  int64_t thread;   /* the executing context before the event */
  int64_t proc;
  int64_t goroutine;

  tracecheck_text name;
  tracecheck_text text;
  uint64_t lost_name; /* the id of a text that is lost, which then is empty; 0 where nothing is */
  uint64_t lost_text;
  uint64_t task;
  uint64_t parent_task;
  uint64_t value;

  int32_t resource_kind;
  int32_t from_state;
  int32_t to_state;
  int32_t has_wall_clock; /* 1: a Sync with a clock snapshot (Go 1.25 and later) */
  int64_t resource_id;
  uint64_t wall_seconds;     /* Unix time at the trace's time `snapshot_time` */
  uint64_t wall_nanoseconds; /* and ns behind it */
  int64_t snapshot_time;

  uint64_t bytes_swept;
  uint64_t bytes_reclaimed;

  tracecheck_argument arguments[4];
  size_t argument_count;
} tracecheck_event;

/* Whose stack: that of the executing context, or the transition's resource's own. */
enum { TRACECHECK_EVENT_STACK = 0, TRACECHECK_RESOURCE_STACK = 1 };

typedef struct tracecheck_frame {
  size_t struct_size; /* set by the caller: sizeof(tracecheck_frame) */
  uint64_t pc;
  uint64_t line;
  tracecheck_text function;
  tracecheck_text file;
} tracecheck_frame;

/* A damaged place. Members that are not known are TRACECHECK_NONE. */
typedef struct tracecheck_damage {
  size_t struct_size; /* set by the caller: sizeof(tracecheck_damage) */
  uint64_t offset;    /* of its first byte in the unpacked stream */
  uint64_t length;    /* bytes; 0: a point */
  int64_t generation;
  int64_t batch;           /* counted through the whole stream, from 0 */
  int64_t thread;          /* also -1: a batch of no thread */
  int32_t truncated;       /* 1: the data stops; 0: it is corrupt */
  const char* code;        /* in snake_case, as in the JSON of `tracecheck verify` */
  const char* reading;     /* what was being read */
  tracecheck_text message; /* a sentence */
} tracecheck_damage;

/* Opening. Null: too little memory, a null argument or an unknown flag. A file that cannot be read gives a reader whose
 * verdict is TRACECHECK_UNREADABLE. gzip and zstd are unpacked. */
TRACECHECK_API tracecheck_reader* tracecheck_open_file(const char* path, uint32_t flags);
/* The bytes are copied. */
TRACECHECK_API tracecheck_reader* tracecheck_open_memory(const void* bytes, size_t size, uint32_t flags);
/* To be fed. */
TRACECHECK_API tracecheck_reader* tracecheck_open_feed(void);
/* Null is allowed. */
TRACECHECK_API void tracecheck_close(tracecheck_reader* reader);

/* More bytes of the stream, which are copied; then tracecheck_next until it gives no more events. As FeedReader::feed. */
TRACECHECK_API int tracecheck_feed(tracecheck_reader* reader, const void* bytes, size_t size);
/* No more bytes will come. */
TRACECHECK_API int tracecheck_finish(tracecheck_reader* reader);

/* The next event: TRACECHECK_EVENT, TRACECHECK_END, TRACECHECK_WAITING or an error. */
TRACECHECK_API int tracecheck_next(tracecheck_reader* reader, tracecheck_event* event);

/* The frames of a stack of the last event, innermost first: how many, 0 where it has none; and each. */
TRACECHECK_API size_t tracecheck_frame_count(tracecheck_reader* reader, int stack);
TRACECHECK_API int tracecheck_frame_at(tracecheck_reader* reader, int stack, size_t index, tracecheck_frame* frame);

/* The judgement of what was read so far; final after TRACECHECK_END. */
TRACECHECK_API int tracecheck_verdict(const tracecheck_reader* reader);
/* "complete", "truncated", ...; "" for what is no verdict. */
TRACECHECK_API const char* tracecheck_verdict_name(int verdict);
/* Why, as a sentence; empty for a complete trace. */
TRACECHECK_API tracecheck_text tracecheck_message(tracecheck_reader* reader);
/* The NN of the header "go 1.NN trace"; 0 where none is known. */
TRACECHECK_API int tracecheck_go_version(const tracecheck_reader* reader);
/* Damaged places found so far, in the order of finding. */
TRACECHECK_API size_t tracecheck_damage_count(const tracecheck_reader* reader);
TRACECHECK_API int tracecheck_damage_at(const tracecheck_reader* reader, size_t index, tracecheck_damage* damage);

/* "MAJOR.MINOR.PATCH" of the library that is linked in. */
TRACECHECK_API const char* tracecheck_version(void);

#ifdef __cplusplus
}
#endif

#endif
