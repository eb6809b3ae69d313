#include "pipeline/dvc_template.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/params.h"

namespace mlops::pipeline {

namespace {

constexpr std::string_view kReferenceStart = "${";

/// `${` that is no reference, for our parser.
std::string escape_literal(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const auto at = text.find(kReferenceStart);
    escaped += text.substr(0, at);
    if (at == std::string_view::npos) {
      break;
    }
    escaped += "$${";
    text.remove_prefix(at + kReferenceStart.size());
  }
  return escaped;
}

void add_literal(DvcText& text, std::string_view literal) {
  if (literal.empty()) {
    return;
  }
  if (text.pieces.empty() || !text.pieces.back().kept.empty()) {
    text.pieces.push_back({});
  }
  text.pieces.back().resolved += literal;
}

/// `\${` is how DVC writes a `${` that is none.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && text.substr(i + 1).starts_with(kReferenceStart)) {
      continue;
    }
    plain += text[i];
  }
  return plain;
}

struct FoundReference {
  std::size_t begin = std::string_view::npos;
  std::size_t end = 0;
  std::string_view name;
};

/// As DVC's expression finds it: not behind a backslash, closed in the same line.
FoundReference find_reference(std::string_view text, std::size_t from) {
  for (auto at = text.find(kReferenceStart, from); at != std::string_view::npos;
       at = text.find(kReferenceStart, at + 1)) {
    if (at > 0 && text[at - 1] == '\\') {
      continue;
    }
    const auto end = text.find_first_of("}\n", at);
    if (end != std::string_view::npos && text[end] == '}') {
      return {at, end + 1, text.substr(at + 2, end - at - 2)};
    }
  }
  return {};
}

class Renderer {
 public:
  Renderer(const DvcNames& names, DvcTextKind kind, const DvcPlace& place, DvcUses& uses)
      : names_(names), kind_(kind), place_(place), uses_(uses) {}

  DvcText render(std::string_view text) {
    std::size_t at = 0;
    for (auto found = find_reference(text, 0); found.begin != std::string_view::npos;
         found = find_reference(text, at)) {
      add_literal(result_, unescape(text.substr(at, found.begin - at)));
      add(found.name);
      at = found.end;
    }
    add_literal(result_, unescape(text.substr(at)));
    return std::move(result_);
  }

 private:
  void add(std::string_view name) {
    const DvcValue value = names_.find(name, place_);
    const auto text = dvc_text(*value.value);
    if (!text) {
      fail(name, *value.value);
    }
    if (kind_ == DvcTextKind::command && text->find('\n') != std::string::npos) {
      place_.fail(fmt::format("the value of {} has a line break", quote(name)));
    }
    if (!value.kept.empty()) {
      keep(*text, value.kept);
      return;
    }
    const bool is_quoted_by_us = kind_ == DvcTextKind::command && !is_plain_word(*text);
    if (value.file.empty()) {
      add_literal(result_, *text);
    } else if (value.path.empty() || is_quoted_by_us || !has_same_text(*value.value) ||
               follows_dollar()) {
      uses_.written_out.push_back(
          fmt::format("${{{}}} of {} as {}", name, value.file, quote(*text)));
      add_literal(result_, *text);
    } else {
      uses_.kept.push_back({value.file, value.path, place_});
      keep(*text, fmt::format("${{params.{}}}", value.path));
    }
  }

  [[noreturn]] void fail(std::string_view name, const nlohmann::json& value) {
    if (value.is_string()) {
      place_.fail(fmt::format("{} is {}: a number for DVC, a text for mlops",
                              quote(name),
                              quote(value.get<std::string>())),
                  "write the number without '_', in digits");
    }
    place_.fail(fmt::format("{} is {}", quote(name), value.is_null() ? "null" : "a table or list"),
                "write a ${…} for each value of it");
  }

  void keep(const std::string& resolved, const std::string& kept) {
    if (follows_dollar()) {
      place_.fail("a '$' stands before a value of foreach or matrix",
                  "'$${' has another meaning in pipeline.toml");
    }
    result_.pieces.push_back({resolved, kept});
  }

  /// `$${` would be read as a literal.
  bool follows_dollar() const {
    return !result_.pieces.empty() && result_.pieces.back().kept.empty() &&
           result_.pieces.back().resolved.ends_with('$');
  }

  const DvcNames& names_;
  DvcTextKind kind_;
  const DvcPlace& place_;
  DvcUses& uses_;
  DvcText result_;
};

}  // namespace

std::string DvcText::resolved() const {
  std::string text;
  for (const Piece& piece : pieces) {
    text += piece.resolved;
  }
  return text;
}

std::string DvcText::ours() const {
  std::string text;
  for (const Piece& piece : pieces) {
    text += piece.kept.empty() ? escape_literal(piece.resolved) : piece.kept;
  }
  return text;
}

bool DvcText::has_kept() const {
  return std::any_of(
      pieces.begin(), pieces.end(), [](const Piece& piece) { return !piece.kept.empty(); });
}

bool DvcText::has_axis() const {
  return std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
    return piece.kept.starts_with("${matrix.");
  });
}

DvcText render_dvc_text(std::string_view text,
                        const DvcNames& names,
                        DvcTextKind kind,
                        const DvcPlace& place,
                        DvcUses& uses) {
  return Renderer(names, kind, place, uses).render(text);
}

std::string_view whole_reference(std::string_view text) {
  const auto found = find_reference(text, 0);
  return found.begin == 0 && found.end == text.size() ? found.name : std::string_view{};
}

bool is_plain_word(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  return !text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos;
}

bool has_same_text(const nlohmann::json& value) {
  const auto text = dvc_text(value);
  return text &&
         *text == (value.is_string() ? value.get<std::string>() : config::canonical_json(value));
}

}  // namespace mlops::pipeline
