// The field numbers of record.proto, for the encoder and the decoder beside it; record_test holds them to the
// classes that protoc makes of that file. Values only.
#pragma once

#include <protozero/types.hpp>

namespace rastro::stored_form {

enum class Value : protozero::pbf_tag_type {
  kBoolean = 1,
  kInteger = 2,
  kNatural = 3,
  kReal = 4,
  kText = 5,
  kBinary = 6,
};

enum class Attribute : protozero::pbf_tag_type { kName = 1, kValue = 2 };

enum class Fix : protozero::pbf_tag_type {
  kTimeMs = 1,
  kRecordHash = 2,
  kValid = 3,
  kLatitudeDeg = 4,
  kLongitudeDeg = 5,
  kAltitudeM = 6,
  kSpeedKmh = 7,
  kCourseDeg = 8,
  kSatellites = 9,
  kAlarms = 10,
  kAttributes = 11,
  kReportedTimeMs = 12,
};

enum class Cell : protozero::pbf_tag_type { kMcc = 1, kMnc = 2, kLac = 3, kCell = 4, kRssiDbm = 5 };

enum class WifiAccessPoint : protozero::pbf_tag_type { kMac = 1, kRssiDbm = 2, kSsid = 3 };

enum class MediaPart : protozero::pbf_tag_type {
  kKind = 1,
  kFile = 2,
  kTotalBytes = 3,
  kOffset = 4,
  kData = 5,
  kCheck = 6,
  kExpected = 7,
};

enum class Message : protozero::pbf_tag_type {
  kType = 1,
  kCode = 2,
  kChecksum = 3,
  kSerial = 4,
  kFixes = 5,
  kAlarms = 6,
  kAttributes = 7,
  kCells = 8,
  kWifi = 9,
  kText = 10,
  kRequest = 11,
  kRefused = 12,
  kMedia = 13,
};

enum class DeadLetter : protozero::pbf_tag_type { kReason = 1, kRaw = 2 };

enum class Record : protozero::pbf_tag_type {
  kReceivedMs = 1,
  kProtocol = 2,
  kTransport = 3,
  kIdentity = 4,
  kRaw = 5,
  kDecoderVersion = 6,
  kNames = 7,
  kMessages = 8,
  kDeadLetters = 9,
  kPeer = 10,
};

}  // namespace rastro::stored_form
