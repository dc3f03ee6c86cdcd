#include "pipeline/tracking/client_index.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

namespace rastro::tracking {
namespace {

// Sizes from 90 degrees down to some 20 m.
constexpr std::uint32_t kSizes = 19;
constexpr double kLargestDeg = 90;
constexpr double kMostLatitude = 89.9;  // where a degree of longitude still has a length

double size_deg(std::uint32_t size) { return kLargestDeg / (1U << size); }

std::uint64_t square_key(std::uint32_t size, std::int64_t column, std::int64_t row) {
  const std::int64_t columns = std::int64_t{4} << size;
  column = (column % columns + columns) % columns;
  return std::uint64_t{size} << 58 | static_cast<std::uint64_t>(column) << 29 |
         static_cast<std::uint64_t>(row);
}

std::int64_t column_of(double longitude_deg, std::uint32_t size) {
  return static_cast<std::int64_t>(std::floor((longitude_deg + 180) / size_deg(size)));
}
std::int64_t row_of(double latitude_deg, std::uint32_t size) {
  return static_cast<std::int64_t>(std::floor((latitude_deg + 90) / size_deg(size)));
}

// South-west and north-east corner; east may be beyond 180.
struct Box {
  double west_deg = 0;
  double south_deg = 0;
  double east_deg = 0;
  double north_deg = 0;
};

void widen(Box& box, const Place& place, double by_m) {
  const double latitude = std::clamp(place.latitude_deg, -kMostLatitude, kMostLatitude);
  const double north_deg = by_m / kMetresPerDegree;
  const double east_deg = north_deg / east_scale(latitude);
  box.west_deg = std::min(box.west_deg, place.longitude_deg - east_deg);
  box.east_deg = std::max(box.east_deg, place.longitude_deg + east_deg);
  box.south_deg = std::max(-90.0, std::min(box.south_deg, place.latitude_deg - north_deg));
  box.north_deg = std::min(90.0, std::max(box.north_deg, place.latitude_deg + north_deg));
}

Box box_of(const Client& client) {
  const Place& place = client.place;
  Box box{place.longitude_deg, place.latitude_deg, place.longitude_deg, place.latitude_deg};
  if (client.area.empty()) {
    widen(box, place, client.radius_m + ClientIndex::kMostMarginM);
    return box;
  }
  for (const Ring& ring : client.area) {
    for (Place corner : ring) {
      if (corner.longitude_deg - place.longitude_deg > 180) corner.longitude_deg -= 360;
      if (corner.longitude_deg - place.longitude_deg < -180) corner.longitude_deg += 360;
      widen(box, corner, ClientIndex::kMostMarginM);
    }
  }
  return box;
}

// A float that is not above.
float rounded_down(double degrees) {
  return std::nextafter(static_cast<float>(degrees), -std::numeric_limits<float>::infinity());
}

float rounded_up(double degrees) { return -rounded_down(-degrees); }

std::uint32_t size_for(const Box& box) {
  std::uint32_t size = 0;
  const double extent = std::max(box.east_deg - box.west_deg, box.north_deg - box.south_deg);
  while (size + 1 < kSizes && size_deg(size + 1) >= extent) ++size;
  return size;
}

// Of the straight line between two offsets from the place that is asked about.
double distance_to_side(const Offset& from, const Offset& to) {
  const double east = to.east_m - from.east_m;
  const double north = to.north_m - from.north_m;
  const double square = east * east + north * north;
  const double along = square == 0 ? 0 : -(from.east_m * east + from.north_m * north) / square;
  const double part = std::clamp(along, 0.0, 1.0);
  return length_m({from.east_m + part * east, from.north_m + part * north});
}

// 0 within: a line from the place to the east crosses the sides of the rings an odd number of times.
double outside_area(const std::vector<Ring>& area, const Place& place) {
  bool within = false;
  double nearest = std::numeric_limits<double>::infinity();
  for (const Ring& ring : area) {
    if (ring.empty()) continue;
    Offset from = offset_m(place, ring.back());
    for (const Place& corner : ring) {
      const Offset to = offset_m(place, corner);
      if ((from.north_m > 0) != (to.north_m > 0)) {
        const double crossing =
            from.east_m - from.north_m * (to.east_m - from.east_m) / (to.north_m - from.north_m);
        if (crossing > 0) within = !within;
      }
      nearest = std::min(nearest, distance_to_side(from, to));
      from = to;
    }
  }
  return within ? 0 : nearest;
}

// A hole lies within another ring and takes its part of the area away; which is which its corners tell.
double radius_of(const Client& client) {
  if (client.area.empty()) return client.radius_m;
  double area_m2 = 0;
  for (std::size_t i = 0; i < client.area.size(); ++i) {
    const Ring& ring = client.area[i];
    if (ring.empty()) continue;
    double twice_m2 = 0;
    Offset from = offset_m(client.place, ring.back());
    for (const Place& corner : ring) {
      const Offset to = offset_m(client.place, corner);
      twice_m2 += from.east_m * to.north_m - from.north_m * to.east_m;
      from = to;
    }
    std::size_t around = 0;
    for (std::size_t j = 0; j < client.area.size(); ++j) {
      if (j != i && outside_area({client.area[j]}, ring.front()) == 0) ++around;
    }
    area_m2 += (around % 2 == 0 ? 1 : -1) * std::abs(twice_m2) / 2;
  }
  return std::sqrt(std::max(1.0, area_m2) / std::numbers::pi);
}

}  // namespace

ClientIndex::ClientIndex(std::vector<Client> clients) : clients_(std::move(clients)) {
  std::ranges::sort(clients_, {}, &Client::id);
  radii_m_.reserve(clients_.size());
  for (const Client& client : clients_) radii_m_.push_back(radius_of(client));
  std::vector<std::pair<std::uint64_t, Standing>> standing;  // by square
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    const Box box = box_of(clients_[i]);
    const std::uint32_t size = size_for(box);
    const Standing here{rounded_down(box.south_deg), rounded_up(box.north_deg), rounded_down(box.west_deg),
                        rounded_up(box.east_deg - rounded_down(box.west_deg)), i};
    sizes_ |= 1U << size;
    for (std::int64_t row = row_of(box.south_deg, size); row <= row_of(box.north_deg, size); ++row) {
      for (std::int64_t column = column_of(box.west_deg, size); column <= column_of(box.east_deg, size);
           ++column) {
        standing.emplace_back(square_key(size, column, row), here);
      }
    }
  }
  std::ranges::stable_sort(standing, {}, [](const auto& one) { return one.first; });
  standing_.reserve(standing.size());
  for (const auto& [square, here] : standing) {
    Range& range = squares_[square];
    if (range.count++ == 0) range.first = static_cast<std::uint32_t>(standing_.size());
    standing_.push_back(here);
  }
}

void ClientIndex::find_near(const Place& place, double margin_m, std::vector<Near>& out) const {
  out.clear();
  for (std::uint32_t left = sizes_; left != 0; left &= left - 1) {
    const auto size = static_cast<std::uint32_t>(std::countr_zero(left));
    const auto square = squares_.find(
        square_key(size, column_of(place.longitude_deg, size), row_of(place.latitude_deg, size)));
    if (square == squares_.end()) continue;
    const Range range = square->second;
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      const Standing& standing = standing_[i];
      if (place.latitude_deg < standing.south_deg || place.latitude_deg > standing.north_deg) continue;
      const double east_deg = place.longitude_deg - standing.west_deg;
      const double turns_deg = east_deg < 0 ? 360 : east_deg >= 360 ? -360 : 0;
      if (east_deg + turns_deg > standing.width_deg) continue;
      const Client& client = clients_[standing.client];
      Near near{&client, distance_m(client.place, place), 0, radii_m_[standing.client]};
      near.outside_m = client.area.empty() ? std::max(0.0, near.distance_m - client.radius_m)
                                           : outside_area(client.area, place);
      if (near.outside_m <= margin_m) out.push_back(near);
    }
  }
  std::ranges::sort(out, [](const Near& a, const Near& b) {
    return a.distance_m != b.distance_m ? a.distance_m < b.distance_m : a.client->id < b.client->id;
  });
}

const Client* ClientIndex::find(std::int64_t id) const {
  const auto at = std::ranges::lower_bound(clients_, id, {}, &Client::id);
  return at != clients_.end() && at->id == id ? &*at : nullptr;
}

}  // namespace rastro::tracking
