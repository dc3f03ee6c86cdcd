#include "tests/truth/geometry.h"

#include <cmath>
#include <numbers>

namespace rastro::truth {
namespace {

// WGS 84: half the long axis and the square of the first eccentricity (NIMA TR8350.2, tables 3.1 and 3.3).
constexpr double kHalfAxis = 6378137.0;
constexpr double kEccentricity2 = 6.69437999014e-3;
constexpr double kDegree = std::numbers::pi / 180;

struct MetresPerDegree {
  double latitude;
  double longitude;
};

// From the two radii of curvature at the city's latitude: a city is too small for them to change in it.
MetresPerDegree metres_per_degree() {
  const double sine = std::sin(kOrigin.latitude_deg * kDegree);
  const double flat = 1 - kEccentricity2 * sine * sine;
  const double meridian = kHalfAxis * (1 - kEccentricity2) / (flat * std::sqrt(flat));
  const double normal = kHalfAxis / std::sqrt(flat);
  return {meridian * kDegree, normal * std::cos(kOrigin.latitude_deg * kDegree) * kDegree};
}

const MetresPerDegree kMetres = metres_per_degree();

}  // namespace

Place place_of(Point point) {
  return {kOrigin.latitude_deg + point.y_m / kMetres.latitude,
          kOrigin.longitude_deg + point.x_m / kMetres.longitude};
}

Point point_of(Place place) {
  return {(place.longitude_deg - kOrigin.longitude_deg) * kMetres.longitude,
          (place.latitude_deg - kOrigin.latitude_deg) * kMetres.latitude};
}

Point operator+(Point a, Point b) { return {a.x_m + b.x_m, a.y_m + b.y_m}; }
Point operator-(Point a, Point b) { return {a.x_m - b.x_m, a.y_m - b.y_m}; }
Point operator*(Point a, double factor) { return {a.x_m * factor, a.y_m * factor}; }
double length_m(Point vector) { return std::hypot(vector.x_m, vector.y_m); }
double distance_m(Point a, Point b) { return length_m(a - b); }
double distance_m(Place a, Place b) { return distance_m(point_of(a), point_of(b)); }

}  // namespace rastro::truth
