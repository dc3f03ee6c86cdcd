#include "gateway/net/line_identities.h"

#include <algorithm>

namespace rastro {

std::optional<CloseReason> LineIdentities::why_unwanted(const DeviceIdentity& identity,
                                                        const TlsChannel* tls) const {
  if (tls != nullptr && !tls->certifies(identity.view())) return CloseReason::kClientCertificate;
  if (ingest_.admit(identity) != Admission::kWelcome) return CloseReason::kRejectedDevice;
  const bool is_full = std::ssize(claimed_) >= context_.config.identities_per_connection;
  if (is_full && std::ranges::find(claimed_, identity) == claimed_.end())
    return CloseReason::kTooManyIdentities;
  return {};
}

bool LineIdentities::claim(const DeviceIdentity& identity, const std::shared_ptr<LiveConnection>& owner,
                           const IpAddress& from) {
  if (std::ranges::find(claimed_, identity) == claimed_.end()) claimed_.push_back(identity);
  // Who is not answered comes again.
  const bool answered = context_.journal.state() == journal::State::kOpen;
  const auto claim = context_.identities.claim(identity, owner, std::chrono::steady_clock::now(), answered);
  if (claim.contested)
    raise_identity_alarm(context_.alarms, IdentityAlarm::kTwoConnections, identity, from.text());
  if (context_.networks.is_foreign(identity, from))
    raise_identity_alarm(context_.alarms, IdentityAlarm::kForeignNetwork, identity, from.text());
  context_.commands.announce(identity);
  return !claim.often;
}

void LineIdentities::release(const LiveConnection* owner) const {
  for (const DeviceIdentity& identity : claimed_) context_.identities.release(identity, owner);
}

}  // namespace rastro
