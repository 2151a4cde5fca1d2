/**
 * The scripts that ask `dhmc complete` for completions. Every line of its answer is a candidate, with a tab and a description
 * where there is one; the last line says what the shell itself is to add (`:files`, `:directories`, `:commands`, or `:`).
 */

export type Shell = 'bash' | 'zsh' | 'fish';

/** Bash splits words at `=` and `:`; the program joins them again and answers with what follows the last of them. */
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

const fish = `# Completion of dhmc for fish: dhmc completion fish > ~/.config/fish/completions/dhmc.fish
function __dhmc_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (dhmc complete fish -- $before[2..-1] "$current" 2>/dev/null)
    set -l part (string replace -r -- '^--[a-z-]+=' '' "$current")
    set -l flag (string match -r -- '^--[a-z-]+=' "$current")
    string match -v -r -- '^:' $lines
    switch "$lines[-1]"
        case :files
            for path in (__fish_complete_path "$part")
                echo "$flag$path"
            end
        case :directories
            for path in (__fish_complete_directories "$part" '')
                echo "$flag$path"
            end
        case :commands
            __fish_complete_command
    end
end
complete -c dhmc -e
complete -c dhmc -f -a '(__dhmc_complete)'
`;

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
