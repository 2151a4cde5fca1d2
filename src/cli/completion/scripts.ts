/**
 * The scripts that call `dhmc complete` for completions. Each line of its output is a candidate, followed by a tab and
 * a description if there is one. The last line says what the shell itself should add (`:files`, `:directories`,
 * `:commands`, or `:`).
 */

export type Shell = 'bash' | 'zsh' | 'fish';

/** Bash splits words at `=` and `:`. dhmc joins them again, and returns what follows the last of these characters. */
const bash = `# Completion of dhmc for bash: source <(dhmc completion bash)
_dhmc() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line how="" IFS=$' \\t\\n'
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :*) how="\${line#:}" ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(dhmc complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case "$current" in = | :) current="" ;; esac
  IFS=$'\\n'
  case "$how" in
    files) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$current")) ;;
    directories) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- "$current")) ;;
    commands) COMPREPLY+=($(compgen -c -- "$current")) ;;
  esac
}
complete -F _dhmc dhmc
`;

const zsh = `#compdef dhmc
# Completion of dhmc for zsh: source <(dhmc completion zsh), or as a file _dhmc in $fpath
_dhmc() {
  local -a lines words_ shown
  local line word about how
  lines=("\${(@f)$(dhmc complete zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  how="\${lines[-1]}"
  for line in "\${(@)lines[1,-2]}"; do
    word="\${line%%$'\\t'*}" about=""
    [[ "$line" == *$'\\t'* ]] && about="\${line#*$'\\t'}"
    words_+=("$word")
    shown+=("$word\${about:+  -- $about}")
  done
  (( $#words_ )) && compadd -Q -l -d shown -a words_
  [[ "$how" == :files || "$how" == :directories ]] && [[ "$PREFIX" == --*=* ]] && compset -P '*='
  case "$how" in
    :files) _files ;;
    :directories) _files -/ ;;
    :commands) _command_names -e ;;
  esac
  return 0
}
if [[ "\${funcstack[1]}" == _dhmc ]]; then
  _dhmc "$@"
else
  compdef _dhmc dhmc
fi
`;

/** Fish completes file names itself, with spaces, quotes and `~`. The script only says where file names are wanted. */
const fish = `# Completion of dhmc for fish: dhmc completion fish > ~/.config/fish/completions/dhmc.fish
function __dhmc_ask
    set -l line (commandline -cp | string collect)
    if not set -q __dhmc_line; or test "$__dhmc_line" != "$line"
        set -l before (commandline -opc)
        set -l current (commandline -ct | string unescape | string collect)
        set -g __dhmc_line "$line"
        set -g __dhmc_lines (dhmc complete fish -- $before[2..-1] "$current" 2>/dev/null)
    end
end
function __dhmc_wants
    __dhmc_ask
    test "$__dhmc_lines[-1]" = ":$argv[1]"
end
function __dhmc_complete
    __dhmc_ask
    string match -v -r -- '^:' $__dhmc_lines
    if __dhmc_wants commands
        __fish_complete_command
    end
end
complete -c dhmc -e
complete -c dhmc -n 'not __dhmc_wants files; and not __dhmc_wants directories' -f -a '(__dhmc_complete)'
complete -c dhmc -n '__dhmc_wants files; or __dhmc_wants directories' -F -a '(__dhmc_complete)'
`;

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
