export type Shell = 'bash' | 'zsh' | 'fish';

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** Every command with its flags: all that a completion script knows. */
export type CompletionWords = readonly {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly string[];
  /** What the first argument can be, where there are only a few words for it. */
  readonly argumentChoices: readonly string[];
  /** What may follow a flag, where there are only a few words for it. */
  readonly flagChoices: readonly { readonly flag: string; readonly choices: readonly string[] }[];
}[];

/** Writes a completion script: commands, flags, the words that some of them take, and file names. */
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
  const flags = words.map((word) => `    ${word.name}) flags='${word.flags.join(' ')}' ;;`);
  return `_kongcrate() {
  local word=\${COMP_WORDS[COMP_CWORD]} flags= choices=
  if [[ $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W '${names}' -- "$word")
    return
  fi
  case \${COMP_WORDS[1]} in
${flags.join('\n')}
  esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${choiceCases(words, (choices) => `choices='${choices.join(' ')}'`)}
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
  elif [[ -n $choices ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _kongcrate kongcrate`;
}

function renderZsh(words: CompletionWords): string {
  const commands = words.map(({ name, summary }) => `    '${name}:${quote(summary)}'`);
  const flags = words.map((word) => `    ${word.name}) compadd -- ${word.flags.join(' ')} ;;`);
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
    case "$words[2] $words[CURRENT-1]" in
${choiceCases(words, (choices) => `compadd -- ${choices.join(' ')}`)}
    *) _files ;;
    esac
    return
  fi
  case $words[2] in
${flags.join('\n')}
  esac
}
compdef _kongcrate kongcrate`;
}

/** Cases over "command previous-word": both shells write them alike. */
function choiceCases(
  words: CompletionWords,
  render: (choices: readonly string[]) => string,
): string {
  return words
    .flatMap(({ name, argumentChoices, flagChoices }) =>
      [
        ...(argumentChoices.length > 0 ? [{ after: name, choices: argumentChoices }] : []),
        ...flagChoices.map(({ flag, choices }) => ({ after: flag, choices })),
      ].map(({ after, choices }) => `    '${name} ${after}') ${render(choices)} ;;`),
    )
    .join('\n');
}

function renderFish(words: CompletionWords): string {
  const lines = words.flatMap(({ name, summary, flags, argumentChoices, flagChoices }) => {
    const seen = `complete -c kongcrate -n '__fish_seen_subcommand_from ${name}'`;
    const choicesOf = (flag: string): string => {
      const choices = flagChoices.find((one) => one.flag === flag)?.choices;
      return choices ? ` -x -a '${choices.join(' ')}'` : '';
    };
    return [
      `complete -c kongcrate -n __fish_use_subcommand -f -a ${name} -d '${quote(summary)}'`,
      ...(argumentChoices.length > 0 ? [`${seen} -f -a '${argumentChoices.join(' ')}'`] : []),
      ...flags.map((flag) => {
        const kind = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
        return `${seen} ${kind}${choicesOf(flag)}`;
      }),
    ];
  });
  return lines.join('\n');
}

function quote(text: string): string {
  return text.replaceAll("'", `'\\''`);
}
