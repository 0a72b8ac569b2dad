#include "cmd/file_list.h"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "cmd/command_line.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/unreadable_source.h"

namespace tracecheck::cmd {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsualInclude = "*.trace*";

bool is_directory(const std::string& name) {
  std::error_code failed;
  return name != "-" && fs::is_directory(name, failed);
}

std::string read_whole(const std::string& name) {
  const std::unique_ptr<ByteSource> source = name == "-" ? open_descriptor(STDIN_FILENO) : open_file(name);
  std::string text;
  std::array<std::uint8_t, 64 * 1024> block{};
  while (const std::size_t size = source->read(block.data(), block.size())) {
    text.append(reinterpret_cast<const char*>(block.data()), size);
  }
  if (source->error()) throw CLI::ValidationError(display_name(name), source->error()->message);
  return text;
}

// A name behind each NUL, if there is one, else a name a line.
std::vector<std::string> split_names(std::string_view text) {
  const char separator = text.find('\0') == std::string_view::npos ? '\n' : '\0';
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

std::vector<std::string> all_named(std::vector<std::string> names, const FileListOptions& options) {
  if (options.recursive && names.empty() && options.from.empty()) {
    throw CLI::ValidationError(std::string("-r needs a directory to look in"));
  }
  if (!options.recursive && !options.include.empty()) {
    throw CLI::ValidationError(std::string("--include goes with -r: files that are named are always read"));
  }
  if (options.from.empty()) return inputs(std::move(names));
  if (options.from == "-" && std::count(names.begin(), names.end(), "-") > 0) {
    throw CLI::ValidationError("-", "standard input can be read only once");
  }
  std::vector<std::string> listed = split_names(read_whole(options.from));
  if (options.from == "-" && std::count(listed.begin(), listed.end(), "-") > 0) {
    throw CLI::ValidationError("-", "standard input has the names of the files, so it cannot be one of them");
  }
  names.insert(names.end(), std::make_move_iterator(listed.begin()), std::make_move_iterator(listed.end()));
  if (names.empty()) throw CLI::ValidationError(display_name(options.from), "names no file");
  return inputs(std::move(names));
}

// What is below a directory.
class Walk {
 public:
  Walk(const std::vector<std::string>& include, std::vector<std::string>& names,
       std::unordered_map<std::string, std::string>& problems)
      : include_(include), names_(names), problems_(problems) {}

  void run(const std::string& directory) {
    list(directory);
    while (!waiting_.empty()) {
      const Found found = std::move(waiting_.back());
      waiting_.pop_back();
      if (found.is_directory) {
        list(found.name);
      } else {
        names_.push_back(found.name);
      }
    }
  }

 private:
  struct Found {
    std::string name;
    bool is_directory;
  };

  // Read to its end before one below it is opened, so that one is open at a time, however deep it goes.
  void list(const std::string& directory) {
    std::vector<Found> found;
    std::error_code failed;
    fs::directory_iterator entry(directory, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) take(*entry, found);
    if (failed) {
      problems_[directory] = "cannot be listed: " + std::generic_category().message(failed.value());
      names_.push_back(directory);
    }
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.name > b.name; });
    std::move(found.begin(), found.end(), std::back_inserter(waiting_));
  }

  // Links to files are read. Those to directories are not followed, so there is no going round in circles. A link that
  // leads nowhere is a file that cannot be read.
  void take(const fs::directory_entry& entry, std::vector<Found>& found) {
    std::error_code ignored;
    const fs::file_type own = entry.symlink_status(ignored).type();
    if (own == fs::file_type::directory) {
      found.push_back({entry.path().native(), true});
      return;
    }
    if (!is_included(entry.path().filename().native())) return;
    const bool is_link = own == fs::file_type::symlink;
    const fs::file_type type = is_link ? entry.status(ignored).type() : own;
    // Neither pipes, which might never end, nor sockets and devices.
    const bool is_readable = type == fs::file_type::regular || type == fs::file_type::none ||
                             type == fs::file_type::not_found || type == fs::file_type::unknown;
    if (is_readable) found.push_back({entry.path().native(), false});
  }

  bool is_included(const std::string& name) const {
    return std::any_of(include_.begin(), include_.end(),
                       [&](const std::string& pattern) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; });
  }

  const std::vector<std::string>& include_;
  std::vector<std::string>& names_;
  std::unordered_map<std::string, std::string>& problems_;
  std::vector<Found> waiting_;  // the next one last
};

}  // namespace

void add_file_list(CLI::App& app, FileListOptions& options) {
  app.add_flag("-r,--recursive", options.recursive,
               "read the files in directories and below, sorted by name; links to directories are not followed")
      ->group("Files");
  add_texts(app, "--include", options.include,
            std::string("with -r: only files whose name matches, as in the shell (default: ") + kUsualInclude + ")")
      ->type_name("GLOB")
      ->allow_extra_args(false)
      ->check(not_empty("no pattern for names"))
      ->group("Files");
  add_text(app, "--files-from", options.from,
           "read the files whose names are in F, too, - for standard input: a name a line, or behind each a NUL byte")
      ->type_name("F")
      ->check(not_empty("no file name"))
      ->group("Files");
}

FileList::FileList(const std::vector<std::string>& named, const FileListOptions& options,
                   const std::vector<std::string>& outputs) {
  std::vector<std::string> include = options.include;
  if (include.empty()) include.emplace_back(kUsualInclude);
  for (const std::string& name : all_named(named, options)) {
    if (!is_directory(name)) {
      names_.push_back(name);
    } else if (!options.recursive) {
      problems_[name] = "is a directory; -r reads the files in it";
      names_.push_back(name);
    } else {
      const std::size_t before = names_.size();
      Walk(include, names_, problems_).run(name);
      const auto is_output = [&](const std::string& file) {
        return is_same_file("-", file) || std::any_of(outputs.begin(), outputs.end(), [&](const std::string& output) {
                 return is_same_file(output, file);
               });
      };
      names_.erase(std::remove_if(names_.begin() + static_cast<std::ptrdiff_t>(before), names_.end(), is_output),
                   names_.end());
    }
  }
  if (names_.empty() && options.recursive) {
    throw CLI::ValidationError("no file there is named " + listed(include) + "; --include takes other patterns");
  }
}

std::uint64_t FileList::bytes() const {
  std::uint64_t sum = 0;
  for (const std::string& name : names_) {
    std::error_code failed;
    const std::uintmax_t size = name == "-" ? 0 : fs::file_size(name, failed);
    if (!failed) sum += size;
  }
  return sum;
}

std::unique_ptr<ByteSource> FileList::open(const std::string& name) const {
  const auto problem = problems_.find(name);
  return problem == problems_.end() ? open_input(name) : std::make_unique<UnreadableSource>(problem->second);
}

}  // namespace tracecheck::cmd
