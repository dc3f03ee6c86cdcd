// Who lives in a city and where one can park: customers beside the streets, some with neighbours, some
// several in a building. Owns its streets and customers; made once from a seed, then read by any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tests/truth/net.h"
#include "tests/truth/random.h"
#include "tests/truth/rows.h"

namespace rastro::truth {

// A building: one customer or more at the same point.
struct Site {
  Point point;
  double radius_m = 0;
  Spot door;
  std::vector<std::string> clients;
};

class City {
 public:
  // Throws std::runtime_error when so many clients cannot be placed 20 m from each other.
  City(std::vector<Street> streets, std::size_t clients, Random& random);

  const std::vector<Street>& streets() const { return streets_; }
  const std::vector<Site>& sites() const { return sites_; }
  std::vector<Client> clients() const;

  // Where a car stands that looks for a place near the door: within ±20 m along the street.
  Spot parking_near(const Site& site, Random& random) const;
  // A place that is no customer's: outside every radius with a margin. Throws when the city has none.
  Spot place_of_nobody(Random& random) const;
  // A driver's home beside a customer: inside the radius, but 25 m or more from the point.
  Spot home_beside_client(Random& random) const;
  // The nearest other site at 60 m or less.
  std::optional<std::size_t> neighbour(std::size_t site) const;

 private:
  Spot any_spot(Random& random) const;
  Site site_at(Spot door, Random& random) const;
  bool add(Site site, std::size_t clients_in_it);
  double to_nearest_m(Point point) const;

  std::vector<Street> streets_;
  std::vector<Site> sites_;
  std::size_t client_count_ = 0;
};

}  // namespace rastro::truth
