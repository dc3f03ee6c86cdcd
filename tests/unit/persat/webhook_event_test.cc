// Persat's webhooks: the documented events, and those that nobody has named yet.
#include "forwarder/persat/webhook_event.h"

#include <gtest/gtest.h>

#include "forwarder/persat/client.h"

namespace rastro::persat {
namespace {

TEST(WebhookEvent, AClientThatChangedIsReadAsClient) {
  const auto event = decode_webhook_event(
      R"({"eventType":"client.updated","payload":{"uid_client":"CL-7","company_name":"Almacén Sur"}})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->known, WebhookEvent::Known::kClientUpdated);
  EXPECT_EQ(decode_client(event->payload)->company_name, "Almacén Sur");
}

TEST(WebhookEvent, AnUnknownOneKeepsItsNameAndContent) {
  const auto event = decode_webhook_event(R"({"eventType":"form.created","payload":[1],"id":"x"})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->known, WebhookEvent::Known::kOther);
  EXPECT_EQ(event->type, "form.created");
  EXPECT_EQ(event->other.size(), 2u);
}

TEST(WebhookEvent, WithoutATypeItIsNone) {
  for (const char* body : {"", "[]", "{}", R"({"eventType":7})"}) {
    const auto event = decode_webhook_event(body);
    ASSERT_FALSE(event) << body;
    EXPECT_EQ(event.error().kind, ErrorKind::kUnexpectedData);
  }
}

}  // namespace
}  // namespace rastro::persat
