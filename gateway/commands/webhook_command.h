// `rastro webhook …`: subscriptions to Rastro's events from the shell. They work beside a running gateway,
// which delivers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/commands/admin.h"

namespace rastro {

// Exit codes as in admin.h.
int run_webhook_list(const Config& config, const AdminOutput& to);
// Shows the secret, once. No events: all.
int run_webhook_add(const Config& config, const std::string& url, const std::vector<std::string>& events,
                    const AdminOutput& to);
int run_webhook_remove(const Config& config, std::int64_t id, const AdminOutput& to);
int run_webhook_secret(const Config& config, std::int64_t id, const AdminOutput& to);
int run_webhook_test(const Config& config, std::int64_t id, const AdminOutput& to);
// `state`: pending, delivered, failed, or empty for all; the newest, so many at most.
int run_webhook_deliveries(const Config& config, std::int64_t id, const std::string& state, int limit,
                           const AdminOutput& to);
int run_webhook_resend(const Config& config, std::int64_t delivery_id, const AdminOutput& to);

}  // namespace rastro
