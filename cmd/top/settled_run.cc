#include "top/settled_run.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "app/version.h"
#include "base/error.h"
#include "codec/bytes.h"
#include "os/clock.h"
#include "os/file.h"
#include "pipeline/settled_memory.h"
#include "top/live_view.h"
#include "top/run_view.h"

namespace mlops::top {
namespace {

using pipeline::InstanceResult;
using pipeline::InstanceState;

constexpr std::uint64_t kMaxBytes = 256ULL << 20U;

/// Flags that neither ask for something else nor want more to be told.
constexpr auto kPlainFlags = std::to_array<std::string_view>(
    {"C", "color", "jobs", "keep-going", "no-input", "no-pager", "progress", "quiet", "wait"});

bool is_plain(const app::Arguments& arguments) {
  const auto names = arguments.flag_names();
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return std::find(kPlainFlags.begin(), kPlainFlags.end(), name) != kPlainFlags.end();
  });
}

bool is_settled(const InstanceResult& instance) {
  const bool is_done =
      instance.state == InstanceState::hit || instance.state == InstanceState::skipped;
  // What checks say is asked anew each time: their rules and tables are no part of a look.
  return is_done && instance.failure == pipeline::FailureClass::none && instance.warnings.empty() &&
         instance.checks.empty();
}

void add(codec::Sha256& hash, std::string_view text) {
  codec::ByteWriter length;
  length.u64(text.size());
  hash.update(length.bytes());
  hash.update(codec::as_bytes(text));
}

}  // namespace

SettledRun::SettledRun(app::Context& context, const app::Arguments& arguments)
    : context_(context), since_ns_(os::wall_time_ns()) {
  if (is_plain(arguments)) {
    watch_.emplace();
    os::sightings::note(context.environment().executable);
  }
}

/// One a work tree, as the stat cache beside it.
std::filesystem::path SettledRun::file() {
  std::filesystem::path file = context_.workspace().stat_cache_file();
  file += "-settled";
  return file;
}

/// All that a run is told besides files: each variable may be in a key or lead to other files.
codec::Digest SettledRun::request_of(const pipeline::Selection& selection) const {
  codec::Sha256 hash;
  add(hash, app::kVersion);
  add(hash, context_.workspace().top().native());
  add(hash, std::to_string(os::current_user()) + ":" + std::to_string(os::current_group()));
  add(hash, selection.file);
  for (const std::string& stage : selection.stages) {
    add(hash, stage);
  }
  add(hash, "environment");
  for (const auto& [name, value] : context_.environment().variables) {
    add(hash, name);
    add(hash, value);
  }
  return hash.finish();
}

std::optional<pipeline::RunResult> SettledRun::recall(const pipeline::Selection& selection) {
  if (!watch_) {
    return std::nullopt;
  }
  request_ = request_of(selection);
  const os::sightings::Accounted accounted;
  try {
    const auto text = os::read_file_if_exists(file(), kMaxBytes);
    auto memory = text ? pipeline::decode_settled(codec::as_bytes(*text)) : std::nullopt;
    if (!memory || memory->request != request_) {
      return std::nullopt;
    }
    // Whoever holds it may be about to change what is looked at here.
    const auto lock =
        os::FileLock::try_acquire(context_.workspace().run_lock_file(), os::LockMode::exclusive);
    if (!lock || !pipeline::is_all_as_seen(memory->directories)) {
      return std::nullopt;
    }
    pipeline::RunResult result;
    result.instances = std::move(memory->instances);
    return result;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io && error.kind() != ErrorKind::config) {
      throw;
    }
    return std::nullopt;  // as one that is not there
  }
}

void SettledRun::end_look() {
  if (watch_) {
    seen_ = watch_->end();
  }
}

void SettledRun::remember(const pipeline::RunResult& result, std::uint64_t warnings) {
  const bool is_all_settled =
      std::all_of(result.instances.begin(), result.instances.end(), is_settled);
  if (!seen_ || !is_all_settled || warnings > 0) {
    return;
  }
  try {
    // The stat cache decides nothing: it spares the reading of what is seen here as well.
    std::erase_if(*seen_, [&](const os::Sighting& one) {
      return one.path == context_.workspace().stat_cache_file() || one.path == file();
    });
    pipeline::SettledMemory memory{request_, result.instances, {}};
    if (auto directories = pipeline::see_all(*seen_, since_ns_)) {
      memory.directories = std::move(*directories);
      os::write_file_atomic(
          file(), codec::as_text(pipeline::encode_settled(memory)), os::Durability::relaxed);
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) {
      throw;
    }
    // Who may only read looks again each time.
  }
}

app::ExitCode show_run(app::Context& context,
                       const app::Arguments& arguments,
                       const pipeline::RunResult& result) {
  RunView view(context, name_width_of(result.instances));
  {
    ChosenView chosen(context, view, arguments.find("progress"));
    chosen.observer().on_run(result.run_id, result.instances.size());
    for (const InstanceResult& instance : result.instances) {
      chosen.observer().on_end(instance);
    }
  }
  const app::ExitCode code = end_run(context, result);
  context.say(summary_of(result));
  return code;
}

}  // namespace mlops::top
