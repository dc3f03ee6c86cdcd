// The clients by where they are, so that those near a stop are found among a million in a microsecond. Made
// once, then read by any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/tracking/client.h"

namespace rastro::tracking {

class ClientIndex {
 public:
  ClientIndex() = default;
  explicit ClientIndex(std::vector<Client> clients);

  struct Near {
    const Client* client = nullptr;
    double distance_m = 0;  // from the client's point
    double outside_m = 0;   // from its area; 0: within
  };
  // Clients whose area the place is in or at most `margin_m` beside, nearest point first, those as near by id.
  // Appends to `out`, which the caller clears.
  void find_near(const Place& place, double margin_m, std::vector<Near>& out) const;

  // Null: none has that number.
  const Client* find(std::int64_t id) const;
  std::size_t size() const { return clients_.size(); }

 private:
  // The clients that reach into one square of the map.
  struct Square {
    std::uint64_t key = 0;
    std::uint32_t client = 0;
  };

  std::vector<Client> clients_;  // by id
  std::vector<Square> squares_;  // by key
};

}  // namespace rastro::tracking
