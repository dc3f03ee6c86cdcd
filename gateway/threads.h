// The parts of the process that have threads of their own: ended in the opposite order of their start.
#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace rastro {

class Threads {
 public:
  Threads() = default;
  ~Threads() { stop(); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  // `part` outlives this object, and its stop() may be called twice.
  template <typename Part>
  void start(Part& part) {
    part.start();
    ends_.push_back([&part] { part.stop(); });
  }
  void stop() {
    for (; !ends_.empty(); ends_.pop_back()) ends_.back()();
  }

 private:
  std::vector<std::function<void()>> ends_;
};

}  // namespace rastro
