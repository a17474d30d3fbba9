/**
 * The verb `completion`: prints a script with which bash or zsh completes verbs, options and their values. It is made from
 * the program's own verbs, so it is complete.
 */
import type { Argument, Command, Option } from 'commander';
import { print } from './output.js';

export function completion(shell: string, program: Command): number {
  print(...(shell === 'bash' ? bash(program) : zsh(program)));
  return 0;
}

/** What an option or an argument takes. */
type Values = { readonly kind: 'file' | 'directory' | 'any' } | { readonly words: readonly string[] };

function valuesOf(thing: Option | Argument, placeholder: string): Values {
  if (thing.argChoices !== undefined) return { words: thing.argChoices };
  if (/^(file|path)/.test(placeholder)) return { kind: 'file' };
  return { kind: placeholder === 'dir' ? 'directory' : 'any' };
}

function valuesOfOption(option: Option): Values | undefined {
  const [, placeholder] = /[<[]([^>\].]*)/.exec(option.flags) ?? [];
  return placeholder === undefined ? undefined : valuesOf(option, placeholder);
}

interface Verb {
  /** `geopool geo info`. */
  readonly path: string;
  readonly command: Command;
}

function verbsIn(command: Command, path: string): Verb[] {
  const below = command.commands.flatMap((each) => verbsIn(each, `${path} ${each.name()}`));
  return [{ path, command }, ...below];
}

function optionsOf(command: Command): Option[] {
  return [...command.createHelp().visibleOptions(command)];
}

function bash(program: Command): string[] {
  const verbs = verbsIn(program, 'geopool');
  /** Options that take a value, by the shell command that completes it. */
  const after = new Map<string, string[]>();
  for (const { path, command } of verbs) {
    for (const option of optionsOf(command)) {
      const values = valuesOfOption(option);
      if (values === undefined || option.long === undefined) continue;
      const action = reply(values);
      after.set(action, [...(after.get(action) ?? []), `'${path} ${option.long}'`]);
    }
  }
  const words = verbs.map(({ path, command }) => {
    const names = command.commands.map((each) => each.name());
    const flags = optionsOf(command).flatMap(({ long }) => long ?? []);
    const [argument] = command.registeredArguments;
    const values = argument === undefined ? undefined : valuesOf(argument, argument.name());
    const extra = values !== undefined && 'words' in values ? values.words : [];
    const files = values !== undefined && 'kind' in values && values.kind === 'file' ? 'yes' : '';
    return `        '${path}') words='${[...names, ...extra, ...flags].join(' ')}' files=${files} ;;`;
  });
  return [
    '# bash completion for geopool',
    '_geopool() {',
    `    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb=geopool words= files= i`,
    '    COMPREPLY=()',
    '    for ((i = 1; i < COMP_CWORD; i++)); do',
    `        case "$verb \${COMP_WORDS[i]}" in`,
    `            ${verbs
      .slice(1)
      .map(({ path }) => `'${path}'`)
      .join('|')}) verb="$verb \${COMP_WORDS[i]}" ;;`,
    '        esac',
    '    done',
    '    case "$verb $prev" in',
    ...Array.from(after, ([action, options]) => `        ${options.join('|')}) ${action}; return ;;`),
    '    esac',
    '    case "$verb" in',
    ...words,
    '    esac',
    '    if [[ -n $files && $cur != -* ]]; then',
    `        ${reply({ kind: 'file' })}`,
    '    else',
    `        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")`,
    '    fi',
    '}',
    'complete -F _geopool geopool',
  ];
}

function reply(values: Values): string {
  if ('words' in values) return `mapfile -t COMPREPLY < <(compgen -W '${values.words.join(' ')}' -- "$cur")`;
  if (values.kind === 'any') return ':';
  const action = values.kind === 'file' ? '-f' : '-d';
  return `mapfile -t COMPREPLY < <(compgen ${action} -- "$cur"); compopt -o filenames 2>/dev/null`;
}

function zsh(program: Command): string[] {
  return ['#compdef geopool', '', ...zshFunction(program, '_geopool'), '', '_geopool "$@"'];
}

function zshFunction(command: Command, name: string): string[] {
  const specs = optionsOf(command).flatMap((option) => {
    if (option.long === undefined) return [];
    const values = valuesOfOption(option);
    return `'*${option.long}${values === undefined ? '' : '='}[${inZsh(option.description)}]${values === undefined ? '' : `: :${zshValues(values)}`}'`;
  });
  const below = command.commands;
  if (below.length === 0) {
    const places = command.registeredArguments.map(
      (argument) => `'${argument.variadic ? '*' : ''}: :${zshValues(valuesOf(argument, argument.name()))}'`,
    );
    return [`${name}() {`, `    _arguments ${[...specs, ...places].join(' ')}`, '}'];
  }
  return [
    ...below.flatMap((each) => [...zshFunction(each, `${name}_${each.name()}`), '']),
    `${name}() {`,
    '    local state line',
    '    local -a verbs',
    `    verbs=(${below.map((each) => `'${each.name()}:${inZsh(each.description())}'`).join(' ')})`,
    `    _arguments -C ${[...specs, "'1: :->verb'", "'*:: :->rest'"].join(' ')}`,
    '    case $state in',
    '        verb) _describe verb verbs ;;',
    `        rest) (( $+functions[${name}_$line[1]] )) && ${name}_$line[1] ;;`,
    '    esac',
    '}',
  ];
}

function zshValues(values: Values): string {
  if ('words' in values) return `(${values.words.join(' ')})`;
  return values.kind === 'file' ? '_files' : values.kind === 'directory' ? '_files -/' : '';
}

/** Escapes the characters that are special in a specification. */
function inZsh(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, (mark) => `\\${mark}`);
}
