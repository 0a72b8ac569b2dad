#include "crash/carve.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cmd/exit_code.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/program.h"
#include "export/escape.h"
#include "export/human.h"

namespace tracecheck::cmd {
namespace {

struct CarveOptions {
  Common common;
  std::vector<std::string> files;
  std::string output;
  std::string trace;  // "" for none
};

std::string counted(const BatchCount& count) {
  return tracecheck::counted(count.batches, "trace buffer") + " with " + tracecheck::counted(count.events, "event");
}

// "generation 3", "generations 3 and 4"
std::string named_generations(const std::set<std::uint64_t>& generations) {
  std::string text = generations.size() == 1 ? "generation " : "generations ";
  std::size_t left = generations.size();
  for (const std::uint64_t generation : generations) {
    text += std::to_string(generation);
    if (--left > 0) text += left == 1 ? " and " : ", ";
  }
  return text;
}

int failed(const std::string& name, const std::string& message) {
  complain(about(name, message));
  return kUsage;
}

// All trace buffers of the core, be they in the trace or not.
std::optional<TraceBuffers> read_core(const std::string& name) {
  const std::unique_ptr<ByteSource> source = open_input(name);
  CoreFile core(*source);
  if (const std::optional<std::string> problem = core.open()) {
    failed(name, *problem);
    return std::nullopt;
  }
  TraceBuffers buffers = find_trace_buffers(core);
  if (source->error() && source->error()->kind != SourceError::Kind::CompressionCut) {
    failed(name, escaped(source->error()->message));
    return std::nullopt;
  }
  if (core.missing() > 0) {
    complain(about(name, "is cut: " + std::to_string(core.missing()) + " bytes of memory are missing; what is there " +
                             "was looked at"));
  }
  return buffers;
}

std::string unknown_version(const GoBuild& build) {
  if (build.name.empty()) {
    return "does not show the Go version of the program, without which its trace cannot be written; --trace FILE " +
           std::string("would tell it");
  }
  return "is of " + escaped(build.name) + ", whose trace buffers are not known here; those of Go 1.22 to 1.26 are";
}

void tell(const CarveOptions& options, const std::string& core, const Carving& carving) {
  complain(about(core, counted(carving.gained()) + " of " + named_generations(carving.generations()) + " carved"));
  if (carving.known().batches > 0) {
    complain(about(core, counted(carving.known()) + " left out: " +
                             (options.trace.empty() ? "found twice" : escaped(options.trace) + " has them")));
  }
  if (carving.left_out().batches > 0) {
    complain(about(core, counted(carving.left_out()) + " left out: of a generation that does not fit to the rest"));
  }
  if (carving.verdict() == Verdict::Corrupt) {
    complain(about(options.output, "is corrupt; `tracecheck verify` tells where"));
  }
}

int write(const CarveOptions& options, const Carving& carving) {
  Output output(options.output);
  const std::unique_ptr<ByteSource> trace = carving.open();
  std::vector<std::uint8_t> bytes(256 * 1024);
  while (const std::size_t count = trace->read(bytes.data(), bytes.size())) {
    if (!output.write({reinterpret_cast<const char*>(bytes.data()), count})) break;
  }
  if (trace->error() && trace->error()->kind != SourceError::Kind::CompressionCut) {
    return failed(options.trace, escaped(trace->error()->message));
  }
  if (output.commit()) return kOk;
  complain(output.error());
  return kUsage;
}

std::string nothing_gained(const CarveOptions& options, const Carving& carving) {
  if (carving.left_out().batches == 0) {
    return "nothing to carve: " + escaped(options.trace) + " has all of its " + counted(carving.known());
  }
  const std::string rest = "nothing to carve: " + counted(carving.left_out());
  return options.trace.empty() ? rest + " do not make a trace"
                               : rest + " do not go on where " + escaped(options.trace) +
                                     " ends; without --trace they may make a trace of their own";
}

int finish(const CarveOptions& options, const std::string& core, const Carving& carving) {
  if (carving.gained().batches > 0) {
    const int status = write(options, carving);
    if (status == kOk) tell(options, core, carving);
    return status;
  }
  complain(about(core, nothing_gained(options, carving)));
  return kBad;
}

// The files of a command line that makes sense.
int carve(const CarveOptions& options, const std::string& core) {
  std::optional<TraceIndex> index;
  const OpenTrace open = [&options] { return open_input(options.trace); };
  if (!options.trace.empty()) {
    index.emplace(*open());
    if (!index->problem().empty()) return failed(options.trace, escaped(index->problem()));
  }
  std::optional<TraceBuffers> buffers = read_core(core);
  if (!buffers) return kUsage;
  const GoBuild& build = buffers->build;
  if (buffers->batches.empty()) {
    complain(about(core, "nothing to carve: there is no trace buffer of Go 1.22 to 1.26 in its memory"));
    return kBad;
  }
  if (index && index->version()) {
    if (build.version && *build.version != *index->version()) {
      return failed(options.trace,
                    "is not of the program that the core is of: that was built with " + escaped(build.name));
    }
    if (!index->damage().empty()) {
      complain(about(options.trace, escaped(index->damage()) + "; what follows there is left out"));
    }
    return finish(options, core, Carving(std::move(buffers->batches), *index, open));
  }
  if (!build.version) return failed(core, unknown_version(build));
  return finish(options, core, Carving(*build.version, std::move(buffers->batches)));
}

int run(const CarveOptions& options) {
  const std::vector<std::string> files = inputs(options.files);
  if (files.empty()) return bad_usage("carve", "carve needs one core dump, or one on standard input");
  if (options.trace == "-") return bad_usage("carve", "the trace is read more than once, so it must be a file");
  for (const std::string& input : {files[0], options.trace}) {
    if (input.empty() || !is_same_file(options.output, input)) continue;
    return failed(options.output, "is read, too; no command changes its input");
  }
  return carve(options, files[0]);
}

}  // namespace

void setup_carve(CLI::App& app, int& status) {
  auto options = std::make_shared<CarveOptions>();
  CLI::App* command = app.add_subcommand("carve", "find what a dead process had not written yet, in its core dump");
  command->footer(
      "Finds the trace buffers of a Go program (1.22 to 1.26) in a core dump of 64-bit Linux by their form alone, and\n"
      "writes them as a trace that ends early, for the other commands to read. A program leaves a core with\n"
      "GOTRACEBACK=crash and `ulimit -c unlimited`; `gcore` takes one of a program that hangs.\n"
      "With --trace, OUT is the trace that the program wrote, and what the core has beyond it. If FILE ends inside a\n"
      "batch, the whole batch from the core takes its place, or else it is cut to its last whole event.\n"
      "\n"
      "Exit: 0 written, 1 there was nothing to carve (nothing is written), 2 otherwise.");
  add_input(*command, "CORE", options->files, "the core dump, packed or not");
  add_output(*command, options->output, "the trace to write")->required();
  add_text(*command, "--trace", options->trace, "the trace that the program had written")
      ->type_name("FILE")
      ->check(not_empty("no file name"));
  add_common(*command, options->common);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace tracecheck::cmd
