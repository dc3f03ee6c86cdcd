#include "gateway/clients/places.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rastro {
namespace {

// A square of the map: 0.02 degrees, about 2.2 km from south to north. Wide enough that a client with the
// usual radius stands in few of them, narrow enough that one of them holds few clients.
constexpr double kSquareDeg = 0.02;
constexpr double kMetresPerDegree = 111'320;
// Beyond this a circle would fill the table with squares; who serves a whole region asks PostGIS.
constexpr double kMaxRadiusM = 20'000;

std::int64_t square_index(double degrees) {
  return static_cast<std::int64_t>(std::floor(degrees / kSquareDeg));
}

std::uint64_t square_key(std::int64_t row, std::int64_t column) {
  return static_cast<std::uint64_t>(row) << 32 | (static_cast<std::uint64_t>(column) & 0xFFFFFFFF);
}

double cos_of_latitude(double latitude_deg) {
  return std::max(0.01, std::cos(latitude_deg * std::numbers::pi / 180));
}

// On a sphere laid flat around the two: right to a few in a thousand over some kilometres.
double distance_m(const postgis::ClientRow& client, double latitude_deg, double longitude_deg) {
  const double north = (latitude_deg - client.latitude_deg) * kMetresPerDegree;
  const double east =
      (longitude_deg - client.longitude_deg) * kMetresPerDegree * cos_of_latitude(client.latitude_deg);
  return std::hypot(north, east);
}

}  // namespace

Places::Places(std::vector<postgis::ClientRow> clients) : clients_(std::move(clients)) {
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    const postgis::ClientRow& client = clients_[i];
    const double height = std::min(client.radius_m, kMaxRadiusM) / kMetresPerDegree;
    const double width = height / cos_of_latitude(client.latitude_deg);
    for (auto row = square_index(client.latitude_deg - height);
         row <= square_index(client.latitude_deg + height); ++row) {
      for (auto column = square_index(client.longitude_deg - width);
           column <= square_index(client.longitude_deg + width); ++column) {
        squares_[square_key(row, column)].push_back(i);
      }
    }
  }
}

const postgis::ClientRow* Places::find_nearest(double latitude_deg, double longitude_deg) const {
  const auto square = squares_.find(square_key(square_index(latitude_deg), square_index(longitude_deg)));
  if (square == squares_.end()) return nullptr;
  const postgis::ClientRow* nearest = nullptr;
  double nearest_m = 0;
  for (const std::uint32_t i : square->second) {
    const double here_m = distance_m(clients_[i], latitude_deg, longitude_deg);
    if (here_m > clients_[i].radius_m || (nearest != nullptr && here_m >= nearest_m)) continue;
    nearest = &clients_[i];
    nearest_m = here_m;
  }
  return nearest;
}

}  // namespace rastro
