// Metres of the simulated city and degrees on the ellipsoid, and back. Values only; owns nothing, any thread.
#pragma once

namespace rastro::truth {

// East and north of the city's south-western corner.
struct Point {
  double x_m = 0;
  double y_m = 0;
};

struct Place {
  double latitude_deg = 0;
  double longitude_deg = 0;
};

// The city's corner: Buenos Aires.
inline constexpr Place kOrigin{-34.6, -58.4};

Place place_of(Point point);
Point point_of(Place place);

Point operator+(Point a, Point b);
Point operator-(Point a, Point b);
Point operator*(Point a, double factor);
double length_m(Point vector);
double distance_m(Point a, Point b);
// On the ground of WGS 84; right to a millimetre in a city's size.
double distance_m(Place a, Place b);

}  // namespace rastro::truth
