#include "tests/support/sandbox_process.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <vector>

namespace rastro::test {
namespace {

std::size_t append_body(char* data, std::size_t, std::size_t size, void* user) {
  static_cast<std::string*>(user)->append(data, size);
  return size;
}

std::string read_line(int fd) {
  std::string line;
  char c = 0;
  while (::read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

SandboxProcess::SandboxProcess(const std::string& program, const std::string& key,
                               const std::vector<std::string>& options) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<std::string> words = {program, "--push-path", "/v1/positions"};
  if (std::ranges::find(options, "--bind") == options.end())
    words.insert(words.end(), {"--bind", "127.0.0.1:0"});
  words.insert(words.end(), options.begin(), options.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string key_variable = "PERSAT_SANDBOX_KEY=" + key;
  std::array<char*, 2> environment = {key_variable.data(), nullptr};
  const int failed =
      ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  const std::string line = failed == 0 ? read_line(ends[0]) : "";
  ::close(ends[0]);
  const std::size_t url = line.find("http://");
  if (url == std::string::npos) throw std::runtime_error("cannot start " + program);
  url_ = line.substr(url);
}

SandboxProcess::~SandboxProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

std::string SandboxProcess::request(const std::string& path, const std::string* body) const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), &curl_easy_cleanup);
  std::string answer;
  curl_easy_setopt(easy.get(), CURLOPT_URL, (url_ + path).c_str());
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &append_body);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer);
  if (body != nullptr) curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body->c_str());
  const CURLcode code = curl_easy_perform(easy.get());
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK || status != 200)
    throw std::runtime_error(path + ": " + curl_easy_strerror(code) + answer);
  return answer;
}

boost::json::object SandboxProcess::summary() const {
  return boost::json::parse(request("/sandbox/summary", nullptr)).as_object();
}

}  // namespace rastro::test
