// Persat's clients as it last told them, and how rastro.client follows without losing what was changed here.
// One connection; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {

// A client as Persat says it, in the members of rastro.client_fields().
struct ToldClient {
  std::string uid;
  std::string fields;   // a JSON object; without `position` where there is trouble with it
  std::string trouble;  // empty: none
};

struct ClientsFollowed {
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t conflicts = 0;  // clients that came with one or more
};

struct ClientsLeft {
  std::uint64_t missing = 0;  // for the first time
  std::uint64_t removed = 0;
};

// How things stand, for metrics and for people.
struct ClientCounts {
  std::int64_t known = 0;
  std::int64_t without_position = 0;
  std::int64_t gone = 0;
  std::int64_t conflicts = 0;  // clients in conflict
};

enum class Resolution : std::uint8_t { kTakePersat, kTakeLocal };

class PersatClients {
 public:
  explicit PersatClients(std::string url) : connection_(std::move(url)) {}

  // Enters and changes what differs, in one transaction. Of two with the same uid the last counts.
  Result<ClientsFollowed> follow(std::span<const ToldClient> clients);
  // `listed`: the uids of a whole list. Those that are missing from it are marked, and at the second time
  // removed: see remove().
  Result<ClientsLeft> note_whole_list(std::span<const std::string> listed);
  // Of one that Persat has not any more. True when the row of rastro.client went too, which it does not where
  // it was changed here or has work orders of Rastro's own: then it stays marked as gone.
  Result<bool> remove(const std::string& uid);

  // Decides all differences of a client. False when Persat has told of none with that uid.
  Result<bool> resolve(const std::string& uid, Resolution resolution, const std::string& actor);

  Result<ClientCounts> counts();

 private:
  struct Merge;
  Result<ClientsFollowed> follow_within(Connection& connection, std::span<const ToldClient> clients);
  template <typename Work>
  auto in_transaction(Work work) -> decltype(work(std::declval<Connection&>()));

  KeptConnection connection_;
};

}  // namespace rastro::postgis
