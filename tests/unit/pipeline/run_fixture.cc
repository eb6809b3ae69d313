#include "run_fixture.h"

#include <filesystem>
#include <stdexcept>

#include "base/text.h"

namespace mlops::pipeline::testing {

namespace fs = std::filesystem;

void RecordingObserver::note(std::string event) {
  events.push_back(std::move(event));
  if (hook) {
    hook(events.back());
  }
}

void RecordingObserver::on_run(const std::string&, std::size_t) {
  note("run");
}

void RecordingObserver::on_start(const Instance& instance, const std::string&) {
  note("start " + instance.id);
}

void RecordingObserver::on_output(const Instance& instance, std::string_view line) {
  note(instance.id + ": " + std::string(line));
}

void RecordingObserver::on_end(const InstanceResult& result) {
  note("end " + result.id + " " + std::string(to_string(result.state)));
}

void RecordingObserver::on_pulse(const std::vector<RunningInstance>& running) {
  if (on_pulses) {
    on_pulses(running);
  }
}

RunFixture::RunFixture() {
  environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                 {"HOME", repo.directory().string()},
                 {"SECRET_OF_THE_USER", "x"}};
}

void RunFixture::pipeline(const std::string& text) const {
  repo.write("pipeline.toml", "schema = 1\n" + text);
}

std::unique_ptr<workspace::Workspace> RunFixture::open() const {
  workspace::OpenOptions options;
  options.directory = repo.path();
  options.git.search_path = "/usr/local/bin:/usr/bin:/bin";
  options.git.environment = repo.env();
  options.threads = 2;
  return workspace::Workspace::open(options);
}

RunResult RunFixture::run(const RunOptions& changes) {
  auto options = changes;
  options.environment = environment;
  if (options.jobs == 0) {
    options.jobs = 2;
  }
  observer.events.clear();
  cancel = std::make_unique<CancelToken>();
  const auto pipeline = parse_pipeline(repo.read("pipeline.toml"), "pipeline.toml");
  config::Params params;
  for (const auto& file : pipeline.params_files) {
    params.merge_text(repo.read(file), file);
  }
  const auto workspace = open();
  last = run_pipeline(*workspace, pipeline, params, options, observer, {progress, *cancel});
  return last;
}

workspace::Lock RunFixture::lock() const {
  return workspace::parse_lock(repo.read("pipeline.lock"), "pipeline.lock");
}

bool RunFixture::exists(std::string_view path) const {
  return fs::symlink_status(repo / path).type() != fs::file_type::not_found;
}

std::string RunFixture::states() const {
  std::vector<std::string> parts;
  for (const auto& one : last.instances) {
    parts.push_back(one.id + " " + std::string(to_string(one.state)));
  }
  return join(parts, ", ");
}

const InstanceResult& RunFixture::result(std::string_view id) const {
  for (const auto& one : last.instances) {
    if (one.id == id) {
      return one;
    }
  }
  throw std::runtime_error("no result of that instance");
}

}  // namespace mlops::pipeline::testing
