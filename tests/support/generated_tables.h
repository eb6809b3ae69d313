#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace mlops::test {

/// Two tables of one model's predictions, made by chance: what a comparison may meet. The same
/// seed, the same tables.
class GeneratedPair {
 public:
  /// `clean`: nothing that only the general reader understands.
  enum class Kind { clean, any };
  GeneratedPair(std::uint32_t seed, Kind kind) : random_(seed), kind_(kind) {
    choose();
    make_rows();
    old_text = text_of(old_rows_, {0, 1, 2, 3, 4});
    new_text = text_of(new_rows_, swaps_columns_ ? Order{3, 0, 2, 4, 1} : Order{0, 1, 2, 3, 4});
  }

  std::string old_text;
  std::string new_text;
  std::vector<std::string> keys;

 private:
  using Row = std::vector<std::string>;
  using Order = std::vector<std::size_t>;

  std::uint32_t below(std::uint32_t limit) { return random_() % limit; }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

  void choose() {
    const bool any = kind_ == Kind::any;
    rows_ = below(4) == 0 ? below(4) + 1 : below(400) + 1;
    key_kind_ = below(4);
    is_composite_ = chance(30);
    is_ascending_ = chance(50);
    is_shuffled_ = chance(40);
    loses_rows_ = chance(40);
    swaps_columns_ = chance(15);
    has_crlf_ = chance(25);
    has_bom_ = chance(15);
    lacks_last_end_ = chance(20);
    change_percent_ = chance(20) ? 100 : below(30);
    quote_percent_ = any && chance(30) ? 10 : 0;
    has_duplicates_ = any && chance(25);
    odd_keys_ = any && chance(20);
    is_broken_ = any && chance(15);
    keys = is_composite_ ? std::vector<std::string>{"id", "part"} : std::vector<std::string>{"id"};
  }

  std::string key_of(std::uint32_t number) {
    switch (key_kind_) {
      case 0:
        return std::to_string(number);
      case 1:
        return "k" + std::to_string(1'000'000 + number);
      case 2:
        return "caf\xC3\xA9-" + std::to_string(number * 7919U % 10'007U);
      default:
        return number == 0 ? "" : "-" + std::to_string(number);
    }
  }

  std::string value() {
    switch (below(12)) {
      case 0:
        return "";
      case 1:
        return "nan";
      case 2:
        return below(2) == 0 ? "inf" : "-Infinity";
      case 3:
        return "text" + std::to_string(below(5));
      case 4:
        return std::to_string(9007199254740992U + below(4));
      case 5:
        return "0.5";
      default:
        return std::to_string(below(1000)) + "." + std::to_string(below(100'000));
    }
  }

  /// The same number in other words, where there are some.
  std::string respelled(const std::string& text) {
    if (text == "0.5") {
      return below(2) == 0 ? "5e-1" : "0.50";
    }
    if (text.find('.') != std::string::npos &&
        text.find_first_not_of("0123456789.") == std::string::npos) {
      return below(2) == 0 ? "+" + text : text + "00";
    }
    return text;
  }

  std::string changed(const std::string& text) {
    switch (below(6)) {
      case 0:
        return respelled(text);
      case 1:
        return text.empty() ? "0" : "";
      case 2:
        return "nan";
      case 3:
        return "label" + std::to_string(below(3));
      default:
        return value();
    }
  }

  void make_rows() {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < rows_; ++i) {
      numbers.push_back(i);
    }
    if (!is_ascending_) {
      std::shuffle(numbers.begin(), numbers.end(), random_);
    }
    for (const std::uint32_t number : numbers) {
      old_rows_.push_back({key_of(number), std::to_string(number % 3), value(), value(), value()});
    }
    new_rows_ = old_rows_;
    for (Row& row : new_rows_) {
      for (std::size_t column = 2; column < row.size(); ++column) {
        if (chance(change_percent_)) {
          row[column] = changed(row[column]);
        }
      }
    }
    if (loses_rows_ && rows_ > 1) {
      lose(old_rows_);
      lose(new_rows_);
    }
    if (has_duplicates_) {
      std::vector<Row>& rows = below(2) == 0 ? old_rows_ : new_rows_;
      rows.insert(rows.begin() +
                      static_cast<std::ptrdiff_t>(below(static_cast<std::uint32_t>(rows.size()))),
                  rows[below(static_cast<std::uint32_t>(rows.size()))]);
    }
    if (odd_keys_) {
      new_rows_[below(static_cast<std::uint32_t>(new_rows_.size()))][0] = "1.0";
    }
    if (is_shuffled_) {
      std::shuffle(new_rows_.begin(), new_rows_.end(), random_);
    }
  }

  void lose(std::vector<Row>& rows) {
    const bool in_a_piece = chance(30);
    const std::uint32_t begin = below(static_cast<std::uint32_t>(rows.size()));
    std::vector<Row> kept;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      const bool goes = in_a_piece ? i >= begin && i < begin + rows.size() / 3 : chance(10);
      if (!goes) {
        kept.push_back(rows[i]);
      }
    }
    rows = kept.empty() ? rows : kept;
  }

  std::string field(const std::string& text) {
    if (!chance(quote_percent_)) {
      return text;
    }
    return below(2) == 0 ? "\"" + text + "\"" : "\"" + text + ",\n\"\"x\"";
  }

  std::string text_of(const std::vector<Row>& rows, const Order& order) {
    static const char* const kNames[] = {"id", "part", "score", "p", "note"};
    const std::string end = has_crlf_ ? "\r\n" : "\n";
    std::string text = has_bom_ ? "\xEF\xBB\xBF" : "";
    for (std::size_t i = 0; i < order.size(); ++i) {
      text += (i == 0 ? "" : ",") + std::string(kNames[order[i]]);
    }
    text += end;
    for (const Row& row : rows) {
      for (std::size_t i = 0; i < order.size(); ++i) {
        text += (i == 0 ? "" : ",") + (order[i] < 2 ? row[order[i]] : field(row[order[i]]));
      }
      text += end;
    }
    if (lacks_last_end_) {
      text.resize(text.size() - end.size());
    }
    if (is_broken_) {
      static const char* const kFaults[] = {"\n", "\r", "\"", "\xFF", ",", "\r\n\r\n", "1,2\n"};
      text.insert(below(static_cast<std::uint32_t>(text.size())), kFaults[below(7)]);
    }
    return text;
  }

  std::mt19937 random_;
  Kind kind_;
  std::uint32_t rows_ = 0;
  std::uint32_t key_kind_ = 0;
  bool is_composite_ = false;
  bool is_ascending_ = false;
  bool is_shuffled_ = false;
  bool loses_rows_ = false;
  bool swaps_columns_ = false;
  bool has_crlf_ = false;
  bool has_bom_ = false;
  bool lacks_last_end_ = false;
  std::uint32_t change_percent_ = 0;
  std::uint32_t quote_percent_ = 0;
  bool has_duplicates_ = false;
  bool odd_keys_ = false;
  bool is_broken_ = false;
  std::vector<Row> old_rows_;
  std::vector<Row> new_rows_;
};

}  // namespace mlops::test
