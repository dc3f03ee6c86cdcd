// The clients by where they are, so that those at a stop are found among a million in a microsecond. Made
// once, then read by any thread.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

#include "pipeline/tracking/client.h"

namespace rastro::tracking {

class ClientIndex {
 public:
  // How far beside an area the index looks at most.
  static constexpr double kMostMarginM = 50;

  ClientIndex() = default;
  explicit ClientIndex(std::vector<Client> clients);

  struct Near {
    const Client* client = nullptr;
    double distance_m = 0;     // from the client's point
    double outside_m = 0;      // from its area; 0: within
    double area_radius_m = 0;  // of a circle as large as its area
  };
  // The clients whose area the place is in, or at most `margin_m` beside: nearest point first, those equally
  // near by id. Replaces what is in `out`.
  void find_near(const Place& place, double margin_m, std::vector<Near>& out) const;

  // Null: none has that id.
  const Client* find(std::int64_t id) const;
  std::size_t size() const { return clients_.size(); }

 private:
  // A client in a square, with what rules most of them out at a glance.
  struct Standing {
    float south_deg = 0;
    float north_deg = 0;
    float west_deg = 0;
    float width_deg = 0;
    std::uint32_t client = 0;
  };
  struct Range {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  std::vector<Client> clients_;  // by id
  std::vector<double> radii_m_;  // of circles as large as their areas
  // The map is divided into squares of several sizes, each half of the one before. A client stands in the up
  // to four squares that its area touches, of the smallest size for which there are no more.
  boost::unordered_flat_map<std::uint64_t, Range> squares_;
  std::vector<Standing> standing_;  // square by square
  std::uint32_t sizes_ = 0;         // which sizes are in use, a bit each
};

}  // namespace rastro::tracking
