#include "tests/truth/drive_by.h"

#include <algorithm>
#include <optional>

namespace rastro::truth {
namespace {

constexpr double kMsPerSecond = 1000;

// One client's circle and the passage that is under way.
struct Circle {
  const Client* client;
  Point centre;
  std::optional<DriveBy> passage;
};

// The circles are kept in squares of this size, larger than any radius: a point asks nine squares, not a
// city.
constexpr double kSquareM = 200;
using Squares = std::map<std::pair<int, int>, std::vector<Circle*>>;

std::pair<int, int> square_of(Point point) {
  return {static_cast<int>(point.x_m / kSquareM), static_cast<int>(point.y_m / kSquareM)};
}

std::vector<Circle*> circles_near(const Squares& squares, Point point) {
  std::vector<Circle*> near;
  const auto [x, y] = square_of(point);
  for (int dx = -1; dx <= 1; ++dx) {
    for (int dy = -1; dy <= 1; ++dy) {
      if (const auto found = squares.find({x + dx, y + dy}); found != squares.end()) {
        near.insert(near.end(), found->second.begin(), found->second.end());
      }
    }
  }
  return near;
}

class Passages {
 public:
  Passages(const DeviceTruth& truth, const std::vector<Client>& clients) : truth_(truth) {
    for (const Client& client : clients) {
      circles_.push_back({&client, point_of(client.place), std::nullopt});
    }
    for (Circle& circle : circles_) {
      squares_[square_of(circle.centre)].push_back(&circle);
    }
  }

  std::vector<DriveBy> find() {
    for (std::size_t at = 0; at < truth_.track.size(); ++at) {
      const std::int64_t until_ms =
          at + 1 < truth_.track.size() ? truth_.track[at + 1].time_ms : truth_.span.end_ms;
      pass(truth_.track[at], until_ms);
    }
    return std::move(found_);
  }

 private:
  // The vehicle is at `point` until `until_ms`.
  void pass(const TrackPoint& point, std::int64_t until_ms) {
    std::vector<Circle*> still;
    for (Circle* circle : circles_near(squares_, point.point)) {
      const double away_m = distance_m(circle->centre, point.point);
      if (away_m > circle->client->radius_m) {
        continue;
      }
      if (!circle->passage) {
        circle->passage = {truth_.span.device, circle->client->name, point.time_ms, 0, away_m, 0};
      }
      DriveBy& passage = *circle->passage;
      passage.end_ms = until_ms;
      passage.closest_m = std::min(passage.closest_m, away_m);
      if (point.speed_mps == 0) {
        passage.stood_s =
            std::max(passage.stood_s, static_cast<double>(until_ms - point.time_ms) / kMsPerSecond);
      }
      still.push_back(circle);
    }
    for (Circle* circle : inside_) {
      if (std::find(still.begin(), still.end(), circle) == still.end()) {
        leave(*circle);
      }
    }
    inside_ = std::move(still);
  }

  void leave(Circle& circle) {
    if (!stopped_in(*circle.passage)) {
      found_.push_back(*circle.passage);
    }
    circle.passage.reset();
  }

  bool stopped_in(const DriveBy& passage) const {
    return std::any_of(truth_.stops.begin(), truth_.stops.end(), [&passage](const TrueStop& stop) {
      return stop.kind != "either" && stop.start_ms.value_or(0) < passage.end_ms &&
             stop.end_ms.value_or(passage.end_ms) > passage.start_ms;
    });
  }

  const DeviceTruth& truth_;
  std::vector<Circle> circles_;
  Squares squares_;
  std::vector<Circle*> inside_;
  std::vector<DriveBy> found_;
};

}  // namespace

std::vector<DriveBy> find_drive_bys(const DeviceTruth& truth, const std::vector<Client>& clients) {
  return Passages(truth, clients).find();
}

}  // namespace rastro::truth
