#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A file of the work tree whose content decides what becomes of it.
struct Question {
  std::string path;
  os::FileStat stat;
  std::optional<store::Entry> wanted;  ///< nothing: it shall go
  /// What a checkout that did not come to its end was writing here; outlives the question.
  struct Unfinished {
    const store::Entry* top = nullptr;  ///< null: there was none
    std::string remainder;              ///< of the path, below it
  } unfinished;
  enum class Answer { unknown, torn, known, same } answer = Answer::unknown;
  std::string reason;
  store::ObjectId id;
  std::optional<std::int64_t> read_at_ns;
};

/// Answers them on the pool, from the stat cache or by reading. `hasher` stores nothing.
void answer_questions(Workspace& workspace,
                      store::Writer& hasher,
                      std::vector<Question>& questions,
                      Progress& progress,
                      const CancelToken& cancel);

}  // namespace mlops::workspace
