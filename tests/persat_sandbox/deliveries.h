// The sandbox's deliveries, listed by cursor, and its routes (persat-api.md 6). Made from their numbers when
// they are asked for; they do not change. One thread.
#pragma once

#include <optional>
#include <string>

#include "tests/persat_sandbox/clients.h"

namespace persat_sandbox {

class Deliveries {
 public:
  Deliveries(const Sizes& sizes, const Clients& clients) : sizes_(sizes), clients_(clients) {}

  // Nothing when the path is not one of these.
  std::optional<Reply> answer(const Request& request) const;

 private:
  boost::json::object make(std::size_t number) const;  // 0 is the newest
  Reply list(const Request& request) const;
  Reply routes(const Request& request) const;

  const Sizes sizes_;
  const Clients& clients_;
};

}  // namespace persat_sandbox
