#include "forwarder/idempotency.h"

#include <array>

#include "schema/json.h"
#include "schema/record_hash.h"

namespace rastro::forward {
namespace {

void append_number(std::uint64_t number, std::string& bytes) {
  for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>((number >> shift) & 0xFFU);
}

std::uint64_t hash_of(const std::string& text) {
  return record_hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string hex_of(std::uint64_t first, std::uint64_t second) {
  std::string bytes;
  append_number(first, bytes);
  append_number(second, bytes);
  std::string text;
  append_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, text);
  return text;
}

// Two hashes make chance collisions as good as impossible.
void append_identity(const Job& job, std::string& bytes) {
  bytes += job.device.view();
  bytes += '\0';
  append_number(static_cast<std::uint64_t>(job.fix.time_ms), bytes);
}

}  // namespace

std::string idempotency_key(const Job& job) {
  std::string identity;
  append_identity(job, identity);
  return hex_of(hash_of(identity), job.fix.record_hash);
}

std::string idempotency_key(const Jobs& batch) {
  if (batch.size() == 1) return idempotency_key(*batch.front());
  std::string identities;
  std::string records;
  for (const Job* job : batch) {
    append_identity(*job, identities);
    append_number(job->fix.record_hash, records);
  }
  return hex_of(hash_of(identities), hash_of(records));
}

}  // namespace rastro::forward
