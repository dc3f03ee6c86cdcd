// How a text becomes the value of a configuration key, one function a kind of value: for the table of keys.
// Each takes a member of Config, or something that std::invoke takes on one, and says what was expected when
// the text is not that.
#pragma once

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/config/config_keys.h"
#include "gateway/config/config_text.h"

namespace rastro {

using Setter = decltype(ConfigKey::set);

template <typename Member>
Setter text_value(Member member) {
  return [member](Config& config, const std::string& text) -> std::optional<std::string> {
    if (text.empty()) return "a text that is not empty";
    std::invoke(member, config) = text;
    return {};
  };
}

template <typename Member>
Setter integer_value(Member member, std::int64_t low, std::int64_t high) {
  return [=](Config& config, const std::string& text) -> std::optional<std::string> {
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value < low || value > high) {
      return "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    }
    std::invoke(member, config) = value;
    return {};
  };
}

template <typename Member>
Setter bool_value(Member member) {
  return [member](Config& config, const std::string& text) -> std::optional<std::string> {
    if (text != "true" && text != "false") return "true or false";
    std::invoke(member, config) = text == "true";
    return {};
  };
}

template <typename Member>
Setter one_of(Member member, std::vector<std::string> words) {
  return [member, words = std::move(words)](Config& config,
                                            const std::string& text) -> std::optional<std::string> {
    if (std::ranges::find(words, text) == words.end()) return "one of " + join(words, ", ");
    std::invoke(member, config) = text;
    return {};
  };
}

template <typename Member>
Setter bind_value(Member member) {
  return [member](Config& config, const std::string& text) -> std::optional<std::string> {
    if (!parse_bind(text)) return "an address and port such as 127.0.0.1:8080 or [::1]:8080";
    std::invoke(member, config) = text;
    return {};
  };
}

template <typename Member>
Setter http_url(Member member) {
  return [member](Config& config, const std::string& text) -> std::optional<std::string> {
    if (!text.starts_with("https://") && !text.starts_with("http://"))
      return "a URL that begins with https:// or http://";
    std::invoke(member, config) = text;
    return {};
  };
}

}  // namespace rastro
