#include "apps/volley/command_line.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace volley::app {
namespace {

template <class R>
R request_of(const std::vector<std::string>& arguments) {
  const auto parsed = parse_command_line(arguments);
  if (const Answer* answer = std::get_if<Answer>(&parsed)) FAIL(answer->err);
  return std::get<R>(std::get<Parsed>(parsed).request);
}

Answer answer_of(const std::vector<std::string>& arguments) {
  const auto parsed = parse_command_line(arguments);
  REQUIRE(std::holds_alternative<Answer>(parsed));
  return std::get<Answer>(parsed);
}

TEST_CASE("run takes every option of its description, before or after the file") {
  const auto run = request_of<RunRequest>({"run", "-s", "a.b=1", "net.yaml", "-s", "c==x", "--input", "in=x.bs1",
                                           "--seed", "7", "--threads", "2", "--until", "10s", "-o", "r.h5", "--json"});
  CHECK(run.plan.file == "net.yaml");
  CHECK(run.plan.overrides == io::Overrides{{"a.b", "1"}, {"c", "=x"}});
  CHECK(run.plan.inputs == std::vector<std::string>{"in=x.bs1"});
  CHECK(run.plan.seed == 7u);
  CHECK(run.threads == 2u);
  CHECK(run.plan.until == Duration{10'000'000'000'000});
  CHECK(run.output == "r.h5");
  CHECK(run.json);
  CHECK(run.command_line ==
        "volley run -s a.b=1 net.yaml -s c==x --input in=x.bs1 --seed 7 --threads 2 --until 10s -o r.h5 --json");
}

TEST_CASE("The recorded command line quotes what a shell would split") {
  CHECK(request_of<RunRequest>({"run", "my net.yaml", "-s", "name=it's"}).command_line ==
        "volley run 'my net.yaml' -s 'name=it'\\''s'");
}

TEST_CASE("Help opens with three examples and exits with 0") {
  const Answer help = answer_of({"--help"});
  CHECK(help.code == ExitCode::kOk);
  CHECK(help.out.find("Examples:\n  volley run ") == 0);
  for (const CommandText& command : describe_command_line().commands) {
    const Answer one = answer_of({command.name, "--help"});
    CHECK(one.code == ExitCode::kOk);
    INFO(command.name);
    CHECK(one.out.find("Examples:\n  volley " + command.name) == 0);
    std::size_t examples = 0;
    for (std::size_t at = one.out.find("\n  volley "); at != std::string::npos;
         at = one.out.find("\n  volley ", at + 1))
      ++examples;
    CHECK(examples == 3);
  }
}

TEST_CASE("Every example of the help parses") {
  for (const CommandText& command : describe_command_line().commands) {
    std::istringstream lines(command.examples);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::vector<std::string> arguments;
      for (std::string word; words >> word && word != ">";) arguments.push_back(word);
      REQUIRE(arguments.at(0) == "volley");
      arguments.erase(arguments.begin());
      INFO(line);
      CHECK(std::holds_alternative<Parsed>(parse_command_line(arguments)));
    }
  }
}

TEST_CASE("Wrong command lines are usage errors that name the thing and a remedy") {
  const std::pair<std::vector<std::string>, const char*> wrong[] = {
      {{"rnu", "x.yaml"}, "unknown command `rnu`; did you mean `run`?"},
      {{"run", "x.yaml", "--sede", "3"}, "unknown option `--sede`; did you mean `--seed`?"},
      {{"run"}, "volley run takes network to run: .yaml or .net; 0 arguments given"},
      {{"run", "a.yaml", "b.yaml"}, "2 arguments given"},
      {{"run", "x.yaml", "-s", "novalue"}, "-s `novalue` must be key=value"},
      {{"run", "x.yaml", "--seed", "-1"}, "--seed"},
      {{"run", "x.yaml", "--seed", "1.5"}, "--seed `1.5` must be a whole number"},
      {{"run", "x.yaml", "--threads", "0"}, "--threads `0` must be a whole number from 1"},
      {{"run", "x.yaml", "--until", "10"}, "--until `10` has no unit"},
      {{"replay", "x.h5", "--mode", "clmap"}, "--mode `clmap` must be one of drive, compare"},
      {{"energy", "x.h5", "--by", "populaton"}, "did you mean `population`?"},
      {{"diff", "a.h5"}, "volley diff takes two recordings; 1 arguments given"},
      {{"diff", "a.h5", "b.h5", "--tolerance", "x"}, "--tolerance `x` is not a length of time"},
      {{"list", "modles"}, "did you mean `models`?"},
      {{}, "no command given"},
      {{"--vresion"}, "unknown option `--vresion`; did you mean `--version`?"}};
  for (const auto& [arguments, message] : wrong) {
    const Answer answer = answer_of(arguments);
    CHECK(answer.code == ExitCode::kUsage);
    CHECK(answer.out.empty());
    INFO(answer.err);
    CHECK(answer.err.find(message) != std::string::npos);
  }
}

}  // namespace
}  // namespace volley::app
