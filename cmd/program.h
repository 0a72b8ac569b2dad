// The program: picks the command, maps what went wrong to messages and exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <string_view>

namespace tracecheck::cmd {

/// What each file of a command offers: adds the subcommand to `app`; running it sets `status`.
void setup_verify(CLI::App& app, int& status);
void setup_grep(CLI::App& app, int& status);
void setup_export(CLI::App& app, int& status);
void setup_events(CLI::App& app, int& status);
void setup_wire(CLI::App& app, int& status);
void setup_assemble(CLI::App& app, int& status);
void setup_stats(CLI::App& app, int& status);
void setup_report(CLI::App& app, int& status);
void setup_carve(CLI::App& app, int& status);
void setup_repair(CLI::App& app, int& status);
void setup_slice(CLI::App& app, int& status);
void setup_redact(CLI::App& app, int& status);
void setup_run(CLI::App& app, int& status);
void setup_assert(CLI::App& app, int& status);

/// Names the program in `app`, and adds its options and all commands, or `only` the one of that name: to define them
/// all takes a fifth of the time of a run that reads little.
void define_program(CLI::App& app, int& status, std::string_view only = {});

/// The exit code for a command line.
int run_program(int count, char** arguments);

}  // namespace tracecheck::cmd
