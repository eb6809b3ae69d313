#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::remote {

/// The elements and texts of an XML document of a server, one after the other. A document type, an
/// entity that XML itself does not have, elements that are not closed in their order, more than 32
/// of them in one another and more than 64 namespaces at once are Error{corrupt} with the offset:
/// nothing grows beyond what was sent. Attributes other than namespaces are passed over.
class XmlReader {
 public:
  /// `what` names the document in errors; `text` outlives this.
  XmlReader(std::string_view text, std::string what);

  enum class Event { open, close, text, end };
  Event next();
  /// Of open and close: the name without its prefix, and the namespace that this means.
  const std::string& name() const { return open_.back().name; }
  const std::string& name_space() const { return open_.back().name_space; }
  /// Of text: its entities are replaced. One text may come in several pieces.
  const std::string& text() const { return piece_; }
  /// "<what>: <problem> at offset <n>".
  [[noreturn]] void fail(std::string_view problem) const;

 private:
  struct Binding {
    std::string prefix;
    std::string name_space;
  };
  struct Element {
    std::string raw;  ///< as its end tag has it
    std::string name;
    std::string name_space;
    std::size_t bindings = 0;  ///< of its own
  };
  bool take(std::string_view token);
  std::string_view take_until(std::string_view token);
  std::string_view take_name();
  void skip_space();
  Event open();
  void take_attribute(Element& element);
  Event close();
  Event take_text(std::string_view raw);
  std::string name_space_of(std::string_view prefix) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::string what_;
  std::vector<Element> open_;
  std::vector<Binding> bindings_;
  std::string piece_;
  bool is_empty_element_ = false;  ///< "<a/>": its end comes next
  bool is_closing_ = false;  ///< the last event was close: its element goes with the next call
  bool had_root_ = false;
};

}  // namespace mlops::remote
