#include "fault/power_cut.h"

#include <array>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <unordered_set>

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"

namespace mlops::test {

namespace {

/// In memory where there is such a place: what is synced here proves nothing, and takes long.
class Scratch {
 public:
  Scratch() {
    const fs::path memory = "/dev/shm";
    std::string name =
        ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "mlops-cut-XXXXXX")
            .string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("cannot make a temporary directory");
    }
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored_at_the_end_of_a_test;
    fs::remove_all(path_, ignored_at_the_end_of_a_test);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Files that are being written, in the store's directory for them: nobody reads them.
bool is_unfinished(const std::string& name) {
  return ("/" + name).find("/tmp/tmp-") != std::string::npos;
}

enum class Unfinished { counts, left_out };
std::string digest_of(const Tree& tree, Ended ended, Unfinished unfinished) {
  codec::Sha256 hasher;
  for (const auto& [name, content] : tree) {
    if (unfinished == Unfinished::left_out && is_unfinished(name)) {
      continue;
    }
    const std::string front = name + '\0' + std::to_string(content.size()) + '\0';
    hasher.update(codec::as_bytes(front));
    hasher.update(codec::as_bytes(content));
  }
  return to_hex(hasher.finish()) + (ended == Ended::yes ? "+" : "-");
}

/// Runs through a recording and judges what is left where it is told to cut.
class Cutter {
 public:
  Cutter(const SimulatedDisk& disk, const Oracle& oracle) : disk_(disk), oracle_(oracle) {}

  bool apply(const os::fault::Call& call) { return disk_.apply(call); }
  bool has_problem() const { return !result_.problems.empty(); }
  void cut(Ended ended) {
    ++result_.points;
    auto& before = given_out_.at(ended == Ended::yes ? 1 : 0);
    disk_.for_each_state(random_, before, [&](const Tree& tree) { judge(tree, ended); });
  }
  PowerCuts take() {
    result_.states = seen_.size();
    result_.judged = judged_.size();
    return std::move(result_);
  }

 private:
  void judge(const Tree& tree, Ended ended) {
    if (has_problem()) {
      return;
    }
    seen_.insert(digest_of(tree, ended, Unfinished::counts));
    if (!judged_.insert(digest_of(tree, ended, Unfinished::left_out)).second) {
      return;
    }
    const Scratch scratch;
    write_tree(tree, scratch.path());
    if (auto problem = oracle_(scratch.path(), ended)) {
      result_.problems.push_back(std::move(*problem));
    }
  }

  SimulatedDisk disk_;
  const Oracle& oracle_;
  std::mt19937_64 random_{1};  // the same draws in every run
  std::array<std::set<std::string>, 2> given_out_;
  std::unordered_set<std::string> seen_;
  std::unordered_set<std::string> judged_;
  PowerCuts result_;
};

}  // namespace

Recording record(const fs::path& top, const std::function<void()>& command) {
  SimulatedDisk before(top);
  os::fault::arm("trace");
  try {
    command();
  } catch (...) {
    os::fault::arm("off");
    throw;
  }
  Recording recording{std::move(before), os::fault::trace()};
  os::fault::arm("off");
  return recording;
}

PowerCuts cut_everywhere(const Recording& recording, const Oracle& oracle, std::size_t first) {
  Cutter cutter(recording.before, oracle);
  if (first == 0) {
    cutter.cut(Ended::no);
  }
  for (std::size_t at = 0; at < recording.calls.size() && !cutter.has_problem(); ++at) {
    if (cutter.apply(recording.calls[at]) && at >= first) {
      cutter.cut(Ended::no);
    }
  }
  cutter.cut(Ended::yes);
  return cutter.take();
}

std::string describe(std::string_view command, const PowerCuts& cuts) {
  return std::string(command) + ": power cut at " + std::to_string(cuts.points) + " points, " +
         std::to_string(cuts.states) + " different states, " + std::to_string(cuts.judged) +
         " of them judged\n";
}

bool is_noticed(const Recording& recording,
                const std::vector<std::size_t>& forgotten,
                const Oracle& oracle) {
  Recording less = recording;
  for (auto at = forgotten.rbegin(); at != forgotten.rend(); ++at) {
    less.calls.erase(less.calls.begin() + static_cast<std::ptrdiff_t>(*at));
  }
  // Most show at the end. Before the first of them nothing is different.
  Cutter at_the_end(less.before, oracle);
  for (const os::fault::Call& call : less.calls) {
    at_the_end.apply(call);
  }
  at_the_end.cut(Ended::yes);
  return at_the_end.has_problem() ||
         !cut_everywhere(less, oracle, forgotten.front()).problems.empty();
}

std::vector<std::size_t> find_calls(const Recording& recording,
                                    const std::string& name,
                                    const std::string& part) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < recording.calls.size(); ++i) {
    const os::fault::Call& call = recording.calls[i];
    if (call.name == name && call.path.find(part) != std::string::npos) {
      found.push_back(i);
    }
  }
  return found;
}

}  // namespace mlops::test
