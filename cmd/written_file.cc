#include "cmd/written_file.h"

#include <utility>

#include "cmd/output.h"
#include "cmd/unreadable_source.h"

namespace tracecheck::cmd {
namespace {

std::optional<struct stat> state_of(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? std::optional(info) : std::nullopt;
}

bool same_time(const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

}  // namespace

WrittenFile::WrittenFile(std::string path) : path_(std::move(path)), before_(state_of(path_)) {}

bool WrittenFile::is_new() const {
  const std::optional<struct stat> now = state_of(path_);
  return !before_ || !now || before_->st_dev != now->st_dev || before_->st_ino != now->st_ino ||
         before_->st_size != now->st_size || !same_time(before_->st_mtim, now->st_mtim);
}

std::unique_ptr<ByteSource> WrittenFile::open() const {
  if (!is_new()) return std::make_unique<UnreadableSource>("the command has not written it; it was there before");
  if (is_no_regular_file(path_))
    return std::make_unique<UnreadableSource>("the command has made no regular file of it");
  return open_file(path_);
}

}  // namespace tracecheck::cmd
