// The work orders that Persat keeps: every question and act goes there and its answer comes back, and what it
// said is followed here. Acts are in the books before they go. Any thread: one at a time, and only a few
// wait.
#pragma once

#include <functional>
#include <mutex>
#include <semaphore>
#include <string_view>

#include "forwarder/persat/api.h"
#include "gateway/work_orders/work_orders.h"
#include "pipeline/postgis/work_order_mirror.h"

namespace rastro {

class RelayedWorkOrders : public WorkOrders {
 public:
  // What could not be done for the caller, or behind its back; the error has no key in it.
  using OnError = std::function<void(std::string_view call, const persat::Error& error)>;

  // Throws std::runtime_error as persat::Connection does.
  RelayedWorkOrders(persat::Api::Options api, std::string database_url, OnError on_error)
      : api_(std::move(api)), mirror_(std::move(database_url)), on_error_(std::move(on_error)) {}

  HttpResponse list(const postgis::WorkOrderQuestion& question) override;
  HttpResponse find(const std::string& wo_id) override;
  HttpResponse insert(const postgis::WorkOrderEntry& entry, const std::string& actor) override;
  HttpResponse label(const std::string& wo_id, const std::string& labels_ids,
                     const std::string& actor) override;
  HttpResponse cancel(const std::string& wo_id, const postgis::Cancellation& cancellation,
                      const std::string& actor) override;

 private:
  // Requests that wait for Persat at once: the server's other threads stay free for the rest of the API.
  static constexpr std::ptrdiff_t kMaxWaiting = 2;

  template <typename Ask>
  HttpResponse one_at_a_time(Ask ask);
  template <typename Relay>
  HttpResponse act(const postgis::RelayedAct& act, const std::string& actor, Relay relay);
  HttpResponse failed(std::string_view call, const persat::Error& error);
  void follow(const boost::json::array& orders);
  // What has become of it. Its state, empty when Persat did not say.
  std::string follow_again(const std::string& wo_id);

  persat::Api api_;
  postgis::WorkOrderMirror mirror_;
  const OnError on_error_;
  std::counting_semaphore<kMaxWaiting> waiting_{kMaxWaiting};
  std::mutex mutex_;  // of api_ and mirror_
};

// Persat's own words for what it refuses; for what it cannot answer, ours.
HttpResponse relayed_failure(const persat::Error& error);

}  // namespace rastro
