// The devices that speak over one connection: whether each is wanted, and what all that know of it are told.
// On the connection's thread.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/net/shard.h"
#include "gateway/net/tls_channel.h"

namespace rastro {

class LineIdentities {
 public:
  LineIdentities(const NetContext& context, const Ingest& ingest) : context_(context), ingest_(ingest) {}

  // Why the device may not log in here; nothing: it may. `tls`: the connection's, when its certificate has to
  // name the device; else null.
  std::optional<CloseReason> why_unwanted(const DeviceIdentity& identity, const TlsChannel* tls) const;
  // It has logged in: its commands go to `owner`, and what is strange about it is an alarm. Whether the login
  // is worth a row.
  bool claim(const DeviceIdentity& identity, const std::shared_ptr<LiveConnection>& owner,
             const IpAddress& from);
  // The connection is over.
  void release(const LiveConnection* owner) const;

 private:
  const NetContext& context_;
  const Ingest& ingest_;
  std::vector<DeviceIdentity> claimed_;
};

}  // namespace rastro
