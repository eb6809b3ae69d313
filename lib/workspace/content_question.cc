#include "workspace/content_question.h"

#include "workspace/data_sets.h"
#include "workspace/snapshot.h"
#include "workspace/stable_read.h"
#include "workspace/stat_cache.h"
#include "workspace/torn_file.h"

namespace mlops::workspace {

namespace {

void judge(const store::Store& store, const store::Entry& entry, Question& question) {
  const auto& wanted = question.wanted;
  question.id = entry.id;
  if (wanted && wanted->kind == entry.kind && wanted->id == entry.id) {
    question.answer = Question::Answer::same;
  } else if (is_restorable(store, entry)) {
    question.answer = Question::Answer::known;
  } else {
    question.reason = "holds changes that the store does not have";
  }
}

/// The interrupted checkout may have been one of another version than is wanted now.
void ask_whether_torn(Workspace& workspace, Question& question) {
  if (question.unfinished.top == nullptr || question.answer != Question::Answer::unknown) {
    return;
  }
  const store::Store& store = workspace.store();
  const auto is_half_of = [&](const std::optional<store::Entry>& version) {
    return version && version->kind != store::EntryKind::directory &&
           is_torn(workspace.tree(), question.path, question.stat, store, *version);
  };
  if (is_half_of(question.wanted) ||
      is_half_of(find_below(store, *question.unfinished.top, question.unfinished.remainder))) {
    question.answer = Question::Answer::torn;
    question.reason = "is half of what an interrupted checkout wrote";
  }
}

}  // namespace

void answer_questions(Workspace& workspace,
                      store::Writer& hasher,
                      std::vector<Question>& questions,
                      Progress& progress,
                      const CancelToken& cancel) {
  std::uint64_t bytes = 0;
  for (const Question& question : questions) {
    bytes += question.stat.size;
  }
  const StatCache& cache = workspace.stat_cache();
  const store::Store& store = workspace.store();
  progress.begin("comparing", questions.size(), bytes);
  workspace.pool().for_each(questions.size(), [&](std::size_t i) {
    cancel.check();
    Question& question = questions[i];
    if (const auto cached = cache.find(question.path, question.stat)) {
      judge(store, *cached, question);
      progress.advance(1, question.stat.size);
      return;
    }
    try {
      const StableRead read =
          read_stable(workspace.tree(), question.path, question.path, hasher, progress, cancel);
      question.stat = read.stat;
      question.read_at_ns = read.read_at_ns;
      judge(store, read.entry, question);
      ask_whether_torn(workspace, question);
    } catch (const Unreadable& trouble) {
      question.reason = trouble.problem;
    }
    progress.advance(1, 0);
  });
  progress.end();
}

}  // namespace mlops::workspace
