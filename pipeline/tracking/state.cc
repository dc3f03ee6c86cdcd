#include "pipeline/tracking/state.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

namespace rastro::tracking {
namespace {

// Goes up with every change of what follows: older states are then made anew from the fixes.
constexpr std::uint8_t kVersion = 1;

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  template <typename T>
  void operator()(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      (*this)(static_cast<std::underlying_type_t<T>>(value));
    } else {
      static_assert(std::is_arithmetic_v<T> && std::endian::native == std::endian::little);
      out_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
  }
  template <typename T>
  void operator()(const std::optional<T>& value) {
    (*this)(value.has_value());
    (*this)(value.value_or(T{}));
  }

 private:
  std::string& out_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  void operator()(T& value) {
    if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number{};
      (*this)(number);
      value = static_cast<T>(number);
    } else {
      static_assert(std::is_arithmetic_v<T>);
      if (bytes_.size() < sizeof value) {
        ok_ = false;
        return;
      }
      if constexpr (std::is_same_v<T, bool>) {
        value = bytes_.front() != 0;
      } else {
        std::memcpy(&value, bytes_.data(), sizeof value);
      }
      bytes_.remove_prefix(sizeof value);
    }
  }
  template <typename T>
  void operator()(std::optional<T>& value) {
    bool there = false;
    T inner{};
    (*this)(there);
    (*this)(inner);
    value = there ? std::optional(inner) : std::nullopt;
  }
  bool done() const { return ok_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

// Every member in its order; `Visit` writes or reads it.
template <typename Visit, typename Of>
void each_of_place(Visit& visit, Of& place) {
  visit(place.latitude_deg);
  visit(place.longitude_deg);
}

template <typename Visit, typename Of>
void each_of_vertex(Visit& visit, Of& vertex) {
  visit(vertex.time_ms);
  each_of_place(visit, vertex.place);
  visit(vertex.speed_kmh);
  visit(vertex.course_deg);
  visit(vertex.ignition);
  visit(vertex.odometer_m);
}

template <typename Visit, typename Of>
void each_of_cluster(Visit& visit, Of& cluster) {
  each_of_place(visit, cluster.origin);
  visit(cluster.east_sum_m);
  visit(cluster.north_sum_m);
  visit(cluster.square_sum_m2);
  visit(cluster.count);
  visit(cluster.first_ms);
  visit(cluster.last_ms);
}

// Only what a trip that lasts has.
template <typename Visit, typename Of>
void each_of_trip(Visit& visit, Of& trip) {
  visit(trip.started_ms);
  each_of_place(visit, trip.from);
  visit(trip.measured_m);
  visit(trip.reach_m);
  visit(trip.max_speed_kmh);
  visit(trip.standing_ms);
  visit(trip.overspeed_ms);
}

template <typename Visit, typename Of>
void each_of_day(Visit& visit, Of& day) {
  visit(day.day);
  visit(day.distance_m);
  visit(day.driving_ms);
  visit(day.standing_ms);
  visit(day.idling_ms);
  visit(day.stopped_ms);
  visit(day.unknown_ms);
  visit(day.engine_ms);
  visit(day.overspeed_ms);
  visit(day.max_speed_kmh);
  visit(day.trips);
  visit(day.stops);
  visit(day.first_movement_ms);
  visit(day.last_movement_ms);
}

template <typename Visit, typename Of>
void each_of_state(Visit& visit, Of& state) {
  visit(state.phase);
  visit(state.last_key.time_ms);
  visit(state.last_key.record_hash);
  each_of_vertex(visit, state.last);
  visit(state.doubted_count);
  for (std::size_t i = 0; i < std::min<std::size_t>(state.doubted_count, state.doubted.size()); ++i) {
    each_of_vertex(visit, state.doubted[i].vertex);
    visit(state.doubted[i].record_hash);
  }
  visit(state.noise_m2);
  each_of_cluster(visit, state.stay);
  visit(state.arrived_ms);
  visit(state.stop_idling_ms);
  visit(state.engine_started_ms);
  visit(state.engine_starts);
  each_of_cluster(visit, state.candidate);
  visit(state.far_count);
  each_of_vertex(visit, state.vertex);
  each_of_trip(visit, state.trip);
  visit(state.odometer_begin_m);
  visit(state.has_day);
  visit(state.day_end_ms);
  each_of_day(visit, state.day);
}

}  // namespace

std::string encode_state(const State& state) {
  std::string out;
  out.reserve(640);
  Writer writer(out);
  writer(kVersion);
  each_of_state(writer, state);
  return out;
}

bool decode_state(std::string_view bytes, State& state) {
  if (bytes.empty() || static_cast<std::uint8_t>(bytes.front()) != kVersion) return false;
  Reader reader(bytes.substr(1));
  state = {};
  each_of_state(reader, state);
  return reader.done() && state.doubted_count <= state.doubted.size();
}

}  // namespace rastro::tracking
