#include "packaging/completions.h"

namespace tracecheck::packaging {
namespace {

// The part that is the same whatever the options are. Needs nothing of the package bash-completion.
constexpr const char* kHead = R"(# Completion of tracecheck for bash, made of what its --help is made of.

# _tracecheck_offer CURRENT WORD...: the words that begin as the current one, quoted where a shell needs it.
_tracecheck_offer() {
  local current=${1//[\\\'\"]/} quote= word
  case $1 in [\'\"]*) quote=1 ;; esac
  shift
  for word in "$@"; do
    [[ $word == "$current"* ]] || continue
    [[ -n $quote || $word != *\ * ]] || printf -v word %q "$word"
    COMPREPLY+=("$word")
  done
}

# _tracecheck_offer_list CURRENT WORD...: the same for the last of words with commas between.
_tracecheck_offer_list() {
  local current=$1 before=
  shift
  case $current in *,*) before=${current%,*}, ;; esac
  _tracecheck_offer "$current" "${@/#/$before}"
}

_tracecheck_offer_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_tracecheck() {
  local command=${COMP_WORDS[1]-} current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
  local options= before= i
  COMPREPLY=()
  # bash takes "--color=auto" for three words, or for one, depending on COMP_WORDBREAKS.
  if [[ $current == = ]]; then
    current=
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $current == --*=* ]]; then
    option=${current%%=*}
    before=$option=
    current=${current#*=}
  fi
  for ((i = 2; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} == -- ]]; then
      _tracecheck_offer_files "$current"
      return
    fi
  done
)";

constexpr const char* kTail = R"(
  if [[ $current == -* ]]; then
    # shellcheck disable=SC2086 # words
    _tracecheck_offer "$current" $options
  else
    _tracecheck_offer_files "$current"
  fi
}

complete -F _tracecheck tracecheck
)";

std::string words(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    const bool plain = value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
                       std::string::npos;
    text += " " + (plain ? value : shell_quoted(value));
  }
  return text;
}

std::vector<std::string> option_names(const CommandInfo& command) {
  std::vector<std::string> names;
  for (const OptionInfo& option : command.options) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

// What to offer for the value of an option that has one; "" for nothing.
std::string offer(const OptionInfo& option) {
  switch (value_of(option)) {
    case Value::None: return {};
    case Value::Choice: return "_tracecheck_offer \"$current\"" + words(option.choices);
    case Value::ChoiceList: return "_tracecheck_offer_list \"$current\"" + words(option.choices);
    case Value::File: return "_tracecheck_offer_files \"$current\"";
    case Value::Other: return {};
  }
  return {};
}

std::string pattern(const CommandInfo& command, const OptionInfo& option) {
  std::string text;
  for (const std::string& name : option.names) text += (text.empty() ? "" : " | ") + command.name + "/" + name;
  return text;
}

std::string values(const CommandInfo& command) {
  std::string text;
  std::string without;  // options whose values are not known
  for (const OptionInfo& option : command.options) {
    const std::string offered = offer(option);
    if (!offered.empty()) {
      text += "    " + pattern(command, option) + ") " + offered + " ;;\n";
    } else if (!option.value.empty()) {
      without += (without.empty() ? "    " : " | ") + pattern(command, option);
    }
  }
  return without.empty() ? text : text + without + ") ;;\n";
}

}  // namespace

std::string bash_completion(const Program& program) {
  std::vector<std::string> first;
  std::string options;
  std::string choices;
  for (const CommandInfo& command : program.commands) {
    first.push_back(command.name);
    options += "    " + command.name + ") options=" + shell_quoted(words(option_names(command)).substr(1)) + " ;;\n";
    choices += values(command);
  }
  const std::vector<std::string> own = option_names(program.info);
  first.insert(first.end(), own.begin(), own.end());
  return kHead + std::string("  if ((COMP_CWORD == 1)); then\n    _tracecheck_offer \"$current\"") + words(first) +
         "\n    return\n  fi\n\n  case $command in\n" + options + "  esac\n\n  case $command/$option in\n" + choices +
         "    *) option= ;;\n  esac\n  if [[ -n $option ]]; then\n"
         "    [[ -z $before ]] || COMPREPLY=(\"${COMPREPLY[@]/#/$before}\")\n    return\n  fi\n" +
         kTail;
}

}  // namespace tracecheck::packaging
