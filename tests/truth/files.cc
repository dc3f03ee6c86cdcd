#include "tests/truth/files.h"

namespace rastro::truth {
namespace {

constexpr int kDegreePlaces = 7;  // a centimetre

// The columns of a span of a device's time. Looked up once a file, not once a row.
struct SpanColumns {
  explicit SpanColumns(const CsvReader& csv)
      : device(csv.column("device")), start(csv.column("start_ms")), end(csv.column("end_ms")) {}

  std::size_t device, start, end;
};

struct PlaceColumns {
  explicit PlaceColumns(const CsvReader& csv)
      : latitude(csv.column("latitude")), longitude(csv.column("longitude")) {}

  Place read(const CsvReader& csv) const {
    return {csv.required_decimal(latitude), csv.required_decimal(longitude)};
  }

  std::size_t latitude, longitude;
};

CsvWriter& place(CsvWriter& csv, Place place) {
  return csv.decimal(place.latitude_deg, kDegreePlaces).decimal(place.longitude_deg, kDegreePlaces);
}

}  // namespace

std::vector<Client> read_clients(const std::string& path) {
  CsvReader csv(path);
  const PlaceColumns places(csv);
  const std::size_t client = csv.column("client");
  const std::size_t radius = csv.column("radius_m");
  const std::size_t neighbour = csv.column("neighbour_m");
  const std::size_t building = csv.column("building");
  std::vector<Client> clients;
  while (csv.next()) {
    clients.push_back({std::string(csv.text(client)), places.read(csv), csv.required_decimal(radius),
                       csv.required_decimal(neighbour), std::string(csv.text(building))});
  }
  return clients;
}

void write_clients(const std::string& path, const std::vector<Client>& clients) {
  CsvWriter csv(path, "client,latitude,longitude,radius_m,neighbour_m,building");
  for (const Client& client : clients) {
    place(csv.text(client.name), client.place)
        .decimal(client.radius_m, 0)
        .decimal(client.neighbour_m, 1)
        .text(client.building)
        .end_row();
  }
  csv.close();
}

std::vector<DeviceSpan> read_devices(const std::string& path) {
  CsvReader csv(path);
  const std::size_t device = csv.column("device");
  const std::size_t begin = csv.column("begin_ms");
  const std::size_t end = csv.column("end_ms");
  std::vector<DeviceSpan> devices;
  while (csv.next()) {
    devices.push_back(
        {std::string(csv.text(device)), csv.required_integer(begin), csv.required_integer(end)});
  }
  return devices;
}

void write_devices(const std::string& path, const std::vector<DeviceSpan>& devices) {
  CsvWriter csv(path, "device,begin_ms,end_ms");
  for (const DeviceSpan& device : devices) {
    csv.text(device.device).integer(device.begin_ms).integer(device.end_ms).end_row();
  }
  csv.close();
}

std::vector<TrueStop> read_true_stops(const std::string& path) {
  CsvReader csv(path);
  const SpanColumns columns(csv);
  const PlaceColumns places(csv);
  const std::size_t kind = csv.column("kind");
  const std::size_t clients = csv.column("clients");
  std::vector<TrueStop> stops;
  while (csv.next()) {
    stops.push_back({std::string(csv.text(columns.device)), csv.integer(columns.start),
                     csv.integer(columns.end), places.read(csv), std::string(csv.text(kind)),
                     csv.list(clients)});
  }
  return stops;
}

void write_true_stops(const std::string& path, const std::vector<TrueStop>& stops) {
  CsvWriter csv(path, "device,start_ms,end_ms,latitude,longitude,kind,clients");
  for (const TrueStop& stop : stops) {
    place(csv.text(stop.device).integer(stop.start_ms).integer(stop.end_ms), stop.place)
        .text(stop.kind)
        .list(stop.clients)
        .end_row();
  }
  csv.close();
}

std::vector<DriveBy> read_drive_bys(const std::string& path) {
  CsvReader csv(path);
  const SpanColumns columns(csv);
  const std::size_t client = csv.column("client");
  const std::size_t closest = csv.column("closest_m");
  const std::size_t stood = csv.column("stood_s");
  std::vector<DriveBy> drive_bys;
  while (csv.next()) {
    drive_bys.push_back({std::string(csv.text(columns.device)), std::string(csv.text(client)),
                         csv.required_integer(columns.start), csv.required_integer(columns.end),
                         csv.required_decimal(closest), csv.required_decimal(stood)});
  }
  return drive_bys;
}

void write_drive_bys(const std::string& path, const std::vector<DriveBy>& drive_bys) {
  CsvWriter csv(path, "device,client,start_ms,end_ms,closest_m,stood_s");
  for (const DriveBy& drive_by : drive_bys) {
    csv.text(drive_by.device).text(drive_by.client).integer(drive_by.start_ms).integer(drive_by.end_ms);
    csv.decimal(drive_by.closest_m, 1).decimal(drive_by.stood_s, 0).end_row();
  }
  csv.close();
}

std::vector<Stop> read_stops(const std::string& path) {
  CsvReader csv(path);
  const SpanColumns columns(csv);
  const PlaceColumns places(csv);
  const std::size_t published = csv.column("published_ms", false);
  std::vector<Stop> stops;
  while (csv.next()) {
    stops.push_back({std::string(csv.text(columns.device)), csv.integer(columns.start),
                     csv.integer(columns.end), places.read(csv), csv.integer(published)});
  }
  return stops;
}

void write_stops(const std::string& path, const std::vector<Stop>& stops) {
  CsvWriter csv(path, "device,start_ms,end_ms,latitude,longitude,published_ms");
  for (const Stop& stop : stops) {
    place(csv.text(stop.device).integer(stop.start_ms).integer(stop.end_ms), stop.place)
        .integer(stop.published_ms)
        .end_row();
  }
  csv.close();
}

std::vector<Visit> read_visits(const std::string& path) {
  CsvReader csv(path);
  const SpanColumns columns(csv);
  const std::size_t client = csv.column("client");
  const std::size_t ambiguous = csv.column("ambiguous_with", false);
  const std::size_t confidence = csv.column("confidence", false);
  std::vector<Visit> visits;
  while (csv.next()) {
    visits.push_back({std::string(csv.text(columns.device)), std::string(csv.text(client)),
                      csv.integer(columns.start), csv.integer(columns.end), csv.list(ambiguous),
                      csv.decimal(confidence)});
  }
  return visits;
}

void write_visits(const std::string& path, const std::vector<Visit>& visits) {
  CsvWriter csv(path, "device,client,start_ms,end_ms,ambiguous_with,confidence");
  for (const Visit& visit : visits) {
    csv.text(visit.device).text(visit.client).integer(visit.start_ms).integer(visit.end_ms);
    csv.list(visit.ambiguous_with).decimal(visit.confidence, 3).end_row();
  }
  csv.close();
}

std::vector<Trip> read_trips(const std::string& path) {
  CsvReader csv(path);
  const SpanColumns columns(csv);
  const std::size_t distance = csv.column("distance_m");
  std::vector<Trip> trips;
  while (csv.next()) {
    trips.push_back({std::string(csv.text(columns.device)), csv.integer(columns.start),
                     csv.integer(columns.end), csv.required_decimal(distance)});
  }
  return trips;
}

void write_trips(const std::string& path, const std::vector<Trip>& trips) {
  CsvWriter csv(path, "device,start_ms,end_ms,distance_m");
  for (const Trip& trip : trips) {
    csv.text(trip.device).integer(trip.start_ms).integer(trip.end_ms).decimal(trip.distance_m, 1).end_row();
  }
  csv.close();
}

FixReader::FixReader(const std::string& path)
    : csv_(path),
      device_(csv_.column("device")),
      arrival_(csv_.column("arrival_ms")),
      time_(csv_.column("time_ms")),
      valid_(csv_.column("valid")),
      latitude_(csv_.column("latitude")),
      longitude_(csv_.column("longitude")),
      speed_(csv_.column("speed_kmh")),
      course_(csv_.column("course_deg")),
      satellites_(csv_.column("satellites")),
      ignition_(csv_.column("ignition")),
      odometer_(csv_.column("odometer_m")) {}

bool FixReader::next(FixRow& fix) {
  if (!csv_.next()) {
    return false;
  }
  fix.device = csv_.text(device_);
  fix.arrival_ms = csv_.required_integer(arrival_);
  fix.time_ms = csv_.required_integer(time_);
  fix.valid = csv_.required_integer(valid_) != 0;
  fix.place = {csv_.required_decimal(latitude_), csv_.required_decimal(longitude_)};
  fix.speed_kmh = csv_.decimal(speed_);
  fix.course_deg = csv_.decimal(course_);
  fix.satellites = csv_.integer(satellites_);
  const std::optional<std::int64_t> ignition = csv_.integer(ignition_);
  fix.ignition = ignition ? std::optional(*ignition != 0) : std::nullopt;
  fix.odometer_m = csv_.decimal(odometer_);
  return true;
}

void write_fixes(const std::string& path, const std::vector<FixRow>& fixes) {
  CsvWriter csv(path,
                "device,arrival_ms,time_ms,valid,latitude,longitude,speed_kmh,course_deg,satellites,ignition,"
                "odometer_m");
  for (const FixRow& fix : fixes) {
    csv.text(fix.device).integer(fix.arrival_ms).integer(fix.time_ms).text(fix.valid ? "1" : "0");
    place(csv, fix.place).decimal(fix.speed_kmh, 1).decimal(fix.course_deg, 0).integer(fix.satellites);
    csv.text(!fix.ignition ? "" : *fix.ignition ? "1" : "0").decimal(fix.odometer_m, 0).end_row();
  }
  csv.close();
}

}  // namespace rastro::truth
