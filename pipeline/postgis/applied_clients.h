// The clients as visits are made with. What has changed in rastro.client since is applied in a transaction
// that also notes which devices' visits are to be made anew, so that none is forgotten whatever dies. One
// thread. Nothing throws.
#pragma once

#include <cstdint>

#include "pipeline/postgis/connection.h"
#include "pipeline/tracking/client_index.h"

namespace rastro::postgis {

class AppliedClients {
 public:
  // In the caller's transaction: takes over what differs. Whether anything does.
  Result<bool> apply(Connection& connection);

  // In the caller's transaction, before visits are made: what another gateway has applied is loaded. Nobody
  // applies anything until the transaction ends.
  Result<void> hold(Connection& connection);

  const tracking::ClientIndex& index() const { return index_; }

 private:
  tracking::ClientIndex index_;
  std::int64_t version_ = -1;  // of the index; none yet
};

}  // namespace rastro::postgis
