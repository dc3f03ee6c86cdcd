// Which handlers of the router may run beside others.
#include "gateway/api/router.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "tests/support/test_gate.h"

namespace rastro {
namespace {

void ask_in_two_threads(const Router& router, int times) {
  const auto ask = [&] {
    for (int i = 0; i < times; ++i) {
      std::string_view route;
      EXPECT_EQ(router.answer({.method = "GET", .path = "/x", .authorization = "Bearer k"}, route).status,
                200);
    }
  };
  std::thread other(ask);
  ask();
  other.join();
}

TEST(RouterThreads, RunAHandlerOneAtATimeUnlessItSaysOtherwise) {
  Router router;
  router.guard_with(test::one_key("k"));
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  router.add("GET", "/x", {}, [&](const HttpRequest&, const PathArguments&) {
    most = std::max(most.load(), ++inside);
    std::this_thread::yield();
    --inside;
    return HttpResponse();
  });
  ask_in_two_threads(router, 1000);
  EXPECT_EQ(most, 1);
}

TEST(RouterThreads, RunAConcurrentHandlerBesideItself) {
  Router router;
  router.guard_with(test::one_key("k"));
  std::barrier both(2);  // nobody passes alone
  router.add_concurrent("GET", "/x", {}, [&](const HttpRequest&, const PathArguments&) {
    both.arrive_and_wait();
    return HttpResponse();
  });
  ask_in_two_threads(router, 10);
}

}  // namespace
}  // namespace rastro
