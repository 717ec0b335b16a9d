#include "io/output_path.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <vector>

#include "recording_support.h"

namespace volley::io {
namespace {

TEST_CASE("an input is refused as output under whatever name or link leads to it") {
  const TemporaryFolder folder;
  const std::string input = folder.file("in.csv", "time_ms,neuron\n");
  std::filesystem::create_symlink("in.csv", folder.path("soft.h5"));
  std::filesystem::create_hard_link(input, folder.path("hard.h5"));
  std::filesystem::create_hard_link(input, folder.path("part.h5.part"));  // what is written before it gets its name
  const std::vector<InputFile> inputs = {{folder.path("missing.csv"), {}}, {input, {}}};
  for (const char* name : {"in.csv", "./in.csv", "soft.h5", "hard.h5", "part.h5"}) {
    const absl::Status status = check_output(folder.path(name), inputs);
    INFO(name << ": " << status);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(mentions(status, input));
  }
  CHECK(check_output(folder.path("other.h5"), inputs).ok());
}

TEST_CASE("only regular files are replaced, and none that is protected") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  std::filesystem::create_symlink("pipe", folder.path("to_pipe"));
  CHECK(mentions(check_output("/dev/null", {}), "a device"));
  CHECK(mentions(check_output(folder.path("pipe"), {}), "a FIFO"));
  CHECK(mentions(check_output(folder.path("to_pipe"), {}), "a FIFO"));
  CHECK(mentions(check_output(folder.path(""), {}), "a directory"));
  CHECK(absl::IsInvalidArgument(check_output("", {})));
  chmod(folder.file("kept.h5", "precious").c_str(), 0444);
  CHECK(absl::IsPermissionDenied(check_output(folder.path("kept.h5"), {})));
  CHECK(mentions(check_output(folder.path("kept.h5"), {}), "kept.h5"));
}

TEST_CASE("a folder for outputs is made with those above it, and refused where none can be") {
  const TemporaryFolder folder;
  CHECK(make_output_folder(folder.path("a/b")).ok());
  CHECK(make_output_folder(folder.path("a/b")).ok());
  CHECK(std::filesystem::is_directory(folder.path("a/b")));
  const std::string file = folder.file("file", "precious");
  CHECK(mentions(make_output_folder(file), file + ": is no folder and cannot be made one ("));
  CHECK(mentions(make_output_folder(file + "/below"), "is no folder and cannot be made one ("));
  chmod(folder.path("a/b").c_str(), 0555);
  CHECK(absl::IsPermissionDenied(make_output_folder(folder.path("a/b"))));
  chmod(folder.path("a/b").c_str(), 0755);
}

TEST_CASE("a recording goes where symbolic links lead, and the links stay") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("disk"));
  std::filesystem::create_symlink("disk/run.h5", folder.path("link.h5"));
  std::filesystem::create_symlink("link.h5", folder.path("again.h5"));
  CHECK(output_target(folder.path("plain.h5")) == folder.path("plain.h5"));
  for (int round = 0; round < 2; ++round) {  // without and with a file at the end
    CHECK(std::filesystem::weakly_canonical(output_target(folder.path("again.h5"))) ==
          std::filesystem::weakly_canonical(folder.path("disk/run.h5")));
    const auto recorder = Recorder::create(folder.path("again.h5"), small_run());
    REQUIRE(recorder.ok());
    REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
    CHECK(std::filesystem::is_symlink(folder.path("link.h5")));
    CHECK(std::filesystem::is_symlink(folder.path("again.h5")));
    CHECK(Recording::open(folder.path("disk/run.h5")).ok());
  }
}

TEST_CASE("a recorder refuses its own inputs") {
  const TemporaryFolder folder;
  RunMetadata metadata = small_run();
  metadata.plan.inputs = {{folder.file("net.yaml", "volley: 1\n"), {}}};
  CHECK(absl::IsInvalidArgument(Recorder::create(folder.path("net.yaml"), metadata).status()));
  CHECK(bytes_of_file(folder.path("net.yaml")) == "volley: 1\n");
}

}  // namespace
}  // namespace volley::io
