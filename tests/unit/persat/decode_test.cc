// Each documented answer, with made-up values: what is known is read, what is not is kept.
#include <gtest/gtest.h>

#include "forwarder/persat/catalogue.h"
#include "forwarder/persat/client.h"
#include "forwarder/persat/delivery.h"
#include "forwarder/persat/device.h"
#include "forwarder/persat/route.h"
#include "forwarder/persat/tracking.h"

namespace rastro::persat {
namespace {

using namespace std::chrono_literals;
using boost::json::parse;

TEST(Instant, IsReadAndWrittenToTheMillisecond) {
  const auto at = decode_instant("2026-03-04T18:20:05.120Z");
  ASSERT_TRUE(at);
  EXPECT_EQ(at->time_since_epoch(), 1772648405120ms);
  EXPECT_EQ(encode_instant(*at), "2026-03-04T18:20:05.120Z");
  for (const char* bad : {"", "2026-03-04", "2026-02-30T00:00:00.000Z", "2026-03-04T18:20:05.120",
                          "2026-03-04T25:20:05.120Z", "2026-03-04T18:20:05.120+03:00"}) {
    EXPECT_FALSE(decode_instant(bad)) << bad;
  }
}

TEST(Device, IsReadWithItsZonesAndHours) {
  const auto device = decode_device(parse(R"({"id":31,"type":"VEHICLE","serial_number":"86-0001-XY",
      "first_name":"Kangoo 3","last_name":"AB 123 CD","colour":"red",
      "working_zones":[{"id":5,"created":"2020-01-02T10:00:00.000Z","name":"  Zona Oeste"}],
      "working_hours":{"monday":[{"start":"08:00","end":"12:30"},{"start":"14:00","end":"24:00"}],"tuesday":[]}})"));
  ASSERT_TRUE(device);
  EXPECT_EQ(device->id, 31);
  EXPECT_EQ(device->serial_number, "86-0001-XY");
  ASSERT_EQ(device->working_zones.size(), 1u);
  EXPECT_EQ(device->working_zones[0].name, "Zona Oeste");
  ASSERT_TRUE(device->working_hours);
  EXPECT_EQ(device->working_hours->days[0],
            (std::vector<WorkingInterval>{{480min, 750min}, {840min, 1440min}}));
  EXPECT_TRUE(device->working_hours->days[1].empty());
  EXPECT_EQ(device->other.at("colour"), "red");
  EXPECT_EQ(device->other.size(), 1u);
}

TEST(Device, WithoutAnIdIsNone) {
  const auto device = decode_device(parse(R"({"type":"VEHICLE"})"));
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().kind, ErrorKind::kUnexpectedData);
  EXPECT_EQ(device.error().detail, "device: 'id' is no integer");
}

TEST(Device, HoursOfAnotherFormStayAsTheyCame) {
  const auto device =
      decode_device(parse(R"({"id":1,"working_zones":null,"working_hours":{"monday":"always"}})"));
  ASSERT_TRUE(device);
  EXPECT_FALSE(device->working_hours);
  EXPECT_EQ(device->other.at("working_hours").at("monday"), "always");
}

TEST(Client, IsReadAndWrittenWithWhatIsNotKnown) {
  const auto client = decode_client(parse(R"({"uid_client":"CL-7","company_name":"Almacén Sur","type_id":2,
      "latitude":-31.4,"longitude":-64,"service_time":"long","wt":[480,1080],"street":null,
      "last_updated":"2026-03-04T10:00:00.000Z","custom_fields":{"3":{"name":"Contacto","value":"Ana"}}})"));
  ASSERT_TRUE(client);
  EXPECT_EQ(client->uid_client, "CL-7");
  EXPECT_EQ(client->latitude, -31.4);
  EXPECT_EQ(client->longitude, -64.0);
  EXPECT_EQ(client->window, std::pair(480.0, 1080.0));
  EXPECT_FALSE(client->street);
  EXPECT_FALSE(client->service_time) << "another type than documented";
  EXPECT_EQ(client->custom_fields.at("3").value, "Ana");
  const auto written = encode_client(*client);
  EXPECT_EQ(written.at("service_time"), "long");
  EXPECT_EQ(written.at("custom_fields").at("3").at("name"), "Contacto");
  EXPECT_FALSE(written.contains("last_updated"));
}

TEST(LastPoint, IsRead) {
  const auto point = decode_last_point(parse(
      R"({"device_id":31,"timestamp":"2026-03-04T18:20:05.000Z","latitude":-31.4135,"longitude":-64.18105})"));
  ASSERT_TRUE(point);
  EXPECT_EQ(point->latitude, -31.4135);
  EXPECT_EQ(encode_instant(point->timestamp), "2026-03-04T18:20:05.000Z");
  EXPECT_FALSE(decode_last_point(parse(R"({"device_id":31,"timestamp":"soon","latitude":0,"longitude":0})")));
}

TEST(Visit, DurationIsInMilliseconds) {
  const auto visit =
      decode_visit(parse(R"({"device_id":31,"date":"2026-03-04T19:02:10.000Z","duration":540000,
      "client":{"uid_client":"CL-7","company_name":"Almacén Sur"}})"));
  ASSERT_TRUE(visit);
  EXPECT_EQ(visit->duration, 9min);
  EXPECT_EQ(visit->uid_client, "CL-7");
}

TEST(Delivery, LocationIsLongitudeFirst) {
  const auto delivery =
      decode_delivery(parse(R"({"_id":"E-1","state":"ROUTING","delivery_data":{"schema_id":4,
      "wt":[1,2],"position":{"address":{"clean":"Boedo 10","extra_info":"timbre 2"},"location":[-58.4,-34.6]}}})"));
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->latitude, -34.6);
  EXPECT_EQ(delivery->longitude, -58.4);
  EXPECT_EQ(delivery->address, "Boedo 10");
  EXPECT_EQ(delivery->data.at("position").at("address").at("extra_info"), "timbre 2");
}

TEST(Route, IsReadWithItsDeviceAndStops) {
  const auto route =
      decode_route(parse(R"({"_id":9,"assignation_info":{"assigned_date":"2026-03-04T00:00:00.000Z",
      "device_id":31,"device_name":"Kangoo"},"departure":{"name":"Depósito","planned_departure_time":480},
      "deliveries":[{"_id":"E-1","state":"FINISHED","planned_arrival_time":600,"arrival_time":605},
                    {"_id":"E-2","state":"ASSIGNED","planned_arrival_time":630}]})"));
  ASSERT_TRUE(route);
  EXPECT_EQ(route->device_id, 31);
  EXPECT_EQ(route->planned_departure_time, 480.0);
  ASSERT_EQ(route->stops.size(), 2u);
  EXPECT_EQ(route->stops[0].arrival_time, boost::json::value(605));
  EXPECT_FALSE(route->stops[1].arrival_time);
}

TEST(Catalogue, SchemasTechniciansAndLabelsAreRead) {
  const auto schema = decode_work_order_schema(parse(R"({"wo_shema_id":12,"name":"Instalar","wo_group":3})"));
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->id, 12);
  EXPECT_EQ(schema->other.at("wo_group"), 3);
  const auto technician =
      decode_technician(parse(R"({"user_id":4,"name":"a@example.com","real_name":null})"));
  ASSERT_TRUE(technician);
  EXPECT_FALSE(technician->real_name);
  const auto label = decode_named_item(parse(R"({"id":1,"name":"Urgente","color":"#d33"})"));
  ASSERT_TRUE(label);
  EXPECT_EQ(label->other.at("color"), "#d33");
}

}  // namespace
}  // namespace rastro::persat
