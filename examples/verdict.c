/* Counts the events of a trace, as `tracecheck verify` does, and says its verdict: verdict FILE */
#include <stdio.h>
#include <tracecheck/c.h>

int main(int count, char** arguments) {
  if (count != 2) return 2;
  tracecheck_reader* reader = tracecheck_open_file(arguments[1], TRACECHECK_SALVAGE);
  if (reader == NULL) return 2;
  tracecheck_event event = {.struct_size = sizeof event};
  unsigned long events = 0;
  while (tracecheck_next(reader, &event) == TRACECHECK_EVENT) {
    if (event.kind != TRACECHECK_SYNC) ++events; /* the reader's own, one a generation */
  }
  const int verdict = tracecheck_verdict(reader);
  const tracecheck_text why = tracecheck_message(reader);
  printf("%lu events, %s\n%.*s\n", events, tracecheck_verdict_name(verdict), (int)why.size, why.data);
  tracecheck_close(reader);
  return verdict == TRACECHECK_COMPLETE ? 0 : 1;
}
