#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/dvc_names.h"

namespace mlops::pipeline {

/// A text of dvc.yaml: as DVC resolves it, and as it stands in our file.
struct DvcText {
  struct Piece {
    std::string resolved;
    std::string kept;  ///< "${params.lr}", "${matrix.item}"; empty: `resolved` stands in our file
  };
  std::vector<Piece> pieces;  ///< texts that are not kept never stand side by side

  std::string resolved() const;
  std::string ours() const;
  bool has_kept() const;
  /// That differs from instance to instance.
  bool has_axis() const;
};

/// What the translation of a dvc.yaml takes from parameter files.
struct DvcParamUse {
  std::string file;
  std::string path;
  DvcPlace place;
};
struct DvcUses {
  std::vector<DvcParamUse> kept;
  std::vector<std::string> written_out;  ///< "${models[0]} of params.yaml as 'xgb'"
};

/// Where a text goes. A value in a command is kept only when it needs no quotes there: DVC would
/// let the shell split it, mlops makes it one word.
enum class DvcTextKind { command, path };

/// `${…}` resolved by `names`. What may stay a reference to a parameter file, or to an axis, stays
/// one; what may not, and is of a file, is noted in `uses`. Error{config}.
DvcText render_dvc_text(std::string_view text,
                        const DvcNames& names,
                        DvcTextKind kind,
                        const DvcPlace& place,
                        DvcUses& uses);

/// The name in a text that is nothing but "${name}"; empty for any other.
std::string_view whole_reference(std::string_view text);

/// A word that a shell leaves as it is.
bool is_plain_word(std::string_view text);

/// What a kept reference says for our parser: the same text as DVC's, or nothing.
bool has_same_text(const nlohmann::json& value);

}  // namespace mlops::pipeline
