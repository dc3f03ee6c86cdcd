#include "schema/stored_writer.h"

#include <algorithm>

namespace rastro::stored_form {

void StoredWriter::grow(std::size_t more) {
  const std::size_t written = size();
  memory_.resize(std::max(written + more, 2 * memory_.size()));
  end_ = memory_.data() + written;
  limit_ = memory_.data() + memory_.size();
}

std::size_t StoredWriter::widen(Nested nested, std::size_t length) {
  const auto width = static_cast<std::size_t>(protozero::length_of_varint(length));
  const std::size_t more = width - nested.width;
  room(more);
  char* const content = memory_.data() + nested.at + nested.width;
  std::memmove(content + more, content, length);
  end_ += more;
  return width;
}

}  // namespace rastro::stored_form
