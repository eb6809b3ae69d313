#include "report/json_bytes.h"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"

namespace mlops::report {
namespace {

using Json = nlohmann::ordered_json;

bool is_bytes(const Json& json) {
  return json.is_string() && !is_utf8(json.get_ref<const std::string&>());
}

bool needs_spelling(const Json& json) {
  if (json.is_object()) {
    const auto& fields = json.get_ref<const Json::object_t&>();
    return std::any_of(fields.begin(), fields.end(), [](const auto& field) {
      return !is_utf8(field.first) || needs_spelling(field.second);
    });
  }
  return json.is_array() ? std::any_of(json.begin(), json.end(), needs_spelling) : is_bytes(json);
}

Json hex_of(const Json& text) {
  if (!is_bytes(text)) {
    return nullptr;
  }
  return to_hex(codec::as_bytes(text.get_ref<const std::string&>()));
}

/// The bytes of a field's value; null where it holds none that have to be told.
Json bytes_of(const Json& value) {
  if (!value.is_array() || std::none_of(value.begin(), value.end(), is_bytes)) {
    return hex_of(value);
  }
  Json list = Json::array();
  for (const Json& element : value) {
    list.push_back(hex_of(element));
  }
  return list;
}

}  // namespace

void spell_bytes(Json& json) {
  if (!needs_spelling(json)) {
    return;
  }
  if (json.is_string()) {
    json = escape_for_terminal(json.get_ref<const std::string&>());
  } else if (json.is_array()) {
    for (Json& element : json) {
      spell_bytes(element);
    }
  } else {
    Json spelt = Json::object();
    for (auto& [key, value] : json.get_ref<Json::object_t&>()) {
      const std::string name = escape_for_terminal(key);
      Json bytes = bytes_of(value);
      spell_bytes(value);
      spelt[name] = std::move(value);
      if (!bytes.is_null()) {
        spelt[name + "_hex"] = std::move(bytes);
      }
    }
    json = std::move(spelt);
  }
}

}  // namespace mlops::report
