// What a process may be started with that a program does not expect.
#pragma once

namespace tracecheck::cmd {

/// To be called before anything is opened. Standard streams that are closed stay unusable, but no file that is opened
/// gets their place: the messages of `2>&-` would go into it. A file that grows beyond `ulimit -f` is an error of the
/// write, which says so. Memory that was freed is kept for what is read next.
void prepare_process();

}  // namespace tracecheck::cmd
