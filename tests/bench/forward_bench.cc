// How many positions a second the forwarder brings to a target that takes everything, and what one costs in
// processor time: a journal filled with fixes of many devices, a bare HTTP/1.1 server in a process of its
// own.
//   forward_bench [positions] [devices] [concurrency]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "forwarder/forwarder.h"
#include "tests/support/stored_records.h"

namespace {

using namespace rastro;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Answers each request that is there whole, by its Content-Length.
std::size_t answer_all(int socket, std::string& text) {
  constexpr std::string_view kAnswer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n"
      R"({"success":true,"data":{}})";
  std::size_t answered = 0;
  for (;;) {
    const std::size_t head = text.find("\r\n\r\n");
    if (head == std::string::npos) return answered;
    const std::size_t at = text.find("Content-Length: ");
    const std::size_t size = at < head ? std::strtoul(text.c_str() + at + 16, nullptr, 10) : 0;
    if (text.size() < head + 4 + size) return answered;
    text.erase(0, head + 4 + size);
    if (::send(socket, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) return answered;
    ++answered;
  }
}

[[noreturn]] void serve(int listener) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<pollfd> sockets = {{listener, POLLIN, 0}};
  std::vector<std::string> texts(1);
  std::vector<char> buffer(1U << 16);
  for (;;) {
    ::poll(sockets.data(), sockets.size(), -1);
    for (std::size_t i = 1; i < sockets.size(); ++i) {
      if (sockets[i].revents == 0) continue;
      const ssize_t got = ::recv(sockets[i].fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) {
        ::close(sockets[i].fd);
        sockets[i].fd = -1;
        continue;
      }
      texts[i].append(buffer.data(), static_cast<std::size_t>(got));
      answer_all(sockets[i].fd, texts[i]);
    }
    if (sockets[0].revents == 0) continue;
    const int accepted = ::accept(listener, nullptr, nullptr);
    const int one = 1;
    ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    sockets.push_back({accepted, POLLIN, 0});
    texts.emplace_back();
  }
}

// The URL of a server that lives until this process ends.
std::string start_server() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, plain, size) != 0 || ::listen(listener, 256) != 0) throw std::runtime_error("no port");
  ::getsockname(listener, plain, &size);
  if (::fork() == 0) serve(listener);
  ::close(listener);
  return "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/positions";
}

std::unique_ptr<journal::Journal> fill_journal(const std::string& folder_name, std::size_t positions,
                                               std::size_t devices) {
  std::unique_ptr<journal::Folder> folder;
  std::unique_ptr<journal::Journal> journal;
  journal::Options options;
  options.consumers = {forward::Forwarder::kName};
  if (!journal::open_posix_folder(folder_name, true, folder).ok() ||
      !journal::Journal::open(std::move(folder), options, journal).ok()) {
    throw std::runtime_error("no journal");
  }
  journal->start();
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < positions; ++i) {
    const auto step = static_cast<std::int64_t>(i / devices);
    const StoredRecord record = test::fix_record(std::to_string(350000000000000 + i % devices),
                                                 test::fix_at(test::kNoon + step * 1000));
    std::string stored;
    RecordEncoder().encode(record.head, record.messages, {}, stored);
    while (journal->append(test::bytes_of(stored), 1, end) != journal::Append::kAccepted) {
      std::this_thread::sleep_for(1ms);
    }
  }
  while (journal->durable_position() < end) journal->wait_durable(end - 1, 1s);
  return journal;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void run(const std::string& url, std::size_t positions, std::size_t devices, std::size_t concurrency,
         std::size_t batch_max) {
  std::string name = std::filesystem::temp_directory_path() / "rastro-forward-bench-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
  const auto journal = fill_journal(name + "/journal", positions, devices);
  std::unique_ptr<journal::Folder> folder;
  if (!journal::open_posix_folder(name + "/forward", true, folder).ok())
    throw std::runtime_error("no folder");
  std::string why;
  auto shape =
      forward::RequestShape::parse(forward::kDefaultBody, forward::kDefaultBatchBody, batch_max, why);
  forward::Forwarder::Options options;
  options.http.url = url;
  options.http.api_key = "bench";
  options.http.concurrency = concurrency;
  options.requests_per_second = 100000;
  const forward::Devices directory = {[] { return true; },
                                      [](const DeviceIdentity&) -> std::optional<forward::Target> {
                                        return forward::Target{.persat_device_id = 31};
                                      }};
  forward::Forwarder forwarder(*journal, std::move(folder), *std::move(shape), directory, options);
  const double cpu = cpu_seconds();
  const auto start = Clock::now();
  forwarder.start();
  while (forwarder.progress().pending > 0) std::this_thread::sleep_for(2ms);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const double used = cpu_seconds() - cpu;
  forwarder.stop();
  const auto count = static_cast<double>(positions);
  std::cout << "batch " << batch_max << ": " << static_cast<std::uint64_t>(count / seconds)
            << " positions/s, " << used / count * 1e6 << " us of processor time a position, "
            << forwarder.progress().requests << " requests\n";
  if (forwarder.progress().delivered != positions) throw std::runtime_error("not all were delivered");
  std::filesystem::remove_all(name);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto argument = [&](int i, std::size_t otherwise) {
      return i < argc ? std::strtoul(argv[i], nullptr, 10) : otherwise;
    };
    const std::string url = start_server();
    for (const std::size_t batch : {1U, 20U, 100U}) {
      run(url, argument(1, 50000), argument(2, 2000), argument(3, 4), batch);
    }
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "forward_bench: " << e.what() << '\n';
    return 1;
  }
}
