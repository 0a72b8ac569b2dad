#include "analysis/goroutine_context.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace tracecheck;

namespace {

// Blocks as "before before [match] after", in the order in which they are complete.
class Blocks {
 public:
  explicit Blocks(GoroutineContext::Size size)
      : context(size, [this](ContextBlock&& block) {
          std::string text;
          for (const ContextBlock::Line& line : block.lines) {
            text += text.empty() ? "" : " ";
            text += line.index == block.match ? "[" + line.text + "]" : line.text;
          }
          done.push_back(std::move(text));
          return true;
        }) {}

  void add(GoroutineId id, const std::string& text) {
    if (context.wants(id)) {
      context.add(id, text);
    } else {
      context.pass(id);
    }
  }

  std::vector<std::string> done;
  GoroutineContext context;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("A block has the lines of its goroutine only", "[context]") {
  Blocks blocks({.before = 2, .after = 1});
  for (const char* text : {"a", "b", "c"}) blocks.add(1, text);
  blocks.add(2, "x");
  blocks.context.add_match(1, 10, "m");
  blocks.add(2, "y");
  CHECK(blocks.done.empty());
  CHECK(blocks.context.open() == 1);
  blocks.add(1, "d");
  CHECK(blocks.done == Texts{"b c [m] d"});
  CHECK(blocks.context.open() == 0);
}

TEST_CASE("The next match ends a block, and has what is before it", "[context]") {
  Blocks blocks({.before = 2, .after = 2});
  blocks.context.add_match(1, 10, "m");
  blocks.add(1, "a");
  blocks.context.add_match(1, 20, "n");
  CHECK(blocks.done == Texts{"[m] a"});
  blocks.context.finish();
  CHECK(blocks.done == Texts{"[m] a", "m a [n]"});
}

TEST_CASE("Without lines after it, a block is complete at once", "[context]") {
  Blocks blocks({.before = 1, .after = 0});
  blocks.add(1, "a");
  blocks.context.add_match(1, 10, "m");
  CHECK(blocks.done == Texts{"a [m]"});
}

TEST_CASE("Only behind a match are lines wanted where none before are", "[context]") {
  Blocks blocks({.before = 0, .after = 1});
  CHECK_FALSE(blocks.context.wants(1));
  blocks.context.add_match(1, 10, "m");
  CHECK(blocks.context.wants(1));
  CHECK_FALSE(blocks.context.wants(2));
  blocks.add(1, "a");
  CHECK_FALSE(blocks.context.wants(1));
  blocks.add(1, "b");
  CHECK(blocks.done == Texts{"[m] a"});
}

TEST_CASE("What is on no goroutine stands alone", "[context]") {
  Blocks blocks({.before = 1, .after = 1});
  blocks.add(kNone, "a");
  blocks.context.add_match(kNone, 10, "m");
  CHECK(blocks.done == Texts{"[m]"});
}

TEST_CASE("A goroutine that ends closes its block, and leaves nothing to the next of its id", "[context]") {
  Blocks blocks({.before = 2, .after = 2});
  blocks.context.add_match(1, 10, "m");
  blocks.context.end(1);
  CHECK(blocks.done == Texts{"[m]"});
  blocks.context.add_match(1, 20, "n");
  blocks.context.finish();
  CHECK(blocks.done == Texts{"[m]", "[n]"});
}

TEST_CASE("Last words have the goroutine's last lines before them, and are none of its lines", "[context]") {
  Blocks blocks({.before = 1, .after = 1});
  blocks.add(1, "a");
  blocks.context.add_last_words(1, 10, "stuck");
  blocks.context.add_last_words(1, 10, "open");
  CHECK(blocks.done == Texts{"a [stuck]", "a [open]"});
}

TEST_CASE("Blocks that are open at the end come in the order of their matches", "[context]") {
  Blocks blocks({.before = 0, .after = 5});
  for (GoroutineId id = 50; id > 0; --id) blocks.context.add_match(id, 100 - id, std::to_string(id));
  blocks.context.finish();
  REQUIRE(blocks.done.size() == 50);
  CHECK(blocks.done.front() == "[50]");
  CHECK(blocks.done.back() == "[1]");
}
