#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "pipeline/journal/file_env.h"

namespace rastro::journal {
namespace {

IoError classify(int code) {
  switch (code) {
    case ENOENT:
      return IoError::kNotFound;
    case ENOSPC:
    case EDQUOT:
      return IoError::kNoSpace;
    case EACCES:
    case EPERM:
    case EROFS:
      return IoError::kForbidden;
    default:
      return IoError::kFailed;
  }
}

IoStatus failure(const std::string& what, int code = errno) {
  return {classify(code), what + ": " + std::generic_category().message(code)};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class PosixWritableFile : public WritableFile {
 public:
  PosixWritableFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  IoStatus append(ByteView bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failure("write to " + path_);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  IoStatus truncate(std::uint64_t size) override {
    return ::ftruncate(fd_.get(), static_cast<off_t>(size)) == 0 ? IoStatus{} : failure("cut " + path_);
  }

  IoStatus sync() override {
    return ::fdatasync(fd_.get()) == 0 ? IoStatus{} : failure("fdatasync of " + path_);
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class PosixReadableFile : public ReadableFile {
 public:
  PosixReadableFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  IoStatus read(std::uint64_t offset, std::span<std::uint8_t> to, std::size_t& got) override {
    got = 0;
    while (got < to.size()) {
      const ssize_t n =
          ::pread(fd_.get(), to.data() + got, to.size() - got, static_cast<off_t>(offset + got));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failure("read of " + path_);
      if (n == 0) break;
      got += static_cast<std::size_t>(n);
    }
    return {};
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class PosixFolder : public Folder {
 public:
  PosixFolder(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  IoStatus list(std::vector<FileInfo>& files) override {
    files.clear();
    const int copy = ::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* dir = copy < 0 ? nullptr : ::fdopendir(copy);
    if (dir == nullptr) return failure("list " + path_);
    // A file that is there and not listed would be taken for one that never was, and written over.
    int error = 0;
    for (;;) {
      errno = 0;
      const dirent* const entry = ::readdir(dir);
      error = errno;
      if (entry == nullptr) break;
      struct stat info {};
      if (::fstatat(fd_.get(), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        error = errno;
        if (error == ENOENT) continue;  // removed since
        break;
      }
      if (!S_ISREG(info.st_mode)) continue;
      files.push_back({entry->d_name, static_cast<std::uint64_t>(info.st_size),
                       info.st_mtim.tv_sec * std::int64_t{1000} + info.st_mtim.tv_nsec / 1000000});
    }
    ::closedir(dir);
    return error == 0 ? IoStatus{} : failure("list " + path_, error);
  }

  IoStatus open_for_append(const std::string& name, std::unique_ptr<WritableFile>& file) override {
    const int fd = ::openat(fd_.get(), name.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) return failure("open " + path_ + "/" + name);
    file = std::make_unique<PosixWritableFile>(fd, path_ + "/" + name);
    return {};
  }

  IoStatus open_for_reading(const std::string& name, std::unique_ptr<ReadableFile>& file) override {
    const int fd = ::openat(fd_.get(), name.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return failure("open " + path_ + "/" + name);
    file = std::make_unique<PosixReadableFile>(fd, path_ + "/" + name);
    return {};
  }

  IoStatus remove(const std::string& name) override {
    return ::unlinkat(fd_.get(), name.c_str(), 0) == 0 ? IoStatus{} : failure("remove " + path_ + "/" + name);
  }

  IoStatus rename(const std::string& from, const std::string& to) override {
    return ::renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()) == 0
               ? IoStatus{}
               : failure("rename " + path_ + "/" + from);
  }

  IoStatus sync() override { return ::fsync(fd_.get()) == 0 ? IoStatus{} : failure("fsync of " + path_); }

  IoStatus lock() override {
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) return {};
    if (errno == EWOULDBLOCK) return {IoError::kLocked, path_ + " is in use by another process"};
    return failure("lock " + path_);
  }

 private:
  Descriptor fd_;
  std::string path_;
};

// Also its parents. What is made is on stable storage, or all that is ever put into it might go with its
// name.
IoStatus make_folder(const std::filesystem::path& path) {
  std::error_code error;
  if (path.empty() || std::filesystem::is_directory(path, error)) return {};
  const std::filesystem::path parent = path.parent_path();
  if (auto status = make_folder(parent); !status.ok()) return status;
  const bool made = std::filesystem::create_directory(path, error);
  if (error) return failure("make folder " + path.string(), error.value());
  if (!made) return {};
  const Descriptor fd(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd.get() >= 0 && ::fsync(fd.get()) == 0 ? IoStatus{} : failure("fsync of " + parent.string());
}

}  // namespace

IoStatus open_posix_folder(const std::string& path, bool create, std::unique_ptr<Folder>& folder) {
  if (create) {
    if (auto status = make_folder(path); !status.ok()) return status;
  }
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failure("open folder " + path);
  folder = std::make_unique<PosixFolder>(fd, path);
  return {};
}

}  // namespace rastro::journal
