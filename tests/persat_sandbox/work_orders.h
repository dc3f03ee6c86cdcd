// The sandbox's work orders (persat-api.md 5.2 to 5.4) with the state machine that is documented, and the
// lists that they point into. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tests/persat_sandbox/clients.h"

namespace persat_sandbox {

class WorkOrders {
 public:
  // Spread over the ninety days before today and the thirty after, in every state. Needs clients.
  WorkOrders(const Sizes& sizes, const Clients& clients);

  // Nothing when the path is not one of these.
  std::optional<Reply> answer(const Request& request);
  // One in any state, which no documented endpoint makes: {"uid_client", "state", "labels_ids", "date",
  // "starts_min"}, all with defaults; with {"wo_rule_id", "wo_instance"} a repetition to come. Put away with
  // {"gone": its number}.
  Reply put(const Request& request);
  // As a coordinator does it at Persat's own pages, which `event` then says.
  Reply close(const std::string& id, Event& event);
  std::size_t size() const { return orders_.size(); }
  std::size_t inserted() const { return inserted_; }
  std::size_t cancelled() const { return cancelled_; }

 private:
  Reply list(const Request& request) const;
  Reply insert(const Request& request);
  Reply change_labels(const std::string& id, const Request& request);
  Reply cancel(const std::string& id, const Request& request);
  Reply track_link(const std::string& id) const;

  const Clients& clients_;
  std::map<std::string, boost::json::object> orders_;
  std::int64_t next_id_ = 1001;
  std::size_t inserted_ = 0;
  std::size_t cancelled_ = 0;
};

}  // namespace persat_sandbox
