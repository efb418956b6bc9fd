export type Shell = 'bash' | 'zsh' | 'fish';

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** Every command with its flags: all that a completion script knows. */
export type CompletionWords = readonly {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly string[];
}[];

/** Writes a completion script: commands first, then the command's flags and file names. */
export function renderCompletion(shell: Shell, words: CompletionWords): string {
  switch (shell) {
    case 'bash':
      return renderBash(words);
    case 'zsh':
      return renderZsh(words);
    case 'fish':
      return renderFish(words);
  }
}

function renderBash(words: CompletionWords): string {
  const names = words.map(({ name }) => name).join(' ');
  const cases = words.map(({ name, flags }) => `    ${name}) flags='${flags.join(' ')}' ;;`);
  return `_kongcrate() {
  local word=\${COMP_WORDS[COMP_CWORD]} flags=
  if [[ $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W '${names}' -- "$word")
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _kongcrate kongcrate`;
}

function renderZsh(words: CompletionWords): string {
  const commands = words.map(({ name, summary }) => `    '${name}:${quote(summary)}'`);
  const cases = words.map(({ name, flags }) => `    ${name}) compadd -- ${flags.join(' ')} ;;`);
  return `#compdef kongcrate
_kongcrate() {
  local -a commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  if [[ $words[CURRENT] != -* ]]; then
    _files
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
}
compdef _kongcrate kongcrate`;
}

function renderFish(words: CompletionWords): string {
  const lines = words.flatMap(({ name, summary, flags }) => [
    `complete -c kongcrate -n __fish_use_subcommand -f -a ${name} -d '${quote(summary)}'`,
    ...flags.map((flag) => {
      const kind = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
      return `complete -c kongcrate -n '__fish_seen_subcommand_from ${name}' ${kind}`;
    }),
  ]);
  return lines.join('\n');
}

function quote(text: string): string {
  return text.replaceAll("'", `'\\''`);
}
