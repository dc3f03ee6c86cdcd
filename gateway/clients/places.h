// The clients by where they are, in memory. Filled anew when the catalogue changes; never changed after that;
// any thread.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "pipeline/postgis/catalogue.h"

namespace rastro {

class Places {
 public:
  Places() = default;
  explicit Places(std::vector<postgis::ClientRow> clients);

  // The client whose circle holds the place, of several the one whose centre is nearest; null: none.
  const postgis::ClientRow* find_nearest(double latitude_deg, double longitude_deg) const;
  std::size_t size() const { return clients_.size(); }

 private:
  std::vector<postgis::ClientRow> clients_;
  // Each client stands in every square of the map that its circle may touch.
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> squares_;
};

}  // namespace rastro
