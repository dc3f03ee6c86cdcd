#include "pipeline/postgis/command_answers.h"

#include <string>

#include "pipeline/postgis/utf8.h"

namespace rastro::postgis {
namespace {

// Each answer belongs to the command whose number it brings back or, where the protocol has no place for one,
// to the last that was sent to the device before it came; if that one is answered already, nobody asked for
// it. So an answer that comes after its command has expired counts as long as nothing newer was sent, and
// reading the journal again changes nothing. Of several answers the first counts.
constexpr const char* kTieAnswers = R"(
  UPDATE rastro.command SET
    state = CASE WHEN asked.refused THEN 'refused' ELSE 'answered' END,
    answered_at = asked.received_at, answer = asked.answer,
    reason = CASE WHEN asked.refused THEN 'the device says that it is another' END
  FROM (
    SELECT DISTINCT ON (sent.id) sent.id, came.refused, came.answer, came.received_at
    FROM (SELECT n, device_id, timestamptz 'epoch' + ms * interval '1 millisecond' AS received_at, request, refused,
            nullif(text, '') AS answer
          FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[], $5::text[])
            WITH ORDINALITY AS a(device_id, ms, request, refused, text, n)) AS came
    CROSS JOIN LATERAL (
      SELECT id, state FROM rastro.command
      WHERE device_id = came.device_id AND id = came.request AND sent_at IS NOT NULL
      UNION ALL
      (SELECT id, state FROM rastro.command
       WHERE device_id = came.device_id AND came.request < 0 AND sent_at <= came.received_at
       ORDER BY sent_at DESC, id DESC LIMIT 1)) AS sent
    WHERE sent.state IN ('sent', 'expired')
    ORDER BY sent.id, came.n) AS asked
  WHERE command.id = asked.id
  RETURNING command.state)";
// In the place of a number that the protocol does not bring back.
constexpr const char* kNoRequest = "-1";

}  // namespace

Result<void> tie_answers(Connection& connection, std::span<const AnswerRow> answers, Outcome& outcome) {
  if (answers.empty()) return {};
  std::string devices;
  std::string times;
  std::string requests;
  std::string refusals;
  std::string texts;
  for (const AnswerRow& row : answers) {
    const Message& message = *row.message;
    append_array_element(std::to_string(row.device_id), devices);
    append_array_element(std::to_string(row.received_ms), times);
    append_array_element(message.request ? std::to_string(*message.request) : kNoRequest, requests);
    append_array_element(message.refused ? "true" : "false", refusals);
    std::string text;
    append_utf8(message.text.value_or(std::string_view()), text);
    append_array_element(text, texts);
  }
  const auto tied =
      connection.query(kTieAnswers, {finish_array(std::move(devices)), finish_array(std::move(times)),
                                     finish_array(std::move(requests)), finish_array(std::move(refusals)),
                                     finish_array(std::move(texts))});
  if (!tied) return tied.error();
  for (int row = 0; row < tied->size(); ++row) {
    ++(tied->text(row, 0) == "refused" ? outcome.commands_refused : outcome.commands_answered);
  }
  outcome.answers_unasked = answers.size() - static_cast<std::uint64_t>(tied->size());
  return {};
}

}  // namespace rastro::postgis
