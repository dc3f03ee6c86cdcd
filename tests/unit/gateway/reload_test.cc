// Which keys of a configuration that is read again take effect at once.
#include "gateway/config/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/config/config_keys.h"

namespace rastro {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ConfigTexts texts_of(const std::string& yaml) {
  return load_config(yaml, [](const std::string&) -> std::optional<std::string> { return {}; }).texts;
}

TEST(Reload, AKeyThatSomebodyLooksUpTakesEffectAtOnce) {
  const auto changes = compare_config(texts_of("limits: {idle_timeout_s: 60}\nlog: {level: debug}"),
                                      texts_of("limits: {idle_timeout_s: 90}\nlog: {level: info}"));
  EXPECT_THAT(changes.at_once, ElementsAre("limits.idle_timeout_s", "log.level"));
  EXPECT_THAT(changes.after_restart, IsEmpty());
}

TEST(Reload, AllElseNeedsARestart) {
  const auto changes = compare_config(
      texts_of("data_dir: a\nlisteners: [{protocol: gt06, bind: \"127.0.0.1:1\"}]"),
      texts_of(
          "data_dir: b\nlisteners: [{protocol: gt06, bind: \"127.0.0.1:2\"}]\ntracking: {enabled: false}"));
  EXPECT_THAT(changes.at_once, IsEmpty());
  EXPECT_THAT(changes.after_restart, ElementsAre("data_dir", "listeners", "tracking.enabled"));
}

TEST(Reload, AKeyThatCameOrWentHasChanged) {
  EXPECT_THAT(compare_config(texts_of(""), texts_of("webhooks: {keep_days: 9}")).at_once,
              ElementsAre("webhooks.keep_days"));
  EXPECT_THAT(compare_config(texts_of("webhooks: {keep_days: 9}"), texts_of("")).at_once,
              ElementsAre("webhooks.keep_days"));
}

TEST(Reload, WhatDidNotTakeEffectIsNamedEachTimeUntilTheRestart) {
  const ConfigTexts started = texts_of("data_dir: a\nlog: {level: debug}");
  const ConfigTexts read = texts_of("data_dir: b\nlog: {level: info}");
  const ConfigTexts now = texts_in_effect(started, read);
  const auto again = compare_config(now, read);
  EXPECT_THAT(again.at_once, IsEmpty());
  EXPECT_THAT(again.after_restart, ElementsAre("data_dir"));
}

TEST(Reload, EveryNameThatTakesEffectAtOnceIsAKey) {
  std::size_t found = 0;
  for (const ConfigKey& key : config_keys()) found += takes_effect_at_once(key.name) ? 1U : 0U;
  EXPECT_GT(found, 12U);
  EXPECT_FALSE(takes_effect_at_once("limits"));
  EXPECT_FALSE(takes_effect_at_once("tracking.enabled"));
  EXPECT_TRUE(takes_effect_at_once("journal.keep_raw"));
  EXPECT_FALSE(takes_effect_at_once("journal.quota_mib"));
}

}  // namespace
}  // namespace rastro
