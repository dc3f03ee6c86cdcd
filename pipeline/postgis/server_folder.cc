#include "pipeline/postgis/server_folder.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace rastro::postgis {
namespace {

namespace fs = std::filesystem;

// sockaddr_un has room for 108 bytes, the last of them a zero.
constexpr std::size_t kMaxSocketPath = 107;
constexpr std::string_view kSocketName = "/.s.PGSQL.5432";

Failure local(std::string sentence) { return {FailureKind::kLocal, std::move(sentence), {}}; }

bool can_enter(const fs::path& folder, const ServerUser& user) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return false;
  if (status.st_uid == user.uid) return (status.st_mode & S_IXUSR) != 0;
  const bool in_group = std::ranges::find(user.groups, status.st_gid) != user.groups.end();
  return (status.st_mode & (in_group ? S_IXGRP : S_IXOTH)) != 0;
}

Result<void> make_folder(const fs::path& folder, const ServerUser& user, mode_t mode) {
  if (::mkdir(folder.c_str(), mode) != 0 && errno != EEXIST)
    return local("cannot make the folder " + folder.string() + ": " + std::strerror(errno));
  if (user.other && ::chown(folder.c_str(), user.uid, user.gid) != 0)
    return local("cannot give the folder " + folder.string() + " to the user " + user.name + ": " +
                 std::strerror(errno));
  if (::chmod(folder.c_str(), mode) != 0)
    return local("cannot set the permissions of " + folder.string() + ": " + std::strerror(errno));
  return {};
}

int to_version(const std::string& text) {
  int version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

bool has_extensions(const std::string& version) {
  const fs::path extensions = fs::path("/usr/share/postgresql") / version / "extension";
  std::error_code ignored;
  return fs::exists(extensions / "postgis.control", ignored) &&
         fs::exists(extensions / "pg_partman.control", ignored);
}

fs::path newest_installed() {
  int newest = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const std::string version = entry.path().filename();
    if (has_extensions(version) && fs::exists(entry.path() / "bin/postgres", ignored))
      newest = std::max(newest, to_version(version));
  }
  return newest == 0 ? fs::path() : fs::path("/usr/lib/postgresql") / std::to_string(newest) / "bin";
}

fs::path in_path() {
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    fs::path folder(rest.substr(0, end));
    if (::access((folder / "postgres").c_str(), X_OK) == 0) return folder;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

void append_escaped(std::string_view text, std::string& url) {
  constexpr std::string_view kPlain = "-._~/";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (alphanumeric || kPlain.find(c) != std::string_view::npos) {
      url += c;
    } else {
      url += '%';
      url += kDigits[byte >> 4];
      url += kDigits[byte & 0xF];
    }
  }
}

}  // namespace

Result<ServerUser> find_server_user() {
  if (::geteuid() != 0) {
    ServerUser self{"", ::geteuid(), ::getegid(), {}, false};
    self.groups.resize(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    if (::getgroups(static_cast<int>(self.groups.size()), self.groups.data()) < 0) self.groups.clear();
    self.groups.push_back(self.gid);
    return self;
  }
  for (const char* name : {"postgres", "nobody"}) {
    const passwd* entry = ::getpwnam(name);
    if (entry == nullptr) continue;
    ServerUser user{name, entry->pw_uid, entry->pw_gid, std::vector<gid_t>(64), true};
    int count = static_cast<int>(user.groups.size());
    if (::getgrouplist(name, user.gid, user.groups.data(), &count) < 0) count = 0;
    user.groups.resize(static_cast<std::size_t>(count));
    return user;
  }
  return local("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody");
}

Result<ServerFolder> ServerFolder::open(const fs::path& data_dir) {
  std::error_code error;
  const fs::path absolute = fs::absolute(data_dir, error).lexically_normal();
  if (error) return local("cannot find the folder " + data_dir.string() + ": " + error.message());
  ServerFolder folder(absolute / "postgres");
  const std::string run = folder.run();
  if (run.find_first_of(",\"'\\\n") != std::string::npos) {
    return local(
        "the data folder " + absolute.string() +
        " has a comma, a quote, a backslash or a line break in its name, which PostgreSQL cannot take as "
        "the folder of its socket");
  }
  if (run.size() + kSocketName.size() > kMaxSocketPath) {
    return local("the path of the database's socket, " + run + std::string(kSocketName) + ", has " +
                 std::to_string(run.size() + kSocketName.size()) + " bytes; the system allows " +
                 std::to_string(kMaxSocketPath) + ": choose a data folder with a shorter path");
  }
  return folder;
}

std::string ServerFolder::url(std::string_view user, std::string_view database) const {
  std::string url = "postgresql:///";
  append_escaped(database, url);
  url += "?host=";
  append_escaped(run().string(), url);
  url += "&port=5432&user=";
  append_escaped(user, url);
  return url;
}

Result<void> ServerFolder::prepare(const ServerUser& user) const {
  const fs::path data_dir = root_.parent_path();
  std::error_code error;
  if (fs::create_directories(data_dir, error)) {
    // Ours, so it may be opened for the other user to pass through; a folder that stood already is left
    // alone.
    if (user.other) ::chmod(data_dir.c_str(), 0711);
  } else if (error) {
    return local("cannot make the data folder " + data_dir.string() + ": " + error.message());
  }
  fs::path passed;
  for (const fs::path& part : data_dir) {
    passed /= part;
    if (!can_enter(passed, user)) {
      return local("the database server runs as the user " +
                   (user.other ? user.name : "that started this program") + ", who may not enter " +
                   passed.string() + ": choose another data folder, or allow it with chmod o+x " +
                   passed.string());
    }
  }
  if (auto made = make_folder(root_, user, 0711); !made) return made;
  return make_folder(run(), user, 0700);
}

Result<fs::path> ServerFolder::find_programs() const {
  std::string version;
  if (std::ifstream file(data() / "PG_VERSION"); file >> version) {
    const fs::path programs = fs::path("/usr/lib/postgresql") / version / "bin";
    if (::access((programs / "postgres").c_str(), X_OK) == 0) return programs;
    if (const fs::path other = in_path(); !other.empty()) return other;
    return local("the database in " + data().string() + " was made by PostgreSQL " + version +
                 ", which is not installed");
  }
  if (const fs::path programs = newest_installed(); !programs.empty()) return programs;
  if (const fs::path programs = in_path(); !programs.empty()) return programs;
  return local(
      "no PostgreSQL with PostGIS and pg_partman is installed (Debian: postgresql-15, "
      "postgresql-15-postgis-3, "
      "postgresql-15-partman); install it, or set database.url to a server");
}

std::string ServerFolder::log_since(std::uintmax_t offset) const {
  constexpr std::uintmax_t kMaxBytes = 64U << 10;
  std::ifstream file(log(), std::ios::binary | std::ios::ate);
  if (!file) return "";
  const auto size = static_cast<std::uintmax_t>(file.tellg());
  const std::uintmax_t start = std::max(offset, size > kMaxBytes ? size - kMaxBytes : 0);
  std::string text(size > start ? size - start : 0, '\0');
  file.seekg(static_cast<std::streamoff>(start));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  return text;
}

std::string ServerFolder::log_tail(std::uintmax_t offset) const {
  constexpr std::size_t kMaxBytes = 2048;
  constexpr int kMaxLines = 6;
  std::string text = log_since(offset);
  if (text.size() > kMaxBytes) text.erase(0, text.size() - kMaxBytes);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::size_t first = text.size();
  for (int line = 0; line < kMaxLines && first != std::string::npos && first > 0; ++line)
    first = text.rfind('\n', first - 1);
  return first == std::string::npos || first == 0 ? text : text.substr(first + 1);
}

}  // namespace rastro::postgis
