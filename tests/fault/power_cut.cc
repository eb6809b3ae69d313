#include "fault/power_cut.h"

#include <cstdlib>
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
  PowerCuts result;
  SimulatedDisk disk = recording.before;
  std::mt19937_64 random(1);
  std::unordered_set<std::string> seen;
  std::unordered_set<std::string> judged;
  const auto cut = [&](Ended ended) {
    ++result.points;
    disk.for_each_state(random, [&](const Tree& tree) {
      if (!result.problems.empty()) {
        return;
      }
      seen.insert(digest_of(tree, ended, Unfinished::counts));
      if (!judged.insert(digest_of(tree, ended, Unfinished::left_out)).second) {
        return;
      }
      const Scratch scratch;
      write_tree(tree, scratch.path());
      if (auto problem = oracle(scratch.path(), ended)) {
        result.problems.push_back(std::move(*problem));
      }
    });
  };
  if (first == 0) {
    cut(Ended::no);
  }
  for (std::size_t at = 0; at < recording.calls.size() && result.problems.empty(); ++at) {
    if (disk.apply(recording.calls[at]) && at >= first) {
      cut(Ended::no);
    }
  }
  cut(Ended::yes);
  result.states = seen.size();
  result.judged = judged.size();
  return result;
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
  // Before the first of them nothing is different.
  return !cut_everywhere(less, oracle, forgotten.front()).problems.empty();
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
