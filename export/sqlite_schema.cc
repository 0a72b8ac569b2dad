#include "export/sqlite_schema.h"

namespace tracecheck {

// The comments stay in the database: `.schema` shows them.
constexpr std::string_view kSqliteTables = R"sql(
CREATE TABLE events (
  id INTEGER PRIMARY KEY,      -- from 1, in the order of the trace
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
  segment INTEGER PRIMARY KEY, -- from 1
  offset INTEGER NOT NULL,     -- byte of its header
  go_version TEXT NOT NULL,    -- as the header has it
  verdict TEXT NOT NULL,
  start INTEGER,               -- where its times count from: ns on the trace's own clock
  wall TEXT                    -- the wall time then, from Go 1.25 on: RFC 3339
);
CREATE TABLE verdict (
  verdict TEXT NOT NULL,       -- complete, truncated, corrupt, not a trace, not judged, unreadable
  exit INTEGER NOT NULL,       -- the exit code of the export
  events INTEGER NOT NULL,     -- that could be read in order, selected or not; Sync does not count
  salvaged INTEGER NOT NULL,   -- more that were salvaged, as they stand in the file
  frequency_source TEXT,       -- where the clock rate of the salvaged ones is from
  message TEXT                 -- why, if it is not judged or unreadable
);
CREATE TABLE generations (
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
CREATE INDEX events_by_time ON events (segment, time);
CREATE INDEX events_by_kind ON events (kind, time);
CREATE INDEX events_by_goroutine ON events (goroutine, time);
CREATE INDEX events_by_resource ON events (resource, time) WHERE resource IS NOT NULL;
CREATE INDEX events_by_task ON events (task, time) WHERE task IS NOT NULL;
CREATE INDEX events_by_stack ON events (stack) WHERE stack IS NOT NULL;
CREATE INDEX frames_by_function ON frames (function);
)sql";

// What joins neither stacks nor frames is SQL that DuckDB takes as it is, on the events of a csv.
constexpr std::string_view kSqliteViews = R"sql(
CREATE VIEW logs AS
  SELECT segment, time, goroutine, task, category, message, salvaged, lost_text AS lost_category, lost_message
  FROM events WHERE kind = 'Log';
CREATE VIEW metrics AS
  SELECT segment, time, name, value, salvaged FROM events WHERE kind = 'Metric';
-- From one transition of a goroutine to the next; "until" is null for the state in which the trace leaves it.
CREATE VIEW goroutine_states AS
  SELECT segment, goroutine, state, reason, since, until, COALESCE(until, last) - since AS duration, stack, salvaged
  FROM (
    SELECT segment, resource AS goroutine, to_state AS state, reason, time AS since,
      LEAD(time) OVER (PARTITION BY segment, resource ORDER BY time) AS until, stack, salvaged
    FROM events
    WHERE kind = 'StateTransition' AND resource_kind = 'Goroutine' AND from_state <> to_state
  ) AS spells
  JOIN (SELECT segment, MAX(time) AS last FROM events GROUP BY segment) AS ends USING (segment)
  WHERE state <> 'NotExist';
CREATE VIEW goroutine_time AS
  SELECT segment, goroutine, state, COUNT(*) AS times, SUM(duration) AS total, MAX(duration) AS longest
  FROM goroutine_states GROUP BY segment, goroutine, state;
-- "until" and "duration" are null for what is still going on as the trace ends. A task that a program ends twice
-- has ended the first time.
CREATE VIEW tasks AS
  SELECT b.segment, b.task, b.parent, b.type, b.goroutine, b.time AS since, e.time AS until,
    e.time - b.time AS duration
  FROM (SELECT * FROM events WHERE kind = 'TaskBegin') AS b
  LEFT JOIN (
    SELECT segment, task, MIN(time) AS time FROM events WHERE kind = 'TaskEnd' GROUP BY segment, task
  ) AS e ON e.task = b.task AND e.segment = b.segment;
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
  SELECT segment, goroutine, task, type, since, until, until - since AS duration, depth
  FROM (
    SELECT segment, goroutine, task, type, kind, time AS since, depth,
      LEAD(time) OVER (PARTITION BY segment, goroutine, depth ORDER BY time) AS until
    FROM (
      SELECT segment, goroutine, task, type, kind, time,
        SUM(CASE kind WHEN 'RegionBegin' THEN 1 ELSE -1 END)
          OVER (PARTITION BY segment, goroutine ORDER BY time ROWS UNBOUNDED PRECEDING)
          + CASE kind WHEN 'RegionBegin' THEN 0 ELSE 1 END AS depth
      FROM events WHERE kind IN ('RegionBegin', 'RegionEnd')
    ) AS nested
  ) AS paired
  WHERE kind = 'RegionBegin';
-- A range under way is told of again as each generation begins (RangeActive); here it is one.
CREATE VIEW ranges AS
  SELECT segment, name, resource_kind, resource, since, until, until - since AS duration, bytes_swept, bytes_reclaimed
  FROM (
    SELECT segment, name, resource_kind, resource, kind, time AS since,
      LEAD(time) OVER spell AS until,
      LEAD(bytes_swept) OVER spell AS bytes_swept,
      LEAD(bytes_reclaimed) OVER spell AS bytes_reclaimed
    FROM (
      SELECT segment, name, resource_kind, resource, kind, time, bytes_swept, bytes_reclaimed,
        LAG(kind) OVER (PARTITION BY segment, name, resource_kind, resource ORDER BY time) AS before
      FROM events WHERE kind IN ('RangeBegin', 'RangeActive', 'RangeEnd')
    ) AS told
    WHERE kind <> 'RangeActive' OR before IS NULL OR before = 'RangeEnd'
    WINDOW spell AS (PARTITION BY segment, name, resource_kind, resource ORDER BY time)
  ) AS paired
  WHERE kind <> 'RangeEnd';
-- "function" is where it began: the outermost frame of the first stack that is known of it.
CREATE VIEW goroutines AS
  SELECT segment, goroutine, origin.time AS since, ended AS until,
    CASE WHEN origin.from_state = 'NotExist' THEN origin.executing END AS creator,
    (SELECT function FROM frames
     WHERE stack = (SELECT resource_stack FROM events AS own
                    WHERE own.resource = origin.goroutine AND own.resource_kind = 'Goroutine'
                      AND own.segment = origin.segment AND own.resource_stack IS NOT NULL
                    ORDER BY own.time LIMIT 1)
     ORDER BY depth DESC LIMIT 1) AS function
  FROM (
    SELECT segment, resource AS goroutine, time, from_state, goroutine AS executing,
      MAX(CASE WHEN to_state = 'NotExist' THEN time END) OVER (PARTITION BY segment, resource) AS ended,
      ROW_NUMBER() OVER (PARTITION BY segment, resource ORDER BY time) AS place
    FROM events WHERE kind = 'StateTransition' AND resource_kind = 'Goroutine'
  ) AS origin
  WHERE place = 1;
)sql";

}  // namespace tracecheck
