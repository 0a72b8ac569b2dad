#include "export/sqlite_schema.h"

namespace tracecheck {

// The comments stay in the database: `.schema` shows them.
constexpr std::string_view kSqliteTables = R"sql(
PRAGMA application_id = 1953653091;
PRAGMA user_version = 2;
CREATE TABLE traces (
  id INTEGER PRIMARY KEY,      -- from 1, in the order of the files
  path TEXT NOT NULL,          -- as it was given; a blob where it is not UTF-8
  host TEXT,                   -- what --label-from finds in the path
  label TEXT,
  verdict TEXT NOT NULL,       -- complete, truncated, corrupt, not a trace, not judged, unreadable
  exit INTEGER NOT NULL,       -- the exit code of an export of this trace alone
  events INTEGER NOT NULL,     -- that could be read in order, selected or not; Sync does not count
  salvaged INTEGER NOT NULL,   -- more that were salvaged, as they stand in the file
  frequency_source TEXT,       -- where the clock rate of the salvaged ones is from
  message TEXT                 -- why, if it is not judged or unreadable
);
CREATE TABLE events (
  id INTEGER PRIMARY KEY,      -- from 1, in the order of the traces
  trace INTEGER NOT NULL REFERENCES traces(id),
  segment INTEGER NOT NULL,    -- from 1: a stream may hold several traces, each with a time 0 of its own
  time INTEGER NOT NULL,       -- ns from the trace's start
  kind TEXT NOT NULL,          -- Sync, Metric, Label, StackSample, RangeBegin, Log, StateTransition, ...
  thread INTEGER,              -- what was executing, before the event
  proc INTEGER,
  goroutine INTEGER,
  resource_kind TEXT,          -- what it happens to: Goroutine or Proc
  resource INTEGER,
  from_state TEXT,             -- StateTransition
  to_state TEXT,
  reason TEXT,
  task INTEGER,                -- Task..., Region..., Log; 0 is the background task
  parent INTEGER,              -- of a task
  type TEXT,                   -- of a task or region
  category TEXT,               -- Log
  message TEXT,
  name TEXT,                   -- Metric, Range..., Experimental
  value INTEGER,               -- Metric; a Sync's number
  bytes_swept INTEGER,         -- RangeEnd of a sweep
  bytes_reclaimed INTEGER,
  label TEXT,                  -- Label
  experiment TEXT,             -- Experimental
  arguments TEXT,
  wall TEXT,                   -- Sync from Go 1.25 on: RFC 3339
  wall_ns INTEGER,             -- with --wall: the wall time, in ns since 1970
  stack INTEGER REFERENCES stacks(id),           -- of what was executing
  resource_stack INTEGER REFERENCES stacks(id),  -- StateTransition: the goroutine's own
  lost_text INTEGER,           -- the ids of what is lost, in a generation that is not whole
  lost_message INTEGER,
  lost_stack INTEGER,
  lost_resource_stack INTEGER,
  salvaged INTEGER NOT NULL,   -- 1: of a generation that is unfinished or broken
  replayed INTEGER NOT NULL    -- 0: something that is lost had to be supposed before
);
CREATE TABLE stacks (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL           -- all frames in a line, innermost first
);
CREATE TABLE frames (
  stack INTEGER NOT NULL REFERENCES stacks(id),
  depth INTEGER NOT NULL,      -- 0 is the innermost
  function TEXT,
  file TEXT,
  line INTEGER NOT NULL,
  pc INTEGER NOT NULL,
  lost_function INTEGER,       -- the ids of texts that are lost
  lost_file INTEGER,
  borrowed INTEGER NOT NULL,   -- 1: the texts are what an earlier generation says of the pc
  PRIMARY KEY (stack, depth)
) WITHOUT ROWID;
CREATE TABLE segments (
  trace INTEGER NOT NULL REFERENCES traces(id),
  segment INTEGER NOT NULL,    -- from 1
  offset INTEGER NOT NULL,     -- byte of its header
  go_version TEXT NOT NULL,    -- as the header has it
  verdict TEXT NOT NULL,
  start INTEGER,               -- where its times count from: ns on the trace's own clock
  wall TEXT,                   -- the wall time then, from Go 1.25 on: RFC 3339
  PRIMARY KEY (trace, segment)
) WITHOUT ROWID;
CREATE TABLE generations (
  trace INTEGER NOT NULL REFERENCES traces(id),
  generation INTEGER,          -- the runtime's number for it
  offset INTEGER NOT NULL,     -- byte of its first batch
  length INTEGER NOT NULL,     -- bytes
  state TEXT NOT NULL,         -- whole, begun, unfinished, damaged
  batches INTEGER NOT NULL,
  threads INTEGER NOT NULL,    -- with batches of timed events
  events INTEGER NOT NULL,
  salvaged INTEGER NOT NULL
);
CREATE TABLE damage (
  id INTEGER PRIMARY KEY,      -- in the order of finding
  trace INTEGER NOT NULL REFERENCES traces(id),
  code TEXT NOT NULL,
  severity TEXT NOT NULL,      -- truncated or corrupt
  offset INTEGER NOT NULL,     -- bytes of the unpacked stream
  length INTEGER NOT NULL,
  generation INTEGER,
  batch INTEGER,
  thread INTEGER,
  reading TEXT NOT NULL,       -- what was being read
  message TEXT NOT NULL,
  resumes_at INTEGER,
  lost INTEGER NOT NULL        -- bytes of the trace that cannot be read because of it
);
)sql";

constexpr std::string_view kSqliteIndices = R"sql(
CREATE INDEX IF NOT EXISTS events_by_time ON events (trace, segment, time);
CREATE INDEX IF NOT EXISTS events_by_kind ON events (kind, trace, time);
CREATE INDEX IF NOT EXISTS events_by_goroutine ON events (goroutine, trace, time);
CREATE INDEX IF NOT EXISTS events_by_resource ON events (resource, trace, time) WHERE resource IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_task ON events (task, trace, time) WHERE task IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_wall_time ON events (wall_ns) WHERE wall_ns IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_stack ON events (stack) WHERE stack IS NOT NULL;
CREATE INDEX IF NOT EXISTS generations_by_trace ON generations (trace);
CREATE INDEX IF NOT EXISTS damage_by_trace ON damage (trace);
CREATE INDEX IF NOT EXISTS frames_by_function ON frames (function);
)sql";

// What joins neither stacks nor frames is SQL that DuckDB takes as it is, on the events of a csv.
constexpr std::string_view kSqliteViews = R"sql(
CREATE VIEW logs AS
  SELECT trace, segment, time, goroutine, task, category, message, salvaged, lost_text AS lost_category, lost_message
  FROM events WHERE kind = 'Log';
CREATE VIEW metrics AS
  SELECT trace, segment, time, name, value, salvaged FROM events WHERE kind = 'Metric';
-- From one transition of a goroutine to the next; "until" is null for the state in which the trace leaves it.
CREATE VIEW goroutine_states AS
  SELECT trace, segment, goroutine, state, reason, since, until,
    COALESCE(until, (SELECT MAX(time) FROM events AS e WHERE e.trace = spells.trace AND e.segment = spells.segment))
      - since AS duration,
    stack, salvaged
  FROM (
    SELECT trace, segment, resource AS goroutine, to_state AS state, reason, time AS since,
      LEAD(time) OVER (PARTITION BY trace, segment, resource ORDER BY time) AS until, stack, salvaged
    FROM events
    WHERE kind = 'StateTransition' AND resource_kind = 'Goroutine' AND from_state <> to_state
  ) AS spells
  WHERE state <> 'NotExist';
CREATE VIEW goroutine_time AS
  SELECT trace, segment, goroutine, state, COUNT(*) AS times, SUM(duration) AS total, MAX(duration) AS longest
  FROM goroutine_states GROUP BY trace, segment, goroutine, state;
-- "until" and "duration" are null for what is still going on as the trace ends. A task that a program ends twice
-- has ended the first time.
CREATE VIEW tasks AS
  SELECT b.trace, b.segment, b.task, b.parent, b.type, b.goroutine, b.time AS since, e.time AS until,
    e.time - b.time AS duration
  FROM (SELECT * FROM events WHERE kind = 'TaskBegin') AS b
  LEFT JOIN (
    SELECT trace, segment, task, MIN(time) AS time FROM events WHERE kind = 'TaskEnd' GROUP BY trace, segment, task
  ) AS e ON e.task = b.task AND e.segment = b.segment AND e.trace = b.trace;
CREATE VIEW task_latency AS
  SELECT type, COUNT(*) AS tasks, COUNT(duration) AS ended, MIN(duration) AS shortest, AVG(duration) AS mean,
    MIN(CASE WHEN place >= 0.5 THEN duration END) AS median, MIN(CASE WHEN place >= 0.99 THEN duration END) AS p99,
    MAX(duration) AS longest
  FROM (
    SELECT type, duration,
      CASE WHEN duration IS NOT NULL THEN
        ROW_NUMBER() OVER (PARTITION BY type, duration IS NULL ORDER BY duration) * 1.0
          / COUNT(duration) OVER (PARTITION BY type)
      END AS place
    FROM tasks
  ) AS placed
  GROUP BY type;
CREATE VIEW regions AS
  SELECT trace, segment, goroutine, task, type, since, until, until - since AS duration, depth
  FROM (
    SELECT trace, segment, goroutine, task, type, kind, time AS since, depth,
      LEAD(time) OVER (PARTITION BY trace, segment, goroutine, depth ORDER BY time) AS until
    FROM (
      SELECT trace, segment, goroutine, task, type, kind, time,
        SUM(CASE kind WHEN 'RegionBegin' THEN 1 ELSE -1 END)
          OVER (PARTITION BY trace, segment, goroutine ORDER BY time ROWS UNBOUNDED PRECEDING)
          + CASE kind WHEN 'RegionBegin' THEN 0 ELSE 1 END AS depth
      FROM events WHERE kind IN ('RegionBegin', 'RegionEnd')
    ) AS nested
  ) AS paired
  WHERE kind = 'RegionBegin';
-- A range under way is told of again as each generation begins (RangeActive); here it is one.
CREATE VIEW ranges AS
  SELECT trace, segment, name, resource_kind, resource, since, until, until - since AS duration, bytes_swept,
    bytes_reclaimed
  FROM (
    SELECT trace, segment, name, resource_kind, resource, kind, time AS since,
      LEAD(time) OVER spell AS until,
      LEAD(bytes_swept) OVER spell AS bytes_swept,
      LEAD(bytes_reclaimed) OVER spell AS bytes_reclaimed
    FROM (
      SELECT trace, segment, name, resource_kind, resource, kind, time, bytes_swept, bytes_reclaimed,
        LAG(kind) OVER (PARTITION BY trace, segment, name, resource_kind, resource ORDER BY time) AS before
      FROM events WHERE kind IN ('RangeBegin', 'RangeActive', 'RangeEnd')
    ) AS told
    WHERE kind <> 'RangeActive' OR before IS NULL OR before = 'RangeEnd'
    WINDOW spell AS (PARTITION BY trace, segment, name, resource_kind, resource ORDER BY time)
  ) AS paired
  WHERE kind <> 'RangeEnd';
-- "function" is where it began: the outermost frame of the first stack that is known of it. Each group is one row; as
-- groups, SQLite makes an index of them where they are joined, and so does not go through all for each row of the other.
CREATE VIEW goroutines AS
  SELECT trace, segment, goroutine, origin.time AS since, ended AS until,
    CASE WHEN origin.from_state = 'NotExist' THEN origin.executing END AS creator,
    (SELECT function FROM frames
     WHERE stack = (SELECT resource_stack FROM events AS own
                    WHERE own.resource = origin.goroutine AND own.resource_kind = 'Goroutine'
                      AND own.trace = origin.trace AND own.segment = origin.segment AND own.resource_stack IS NOT NULL
                    ORDER BY own.time LIMIT 1)
     ORDER BY depth DESC LIMIT 1) AS function
  FROM (
    SELECT trace, segment, resource AS goroutine, time, from_state, goroutine AS executing,
      MAX(CASE WHEN to_state = 'NotExist' THEN time END) OVER (PARTITION BY trace, segment, resource) AS ended,
      ROW_NUMBER() OVER (PARTITION BY trace, segment, resource ORDER BY time) AS place
    FROM events WHERE kind = 'StateTransition' AND resource_kind = 'Goroutine'
  ) AS origin
  WHERE place = 1
  GROUP BY trace, segment, goroutine;
)sql";

// By the two numbers that the tables begin with.
constexpr std::string_view kSqliteIsOurs = R"sql(
SELECT COUNT(*) FROM pragma_application_id, pragma_user_version
WHERE application_id = 1953653091 AND user_version = 2
)sql";

}  // namespace tracecheck
