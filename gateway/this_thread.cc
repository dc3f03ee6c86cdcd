#include "gateway/this_thread.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace rastro {
namespace {

// sched(7): a step is a factor of 1.25 in the share of a processor.
constexpr int kNice = 5;

}  // namespace

void name_this_thread(const char* name) { ::pthread_setname_np(::pthread_self(), name); }

void step_back_before_devices() {
  // Linux keeps a nice value for each thread (sched(7), "The nice value"). It may always be raised.
  const auto thread = static_cast<id_t>(::gettid());
  ::setpriority(PRIO_PROCESS, thread, ::getpriority(PRIO_PROCESS, thread) + kNice);
}

}  // namespace rastro
