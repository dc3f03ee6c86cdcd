#include "tests/truth/city.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace rastro::truth {
namespace {

// Nobody parks on a crossing: SUMO's lanes end at the junction's edge, and a car is 5 m long.
constexpr double kFromCornerM = 12;
// SUMO's lanes are 3.2 m wide: the kerb is half of that right of the centre.
constexpr double kKerbM = 1.6;
// Nearer than this two customers are one building, further than that no neighbours (README.md).
constexpr double kNeighboursFromM = 20;
constexpr double kNeighboursToM = 60;
constexpr double kNeighbourShare = 0.25;
constexpr double kBuildingShare = 0.06;
constexpr std::array<double, 4> kRadiiM{50, 75, 75, 100};
// Seven of ten find a place at the door.
constexpr double kAtDoorShare = 0.7;
constexpr double kAtDoorM = 5;
constexpr double kNearDoorM = 20;
// Parked here, even bad noise leaves no doubt that the place is no customer's.
constexpr double kNobodyMarginM = 40;
constexpr double kHomeFromClientM = 25;
constexpr int kAttempts = 200'000;

}  // namespace

City::City(std::vector<Street> streets, std::size_t clients, Random& random) : streets_(std::move(streets)) {
  for (int attempt = 0; client_count_ < clients; ++attempt) {
    if (attempt == kAttempts) {
      throw std::runtime_error("city: no room for " + std::to_string(clients) + " clients");
    }
    const Spot door = any_spot(random);
    const bool building = random.chance(kBuildingShare);
    if (!add(site_at(door, random), building ? static_cast<std::size_t>(random.integer(2, 4)) : 1)) {
      continue;
    }
    if (random.chance(kNeighbourShare)) {
      const double further_m = random.uniform(kNeighboursFromM, kNeighboursToM);
      const Spot next{door.street, door.along_m + further_m};
      if (next.along_m < streets_[door.street].length_m - kFromCornerM) {
        add(site_at(next, random), 1);
      }
    }
  }
}

std::vector<Client> City::clients() const {
  std::vector<Client> clients;
  for (const Site& site : sites_) {
    double neighbour_m = std::numeric_limits<double>::max();
    for (const Site& other : sites_) {
      if (&other != &site) {
        neighbour_m = std::min(neighbour_m, distance_m(other.point, site.point));
      }
    }
    for (const std::string& client : site.clients) {
      clients.push_back({client, place_of(site.point), site.radius_m, neighbour_m,
                         site.clients.size() > 1 ? "b" + site.clients.front() : ""});
    }
  }
  return clients;
}

Spot City::parking_near(const Site& site, Random& random) const {
  const double off_m = random.chance(kAtDoorShare) ? kAtDoorM : kNearDoorM;
  const double length_m = streets_[site.door.street].length_m;
  return {site.door.street, std::clamp(site.door.along_m + random.uniform(-off_m, off_m), kFromCornerM,
                                       length_m - kFromCornerM)};
}

Spot City::place_of_nobody(Random& random) const {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Spot spot = any_spot(random);
    const Point point = point_at(streets_[spot.street], spot.along_m, kKerbM);
    if (std::none_of(sites_.begin(), sites_.end(), [&](const Site& site) {
          return distance_m(site.point, point) < site.radius_m + kNobodyMarginM;
        })) {
      return spot;
    }
  }
  throw std::runtime_error("city: every place is some client's");
}

Spot City::home_beside_client(Random& random) const {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Site& site = sites_[random.index(sites_.size())];
    const Spot spot = any_spot(random);
    const Point point = point_at(streets_[spot.street], spot.along_m, kKerbM);
    const double away_m = distance_m(point, site.point);
    if (away_m >= kHomeFromClientM && away_m < site.radius_m && to_nearest_m(point) >= kHomeFromClientM) {
      return spot;
    }
  }
  throw std::runtime_error("city: no home beside a client");
}

std::optional<std::size_t> City::neighbour(std::size_t site) const {
  std::optional<std::size_t> nearest;
  double nearest_m = kNeighboursToM;
  for (std::size_t other = 0; other < sites_.size(); ++other) {
    const double away_m = distance_m(sites_[other].point, sites_[site].point);
    if (other != site && away_m <= nearest_m) {
      nearest = other;
      nearest_m = away_m;
    }
  }
  return nearest;
}

Spot City::any_spot(Random& random) const {
  const std::size_t street = random.index(streets_.size());
  return {street, random.uniform(kFromCornerM, streets_[street].length_m - kFromCornerM)};
}

Site City::site_at(Spot door, Random& random) const {
  const double from_kerb_m = random.uniform(5, 20);
  return {point_at(streets_[door.street], door.along_m, kKerbM + from_kerb_m),
          kRadiiM[random.index(kRadiiM.size())],
          door,
          {}};
}

bool City::add(Site site, std::size_t clients_in_it) {
  if (to_nearest_m(site.point) < kNeighboursFromM) {
    return false;
  }
  for (std::size_t made = 0; made < clients_in_it; ++made) {
    site.clients.push_back("c" + std::to_string(++client_count_));
  }
  sites_.push_back(std::move(site));
  return true;
}

double City::to_nearest_m(Point point) const {
  double nearest_m = std::numeric_limits<double>::max();
  for (const Site& site : sites_) {
    nearest_m = std::min(nearest_m, distance_m(site.point, point));
  }
  return nearest_m;
}

}  // namespace rastro::truth
