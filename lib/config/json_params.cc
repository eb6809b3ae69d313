#include <algorithm>
#include <cstdint>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/json_builder.h"
#include "config/param_formats.h"

namespace mlops::config {

namespace {

std::size_t line_at(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return 1U + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

/// Counts lines along with the parser, which tells no position before it fails.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* line) : at_(at), line_(line) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *line_ += *at_ == '\n' ? 1U : 0U;
    ++at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* line_;
};

/// The events of nlohmann's parser, which itself does not recurse.
class JsonEvents final : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonEvents(std::string_view text,
             const std::string& file,
             const Limits& limits,
             const std::size_t& line)
      : text_(text), file_(file), line_(line), builder_(file, limits.max_depth) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      at_line().fail("integer is beyond 64 bits");
    }
    return add(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t value, const string_t& digits) override {
    if (digits.find_first_of(".eE") == std::string::npos) {
      at_line().fail("integer is beyond 64 bits");
    }
    return add(value);
  }
  bool string(string_t& value) override {
    check_nul(value);
    return add(value);
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    at_line().begin(nlohmann::json::object());
    return true;
  }
  bool key(string_t& name) override {
    check_nul(name);
    at_line().key(name);
    return true;
  }
  bool end_object() override {
    builder_.end();
    return true;
  }
  bool start_array(std::size_t) override {
    at_line().begin(nlohmann::json::array());
    return true;
  }
  bool end_array() override { return end_object(); }
  bool parse_error(std::size_t offset,
                   const std::string&,
                   const nlohmann::json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    const std::string_view words = error.what();
    const auto reason = words.rfind(": ");
    fail_param(
        file_,
        line_at(text_, offset),
        "not valid JSON: " +
            std::string(reason == std::string_view::npos ? words : words.substr(reason + 2)));
  }
  nlohmann::json take() { return builder_.take(); }

 private:
  JsonBuilder& at_line() {
    builder_.set_line(line_);
    return builder_;
  }
  bool add(nlohmann::json value) {
    at_line().value(std::move(value));
    return true;
  }
  void check_nul(const std::string& text) {
    if (text.find('\0') != std::string::npos) {
      at_line().fail("contains a NUL character");
    }
  }

  std::string_view text_;
  const std::string& file_;
  const std::size_t& line_;
  JsonBuilder builder_;
};

}  // namespace

nlohmann::json parse_json(std::string_view text, const std::string& file, const Limits& limits) {
  check_param_text(text, file, limits);
  std::size_t line = 1;
  JsonEvents events(text, file, limits, line);
  nlohmann::json::sax_parse(CountingIterator(text.data(), &line),
                            CountingIterator(text.data() + text.size(), &line),
                            &events);
  return events.take();
}

nlohmann::json parse_json_params(std::string_view text,
                                 const std::string& file,
                                 const Limits& limits) {
  auto value = parse_json(text, file, limits);
  if (!value.is_object()) {
    fail_param(file, 1, kNoTable, kTableHint);
  }
  return value;
}

}  // namespace mlops::config
